import type { Position } from '../../platform/events/index.ts';
import type { EventEntry, EventFeed } from './feed.ts';

/**
 * One reader of the feed, from a position on for ever: first what the log has, then what arrives, with no gap and no repeat, since it is
 * one walk along one log. It reads on only when it is asked for the next event.
 */
export class Follower implements AsyncIterableIterator<EventEntry> {
  readonly #feed: EventFeed;
  readonly #fits: (entry: EventEntry) => boolean;
  readonly #release: () => void;
  readonly #ended = new AbortController();
  #position: Position | null;
  #ahead: readonly EventEntry[] = [];
  #at = 0;

  /**
   * @param after begins behind this position
   * @param fits which events are wanted
   */
  constructor(feed: EventFeed, after: Position | null, fits: (entry: EventEntry) => boolean) {
    this.#feed = feed;
    this.#fits = fits;
    this.#position = after;
    this.#release = feed.hold();
  }

  /** Of the last event that was given or did not fit; before the first one, where it begins. */
  get position(): Position | null {
    return this.#position;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event that fits; done when it was ended or the feed has stopped. @throws TrimmedAway, LogUnavailable */
  async next(): Promise<IteratorResult<EventEntry, undefined>> {
    while (!this.#ended.signal.aborted && !this.#feed.isStopped) {
      const { version } = this.#feed;
      if (this.#at >= this.#ahead.length) {
        this.#ahead = await this.#feed.read(this.#position);
        this.#at = 0;
      }
      const entry = this.#ahead[this.#at];
      if (entry === undefined) {
        await this.#feed.changed(version, this.#ended.signal);
        continue;
      }
      this.#at += 1;
      this.#position = entry.position;
      if (this.#fits(entry)) return { done: false, value: entry };
    }
    return this.return();
  }

  /** Ends it, also while it waits. */
  async return(): Promise<IteratorResult<EventEntry, undefined>> {
    this.#ended.abort();
    this.#release();
    this.#ahead = [];
    return { done: true, value: undefined };
  }
}
