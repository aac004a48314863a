import { LogUnavailable, type Position } from '../../platform/events/index.ts';
import type { EventEntry, EventFeed } from './feed.ts';

/** Whether an event is wanted; a promise where that has to be found out. */
export type Fits = (entry: EventEntry) => boolean | Promise<boolean>;

/** Waits before the log is asked again that can't be had, in milliseconds: a minute in all. */
const PATIENCE_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * One reader of the feed, from a position on for ever: first what the log has, then what arrives, with no gap and no repeat, since it is
 * one walk along one log. It reads on only when it is asked for the next event, by one at a time. There are thousands, and each is woken by
 * every event: so it waits by nothing but a promise, and what is in memory already it is given at once.
 */
export class Follower implements AsyncIterableIterator<EventEntry> {
  readonly #feed: EventFeed;
  readonly #fits: Fits;
  readonly #release: () => void;
  #hasEnded = false;
  #wake: (() => void) | undefined;
  /** Up to where it has looked, and up to where nothing is left to be done. */
  #looked: Position | null;
  #position: Position | null;
  #ahead: readonly EventEntry[] = [];
  #at = 0;

  /**
   * @param after begins behind this position
   * @param fits which events are wanted
   */
  constructor(feed: EventFeed, after: Position | null, fits: Fits) {
    this.#feed = feed;
    this.#fits = fits;
    this.#position = after;
    this.#looked = after;
    this.#release = feed.hold();
  }

  /** Everything up to here was given, and more was asked for since, or did not fit; before the first one, where it begins. */
  get position(): Position | null {
    return this.#position;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event that fits; done when it was ended or the feed has stopped. @throws TrimmedAway, LogUnavailable */
  async next(): Promise<IteratorResult<EventEntry, undefined>> {
    this.#position = this.#looked;
    while (!this.#hasEnded && !this.#feed.isStopped) {
      const { version } = this.#feed;
      if (this.#at >= this.#ahead.length) {
        this.#ahead = this.#feed.newest(this.#looked) ?? (await this.#read());
        this.#at = 0;
      }
      const entry = this.#ahead[this.#at];
      if (entry === undefined) {
        await this.#changed(version);
        continue;
      }
      const fits = this.#fits(entry);
      const isWanted = typeof fits === 'boolean' ? fits : await fits;
      this.#at += 1;
      this.#looked = entry.position;
      if (isWanted) return this.#hasEnded ? this.return() : { done: false, value: entry };
      this.#position = entry.position;
    }
    return this.return();
  }

  /** @throws TrimmedAway, ForeignPosition; LogUnavailable where the log can't be had for long */
  async #read(): Promise<readonly EventEntry[]> {
    for (const wait of PATIENCE_MS) {
      try {
        return await this.#feed.read(this.#looked);
      } catch (error) {
        if (!(error instanceof LogUnavailable) || this.#hasEnded || this.#feed.isStopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
    }
    return this.#feed.read(this.#looked);
  }

  /** Ends it, also while it waits. */
  async return(): Promise<IteratorResult<EventEntry, undefined>> {
    this.#hasEnded = true;
    this.#release();
    this.#ahead = [];
    if (this.#wake !== undefined) this.#feed.forget(this.#wake);
    this.#wake?.();
    return { done: true, value: undefined };
  }

  /** Waits for an arrival since `version`, or until it is ended or the feed stops. */
  #changed(version: number): Promise<void> {
    return new Promise((resolve) => {
      // It may have been ended while it read.
      if (this.#hasEnded) return resolve();
      this.#wake = resolve;
      return this.#feed.onChange(version, resolve);
    });
  }
}
