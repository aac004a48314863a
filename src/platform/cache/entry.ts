import type { Tag } from './tags.ts';

/** How long something read is good. All in milliseconds. */
export interface Lifetimes {
  readonly freshMs: number;
  /** Behind that, for so long, it is given while a newer one is read. */
  readonly staleMs: number;
  /** Behind freshness, for so long, it is given where the platform can't be asked. */
  readonly staleIfErrorMs: number;
  /** How long it is good that something is not there. */
  readonly absentMs: number;
}

/** Something read, with what tells if it still holds. It is stored as JSON. */
export interface Entry<T = unknown> {
  readonly value: T;
  /** The position in the drop log at which the read began. */
  readonly fence: number;
  /** When it was read, in milliseconds of the epoch: nodes share entries. */
  readonly readAt: number;
  readonly freshMs: number;
  readonly tags: readonly Tag[];
}

/** How good an entry is: `fresh`; `stale`, to be refreshed behind the answer; `old`, only for when the platform fails; `expired`. */
export type Freshness = 'fresh' | 'stale' | 'old' | 'expired';

/** Entries are made fresh for a little less each, so that what was read together is not read again all at once. */
const JITTER = 0.1;

/** @param random from 0 to 1 */
export function entryOf<T>(
  value: T,
  { fence, tags, now, random = Math.random() }: { fence: number; tags: readonly Tag[]; now: number; random?: number },
  lifetimes: Lifetimes,
): Entry<T> {
  const freshMs = value === null ? lifetimes.absentMs : lifetimes.freshMs;
  return { value, fence, readAt: now, freshMs: freshMs * (1 - JITTER * random), tags };
}

export function freshnessOf(entry: Entry, { staleMs, staleIfErrorMs }: Lifetimes, now: number): Freshness {
  const behind = now - entry.readAt - entry.freshMs;
  if (behind < 0) return 'fresh';
  // That something is not there is soon asked again, and never assumed.
  if (entry.value === null) return 'expired';
  if (behind < staleMs) return 'stale';
  return behind < staleIfErrorMs ? 'old' : 'expired';
}

/** How long an entry is kept at all. */
export function keptFor(entry: Entry, { staleMs, staleIfErrorMs }: Lifetimes): number {
  return Math.ceil(entry.freshMs + (entry.value === null ? 0 : Math.max(staleMs, staleIfErrorMs)));
}
