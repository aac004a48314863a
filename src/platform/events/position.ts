declare const brand: unique symbol;

/**
 * Where an entry stands in a log: the log's id, and microseconds since 1970 at which the entry was accepted, made greater than the one
 * before where the clock does not say so. Within one log, the order of these strings is the order of the entries. Positions are not
 * consecutive: so a store that was set back to an older state does not give those again that readers have already seen.
 */
export type Position = string & { readonly [brand]: true };

/** A position's parts. */
export interface PositionParts {
  /** The id of the log. */
  readonly log: string;
  /** Its place in the log: a whole number that grows. */
  readonly place: number;
}

const FORM = /^([\w-]{12})\.(\d{16})$/;
const DIGITS = 16;

/** @param place a whole number, 0 to 2^53 */
export const positionOf = (log: string, place: number): Position => `${log}.${digitsOf(place)}` as Position;

/** A place as it is sorted by as text. */
export const digitsOf = (place: number): string => String(place).padStart(DIGITS, '0');

/** The parts of what may be a position, undefined where it is none. */
export function partsOf(position: string): PositionParts | undefined {
  const [, log, digits] = FORM.exec(position) ?? [];
  return log === undefined || digits === undefined ? undefined : { log, place: Number(digits) };
}

/** When the entry was accepted, in milliseconds since 1970. */
export const acceptedAt = (position: Position): number => (partsOf(position)?.place ?? 0) / 1_000;

/** A position as it is given to callers: opaque, of letters, digits, `-` and `_`. */
export const encodeCursor = (position: Position): string => Buffer.from(position).toString('base64url');

/** The position in a cursor; undefined for what is no cursor. Whether it is one of a certain log is told by that log's `read`. */
export function decodeCursor(cursor: string): Position | undefined {
  const position = Buffer.from(cursor, 'base64url').toString('latin1');
  if (partsOf(position) === undefined || encodeCursor(position as Position) !== cursor) return undefined;
  return position as Position;
}
