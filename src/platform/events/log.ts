import type { Position } from './position.ts';

/** What is to be appended. */
export interface NewEntry<T> {
  /** What makes the event itself again when it comes again; any text that is not empty. */
  readonly key: string;
  /** Something that JSON can hold. */
  readonly value: T;
}

/** What became of one entry that was appended. */
export interface Appended {
  /** Where it stands; of a key that the log already had, where the first one stands. */
  readonly position: Position;
  /** Whether it is in the log only now. */
  readonly isNew: boolean;
}

/** One entry of the log. */
export interface LogEntry<T> extends NewEntry<T> {
  readonly position: Position;
}

/** The ends of what is kept. */
export interface Bounds {
  /** The oldest entry that is kept, null where none is. */
  readonly first: Position | null;
  /** The newest position ever given, also when its entry is trimmed away; of a log that never gave one, where it begins. */
  readonly last: Position;
}

/** How long entries are kept, and the keys by which they are recognised when they come again: until the first of these bounds. */
export interface Retention {
  /** Milliseconds. */
  readonly maxAgeMs: number;
  readonly maxEntries: number;
  /** Bytes of keys and values as JSON text. What the store adds to each is not counted. */
  readonly maxBytes?: number;
}

/** What every log is given. */
export interface LogOptions {
  readonly retention: Retention;
  /** Told of what failed with nobody waiting for it: trimming, watching. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds from one trim to the next; a minute unless told otherwise. */
  readonly trimEveryMs?: number;
  /** Milliseconds since 1970, by which positions are given and age is told; the store's own clock unless told otherwise. */
  readonly now?: () => number;
}

/**
 * Events in the order in which they were accepted, each once. Whatever fails because the store can't be had, is full or damaged, fails
 * with `LogUnavailable`, and so does everything after `stop`.
 */
export interface EventLog<T> {
  /**
   * Appends all of them or none. They are durable, as far as the store can tell, when the promise resolves; when it rejects it is unknown
   * whether they are there, and to append them once more is right.
   * @returns what became of each, in the order of the entries
   * @throws TypeError for an empty key, or a value that JSON can't hold
   */
  append(entries: readonly NewEntry<T>[]): Promise<readonly Appended[]>;
  /**
   * The oldest entries behind a position, oldest first.
   * @param after null for the oldest that is kept
   * @param limit how many at most
   * @throws TrimmedAway when something between `after` and what is kept is gone; ForeignPosition when this log never gave `after`
   */
  read(after: Position | null, limit: number): Promise<readonly LogEntry<T>[]>;
  bounds(): Promise<Bounds>;
  /**
   * The listener is called soon after something was appended, whichever node did it: once for several, and now and then for nothing.
   * Who watches first and reads to the end then misses nothing.
   * @returns ends the watch
   */
  watch(listener: () => void): () => void;
  /** Removes what is beyond the retention, with the keys. The log does it by itself now and then. @returns how many entries are gone */
  trim(): Promise<number>;
  /** Waits for what is under way and lets go of everything. */
  stop(): Promise<void>;
}

/** How often a log trims itself, in milliseconds. */
export const TRIM_EVERY_MS = 60_000;
