import { BadInput } from '../../platform/errors.ts';

/** Something that can't be done as asked, at its place in the input: names and indexes, from the argument on. */
export interface UserFault {
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly code: string;
}

/** What was asked for can't be done, and here is why: it becomes `userErrors`. */
export class Refused extends Error {
  readonly faults: readonly UserFault[];

  constructor(...faults: readonly UserFault[]) {
    super('refused');
    this.faults = faults;
  }
}

/** Something of the input is missing, or may not be null. */
export function required(path: readonly string[], why: string): Refused {
  return new Refused({ message: `\`${path.join('.')}\` must be given: ${why}`, path, code: 'REQUIRED' });
}

/** What `read` makes of a part of the input. @throws Refused with its place where it is BadInput */
export function readAt<T>(path: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    throw new Refused({ message: error.message, path, code: error.code });
  }
}
