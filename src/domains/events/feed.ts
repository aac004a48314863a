import { setImmediate as turn } from 'node:timers/promises';
import type { Tag } from '../../platform/cache/index.ts';
import {
  acceptedAt,
  type EventLog,
  ForeignPosition,
  isSameLog,
  type LogEntry,
  type Position,
  TrimmedAway,
} from '../../platform/events/index.ts';
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

/**
 * An entry younger than this may have come in over another node whose drop is still on its way, or never was sent, in milliseconds. It is
 * long, since the log's clock may be another machine's.
 */
const YOUNG_MS = 600_000;
/** Entries of which it is known that what they concern was dropped: those who resume together do not drop it each. */
const DROPPED = 10_000;

/**
 * The log as all followers of one node read it: its newest entries are read once for all of them, and what an entry concerns is dropped
 * from the cache before anyone is given it, whichever node took it in. A follower is nothing but a position, so one that is slow costs
 * no memory and holds nobody up.
 */
export class EventFeed {
  readonly log: EventLog<PlatformEvent>;
  readonly #options: EventFeedOptions;
  /** The newest entries, all that stand behind `#base`; undefined while nobody follows. */
  #newest: readonly EventEntry[] = [];
  #base: Position | null | undefined;
  #head: Position | null = null;
  #count = 0;
  #version = 0;
  readonly #waiting = new Set<() => void>();
  /** What was looked up last among the newest: all who stand at one place are given one list. */
  #sight: { readonly after: Position | null; readonly entries: readonly EventEntry[] } | undefined;
  readonly #dropped = new Set<Position>();
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

  /** As `read` has them, at once; undefined where they have to be read from the log. */
  newest(after: Position | null): readonly EventEntry[] | undefined {
    if (!this.#covers(after)) return undefined;
    if (this.#sight === undefined || this.#sight.after !== after) {
      let start = this.#newest.length;
      while (start > 0 && (after === null || (this.#newest[start - 1]?.position ?? '') > after)) start -= 1;
      this.#sight = { after, entries: this.#newest.slice(start, start + STRIDE) };
    }
    return this.#sight.entries;
  }

  /**
   * The oldest entries behind a position, oldest first; none where it is the end.
   * @throws TrimmedAway, ForeignPosition, LogUnavailable
   */
  async read(after: Position | null): Promise<readonly EventEntry[]> {
    const newest = this.newest(after);
    if (newest !== undefined) return newest;
    const entries = await this.log.read(after, STRIDE);
    const since = Date.now() - YOUNG_MS;
    await this.#drop(entries.filter(({ position }) => acceptedAt(position) > since));
    // A walk through a long log must let others in between, whatever the log is made of.
    await turn();
    return entries;
  }

  /** Calls back once: at the next arrival since `version`, or when the feed stops; at once where that has been. */
  onChange(version: number, wake: () => void): void {
    if (version !== this.#version || this.#stopped) wake();
    else this.#waiting.add(wake);
  }

  /** Does not call back any more. */
  forget(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
    this.#wake();
  }

  #covers(after: Position | null): boolean {
    if (this.#base === undefined || after === null) return this.#base === null;
    // A position of a log that was there before this one is the log's to judge.
    const known = this.#base ?? this.#newest[0]?.position;
    return known !== undefined && isSameLog(after, known) && (this.#base === null || after >= this.#base);
  }

  #rest(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearTimeout(this.#retry);
    this.#keep([], undefined);
  }

  /** @param base what the newest stand behind; undefined while none are kept */
  #keep(newest: readonly EventEntry[], base: Position | null | undefined): void {
    this.#newest = newest;
    this.#base = base;
    this.#sight = undefined;
  }

  #wake(): void {
    this.#version += 1;
    // Whoever is woken goes on in a turn of its own, so that none comes to wait again meanwhile.
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
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
    while (this.#isBehind && this.#unwatch !== undefined) {
      this.#isBehind = false;
      // Also where all have left meanwhile, and others have come.
      if (this.#base === undefined) await this.#begin();
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
    this.#head = last;
    this.#keep([], last);
    this.#wake();
  }

  async #next(): Promise<readonly EventEntry[]> {
    try {
      const entries = await this.log.read(this.#head, STRIDE);
      await this.#drop(entries);
      return entries;
    } catch (error) {
      if (!(error instanceof TrimmedAway) && !(error instanceof ForeignPosition)) throw error;
      // What was kept is gone, or the whole log is another one: whoever asks for what was before is told so by the log.
      if (this.#unwatch === undefined) return [];
      await this.#begin();
      return [];
    }
  }

  #take(entries: readonly EventEntry[]): void {
    const all = [...this.#newest, ...entries];
    const kept = all.slice(-KEPT);
    this.#keep(kept, all[all.length - kept.length - 1]?.position ?? this.#base);
    this.#head = entries.at(-1)?.position ?? this.#head;
    this.#count += entries.length;
    this.#wake();
  }

  async #drop(entries: readonly EventEntry[]): Promise<void> {
    const concerned = entries.filter(({ position }) => !this.#dropped.has(position));
    const tags = new Set(concerned.flatMap(({ value }) => tagsOf(value)));
    if (tags.size > 0) await this.#options.drop([...tags]);
    for (const { position } of concerned) this.#dropped.add(position);
    for (const oldest of this.#dropped) {
      if (this.#dropped.size <= DROPPED) break;
      this.#dropped.delete(oldest);
    }
  }
}
