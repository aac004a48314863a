import { assertInScope } from '../../shared/in-scope.ts';
import { Refused } from '../../shared/user-errors.ts';
import type { PlanWriteNeeds } from './needs.ts';

/** A place in the input: names and indexes, from the argument on. */
export type Place = readonly string[];

/** That something can't be done as asked, at its place. */
export const refused = (path: Place, code: string, message: string): Refused => new Refused({ message, path, code });

/** What the input names there is not there, or not the caller's to see. */
export class Unseen extends Error {
  readonly path: Place;
  readonly what: string;

  /** @param what it is, in words */
  constructor(path: Place, what: string) {
    super('unseen');
    this.path = path;
    this.what = what;
  }
}

/** Work that looks things up. @throws what it throws; CodedError FORBIDDEN or Refused in the place of Unseen */
export async function looking<T>({ organisation }: PlanWriteNeeds, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unseen)
      assertInScope((await organisation.visibility()).everything, [{ ...error, isVisible: false }]);
    throw error;
  }
}
