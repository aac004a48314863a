import { LogUnavailable } from './errors.ts';

/** The file is there but can't be read. @param what in a few words, nothing of what is in it */
export const damaged = (what: string, cause?: unknown): LogUnavailable =>
  new LogUnavailable(
    `DATA_DIR: the event log is damaged (${what}). Put a backup of its folder in its place, or move that folder away: ` +
      'a new log begins then, and cursors of the old one are refused.',
    cause,
  );

/** What opening a folder failed with, in words. */
export function unopened(folder: string, error: unknown): LogUnavailable {
  const fault = readFault(error);
  if (fault instanceof LogUnavailable) return fault;
  const reason = error instanceof Error ? error.message : 'unknown';
  return new LogUnavailable(
    `DATA_DIR: the event log in ${folder} can't be opened (${reason}). Look whether the folder may be written and the disk is full.`,
    error,
  );
}

/** What a read failed with: damage in words, anything else as it is. */
export function readFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.startsWith('MDB_')) return damaged(error.message, error);
  // Only texts of our own are parsed.
  return error instanceof SyntaxError ? damaged('an entry is not JSON', error) : error;
}

/** What a commit failed with, in words. lmdb tells the reason as a promise on the error, which must not be left to nobody. */
export async function unwritten(error: unknown): Promise<LogUnavailable> {
  const reason =
    error instanceof Error && 'commitError' in error
      ? await Promise.resolve(error.commitError).catch((cause: unknown) => cause)
      : error;
  const words = reason instanceof Error && 'code' in reason ? ` (${reason.message})` : '';
  return new LogUnavailable(
    `The event log can't be written${words}. Look whether the disk under DATA_DIR is full.`,
    reason,
  );
}
