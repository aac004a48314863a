import { randomBytes } from 'node:crypto';
import { ForeignPosition, TrimmedAway } from './errors.ts';
import type { Retention } from './log.ts';
import { type Position, partsOf, positionOf } from './position.ts';

/** What a log knows of itself. */
export interface LogState {
  /** Its id: 12 letters, digits, `-` and `_`. */
  readonly log: string;
  /** The newest place ever given, 0 for none. */
  readonly last: number;
  /** The newest place whose entry is gone, 0 for none. */
  readonly trimmed: number;
  /** How many entries are kept. */
  readonly entries: number;
  /** Bytes of what is kept, as the retention counts them. */
  readonly bytes: number;
}

const MICROSECONDS = 1_000;

/** An id for a new log. */
export const newLogId = (): string => randomBytes(9).toString('base64url');

/** The place of an entry that is accepted at this time (milliseconds since 1970). */
export const placeAt = (now: number): number => Math.floor(now * MICROSECONDS);

/** What is to go at this time: everything before a place, and the oldest of what is too much. */
export function isBeyond(place: number, { entries, bytes }: LogState, retention: Retention, now: number): boolean {
  return (
    place < placeAt(now - retention.maxAgeMs) ||
    entries > retention.maxEntries ||
    bytes > (retention.maxBytes ?? Number.POSITIVE_INFINITY)
  );
}

/**
 * The place behind which a reader goes on.
 * @throws TrimmedAway, ForeignPosition
 */
export function placeBehind(after: Position | null, { log, last, trimmed }: LogState): number {
  if (after === null) return trimmed;
  const parts = partsOf(after);
  if (parts?.log !== log || parts.place > last) throw new ForeignPosition();
  if (parts.place < trimmed) throw new TrimmedAway(positionOf(log, trimmed));
  return parts.place;
}
