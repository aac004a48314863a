import type { Tag } from '../../platform/cache/index.ts';
import { acceptedAt, type EventLog, type LogEntry, type Position, TrimmedAway } from '../../platform/events/index.ts';
import type { PlatformEvent } from '../../sources/event.ts';
import { tagsOf } from '../shared/tags.ts';

/** An event where it stands in the log. */
export type EventEntry = LogEntry<PlatformEvent>;

/** What the feed needs. */
export interface EventFeedOptions {
  readonly log: EventLog<PlatformEvent>;
  /** Drops what is kept of what has changed; ends after a bounded wait. */
  readonly drop: (tags: readonly Tag[]) => Promise<void>;
  /** Told of what failed with nobody waiting for it. */
  readonly onError: (error: unknown) => void;
}

/** Entries that are read from the log at once, and newest ones that are kept in memory for all followers. */
const STRIDE = 200;
const KEPT = 1_000;

/** The log is asked again so long after it could not be had, in milliseconds. */
const RETRY_MS = 1_000;

/** An entry younger than this may have come in over another node whose drop is still on its way, in milliseconds. */
const YOUNG_MS = 60_000;

/**
 * The log as all followers of one node read it: its newest entries are read once for all of them, and what an entry concerns is dropped
 * from the cache before anyone is given it, whichever node took it in. A follower is nothing but a position, so one that is slow costs
 * no memory and holds nobody up.
 */
export class EventFeed {
  readonly log: EventLog<PlatformEvent>;
  readonly #options: EventFeedOptions;
  /** The newest entries, all that stand behind `#base`; undefined while nobody follows. */
  #newest: EventEntry[] = [];
  #base: Position | null | undefined;
  #head: Position | null = null;
  #count = 0;
  #version = 0;
  readonly #waiting = new Set<() => void>();
  #followers = 0;
  #unwatch: (() => void) | undefined;
  #advancing: Promise<void> | undefined;
  #isBehind = false;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.log = options.log;
  }

  /** How many entries the feed has seen arrive: what is to be compared is the difference of two counts. */
  get count(): number {
    return this.#count;
  }

  /** Changes with every arrival. */
  get version(): number {
    return this.#version;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Arrivals are watched for as long as anyone follows. @returns ends that */
  hold(): () => void {
    this.#followers += 1;
    if (this.#followers === 1) this.#unwatch = this.log.watch(() => this.#advance());
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#followers -= 1;
      if (this.#followers === 0) this.#rest();
    };
  }

  /**
   * The oldest entries behind a position, oldest first; none where it is the end.
   * @throws TrimmedAway, ForeignPosition, LogUnavailable
   */
  async read(after: Position | null): Promise<readonly EventEntry[]> {
    if (this.#covers(after)) {
      let start = this.#newest.length;
      while (start > 0 && (after === null || (this.#newest[start - 1]?.position ?? '') > after)) start -= 1;
      return this.#newest.slice(start, start + STRIDE);
    }
    const entries = await this.log.read(after, STRIDE);
    await this.#drop(entries);
    return entries;
  }

  /** Waits for an arrival since `version`, or until the signal is aborted or the feed stops. */
  async changed(version: number, signal: AbortSignal): Promise<void> {
    if (version !== this.#version || signal.aborted || this.#stopped) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
    this.#wake();
  }

  #covers(after: Position | null): boolean {
    if (this.#base === undefined) return false;
    return this.#base === null || (after !== null && after >= this.#base);
  }

  #rest(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearTimeout(this.#retry);
    this.#newest = [];
    this.#base = undefined;
  }

  #wake(): void {
    this.#version += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Reads what has arrived; one at a time, and once more where something arrives meanwhile. */
  #advance(): void {
    this.#isBehind = true;
    clearTimeout(this.#retry);
    this.#advancing ??= this.#catchUp()
      .catch((error) => {
        this.#options.onError(error);
        if (this.#unwatch !== undefined) this.#retry = setTimeout(() => this.#advance(), RETRY_MS).unref();
      })
      .finally(() => {
        this.#advancing = undefined;
        if (this.#isBehind && this.#retry === undefined && this.#unwatch !== undefined) this.#advance();
      });
  }

  async #catchUp(): Promise<void> {
    this.#retry = undefined;
    if (this.#base === undefined) await this.#begin();
    while (this.#isBehind && this.#unwatch !== undefined) {
      this.#isBehind = false;
      for (;;) {
        const entries = await this.#next();
        if (entries.length === 0 || this.#base === undefined) break;
        this.#take(entries);
      }
    }
  }

  /** From here on every arrival is seen. What came between two watches is read from the log by those who want it. */
  async #begin(): Promise<void> {
    const { last } = await this.log.bounds();
    if (this.#unwatch === undefined) return;
    this.#base = last;
    this.#head = last;
    this.#newest = [];
    this.#wake();
  }

  async #next(): Promise<readonly EventEntry[]> {
    try {
      const entries = await this.log.read(this.#head, STRIDE);
      await this.#drop(entries);
      return entries;
    } catch (error) {
      if (!(error instanceof TrimmedAway)) throw error;
      // Older ones are gone: whoever wants them is told so by the log.
      this.#head = error.resumeAfter;
      this.#base = error.resumeAfter;
      this.#newest = [];
      return this.#next();
    }
  }

  #take(entries: readonly EventEntry[]): void {
    this.#newest.push(...entries);
    const beyond = this.#newest.splice(0, Math.max(0, this.#newest.length - KEPT)).at(-1);
    if (beyond !== undefined) this.#base = beyond.position;
    this.#head = entries.at(-1)?.position ?? this.#head;
    this.#count += entries.length;
    this.#wake();
  }

  async #drop(entries: readonly EventEntry[]): Promise<void> {
    const since = Date.now() - YOUNG_MS;
    const young = entries.filter(({ position }) => acceptedAt(position) > since);
    const tags = new Set(young.flatMap(({ value }) => tagsOf(value)));
    if (tags.size > 0) await this.#options.drop([...tags]);
  }
}
