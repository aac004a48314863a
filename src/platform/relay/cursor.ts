import { createHash } from 'node:crypto';
import { BadInput } from '../errors.ts';

/** An absolute place in a list: which section of it, and the position in that section (and within it, where one place holds several). */
export interface Place {
  readonly section: number;
  readonly position: number;
  readonly within?: number;
}

/** Ten characters that stand for a list and its filter, so that a cursor of another list is recognised. */
export function listHash(list: string, filter: unknown): string {
  return createHash('sha256')
    .update(`${list} ${canonical(filter ?? {})}`)
    .digest('base64url')
    .slice(0, 10);
}

/** The same, worked out when it is first asked for: most lists are read without a cursor. */
export function lazyHash(list: string, filter: unknown): () => string {
  let hash: string | undefined;
  return () => {
    hash ??= listHash(list, filter);
    return hash;
  };
}

export function encodeCursor(hash: string, { section, position, within }: Place): string {
  const numbers = within === undefined ? [section, position] : [section, position, within];
  return Buffer.from([hash, ...numbers].join(':')).toString('base64url');
}

/** @throws BadInput where it is no cursor, or one of another list or filter */
export function decodeCursor(hash: string, cursor: string): Place {
  const match = /^([A-Za-z0-9_-]{10}):(\d{1,9}):(\d{1,9})(?::(\d{1,9}))?$/.exec(
    /^[A-Za-z0-9_-]{1,80}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('latin1') : '',
  );
  if (match === null)
    throw new BadInput('This is not a cursor of this graph. Give an `endCursor` or `cursor` as a page returned it.');
  if (match[1] !== hash)
    throw new BadInput(
      'This cursor belongs to another list or filter. Repeat the filter that it came from, or start without it.',
    );
  const [section, position, within] = match.slice(2).map((text) => (text === undefined ? undefined : Number(text)));
  return { section: section ?? 0, position: position ?? 0, ...(within === undefined ? {} : { within }) };
}

/** JSON with sorted keys, without what is null or absent: equal filters have equal writings. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(
          Object.entries(entry)
            .filter(([, v]) => v !== null && v !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : entry,
  );
}
