import { BadInput, CodedError } from '../../../platform/errors.ts';
import { Refused } from '../../shared/user-errors.ts';

/** A place in the input: names and indexes, from the argument on. */
export type Place = readonly string[];

/** That something can't be done as asked, at its place. */
export const refused = (path: Place, code: string, message: string): Refused => new Refused({ message, path, code });

/** Reads something of the input; what is wrong with it is told at its place. @throws Refused */
export function at<T>(path: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadInput) throw refused(path, error.code, error.message);
    throw error;
  }
}

/**
 * That something is not there, or not the caller's to see: which of the two is not told.
 * @param path what names it
 */
export function forbidden(path: Place): CodedError {
  return new CodedError(
    'FORBIDDEN',
    `What \`${path.join('.')}\` names is not there, or the caller may not see it. Nothing was changed.`,
    { input: path },
  );
}
