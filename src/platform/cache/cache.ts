import { type ErrorCode, UpstreamError } from '../errors.ts';
import type { CacheOutcome } from '../observer.ts';
import { type CallScope, sharedScope } from '../operation.ts';
import type { DropLog } from './drops.ts';
import { type Entry, entryOf, type Freshness, freshnessOf, keptFor } from './entry.ts';
import { Flights, type Landed } from './flights.ts';
import type { Kept, Store } from './memory.ts';
import { type Answer, type Brought, type CachedRead, keyOf } from './read.ts';
import type { CacheKey } from './scope.ts';
import type { SharedStore } from './shared.ts';
import { readShared } from './shared-read.ts';
import type { Tag } from './tags.ts';
import { Tally } from './tally.ts';

/** What a cache is made of. */
export interface CacheOptions {
  readonly memory: Store;
  /** For what is read in bulk, and found by those who read in bulk: else a few of them would leave nothing else in memory. */
  readonly passing: Store;
  /** Behind memory, for all nodes. */
  readonly shared?: SharedStore | undefined;
  readonly log: DropLog;
  /** Milliseconds of the epoch. */
  readonly now?: () => number;
}

/** Failures behind which an old value is better than none. That the platform refuses is not among them. */
const FALLS_BACK: ReadonlySet<ErrorCode> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_INVALID_DATA',
]);

/** Reads through a cache that is never wrong: what was dropped is not given again, whoever dropped it and whatever was under way. */
export class Cache {
  readonly #options: CacheOptions;
  readonly #flights: Flights;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#flights = new Flights(options.log.drops, (...filling) => this.#fill(...filling));
  }

  /** Drops what concerns things that have changed, on every node. */
  drop(tags: readonly Tag[]): Promise<void> {
    return this.#options.log.drop(tags);
  }

  /** The position to read from, null where nothing that is kept can be trusted. */
  sync(): Promise<number | null> {
    return this.#options.log.sync();
  }

  /** Whether what was read from a position on still holds. @param kinds of which nothing may have changed at all */
  holds(fence: number, tags: readonly Tag[], kinds: readonly Tag[] = []): boolean {
    const { drops } = this.#options.log;
    return drops.holds(fence, tags) && drops.holdsKinds(fence, kinds);
  }

  /** Reads several things of one kind, each at most once at a time in a scope. */
  async many<T>(scope: CallScope, read: CachedRead<T>, ids: readonly string[]): Promise<Answer<T>> {
    const fence = scope.fresh === true ? null : await this.#options.log.sync();
    if (fence === null) return this.#past(scope, read, ids);
    const tally = new Tally(scope, read);
    const found = await this.#find(scope, read, ids);
    const values = new Map<string, T | UpstreamError>();
    const take = (id: string, entry: Entry, outcome: CacheOutcome): void => {
      values.set(id, entry.value as T);
      tally.add(outcome, this.#now() - entry.readAt);
      if (outcome === 'stale' || outcome === 'error') scope.reads?.leaveOut();
      else scope.reads?.add(entry.tags, entry.readAt + entry.freshMs, entry.fence);
    };
    const wanted: string[] = [];
    const stale: string[] = [];
    for (const id of ids) {
      const entry = found.get(id);
      const freshness = entry === undefined ? 'expired' : this.#freshness(read, entry);
      if (entry !== undefined && (freshness === 'fresh' || freshness === 'stale')) take(id, entry, freshness);
      else wanted.push(id);
      if (freshness === 'stale') stale.push(id);
    }
    this.#refresh(scope, read, stale, fence);
    const loose: unknown[] = [];
    for (const [group, outcome] of await this.#flights.land(scope, read, wanted, fence)) {
      loose.push(...group.loose);
      for (const [id, landed] of group.entries) {
        if (!(landed instanceof UpstreamError)) take(id, landed, outcome);
        else {
          const mayBeOld = scope.withoutOld !== true && FALLS_BACK.has(landed.code);
          const old = mayBeOld ? found.get(id) : undefined;
          if (old !== undefined) take(id, old, 'error');
          else values.set(id, landed);
          scope.reads?.leaveOut();
        }
      }
    }
    if (loose.length > 0) scope.reads?.leaveOut();
    tally.tell();
    return { values, loose };
  }

  /** Past what is kept, to the platform, together with those who ask meanwhile; and nothing is kept. */
  async #past<T>(scope: CallScope, read: CachedRead<T>, ids: readonly string[]): Promise<Answer<T>> {
    const values = new Map<string, T | UpstreamError>();
    const loose: unknown[] = [];
    for (const [landed] of await this.#flights.land(scope, read, ids, null)) {
      loose.push(...landed.loose);
      for (const [id, one] of landed.entries) values.set(id, one instanceof UpstreamError ? one : (one.value as T));
    }
    scope.reads?.leaveOut();
    const tally = new Tally(scope, read);
    for (const _ of ids) tally.add('bypass');
    if (scope.fresh !== true) tally.tell();
    return { values, loose };
  }

  /** What is kept and holds; of memory's and the shared store's the newer one. */
  async #find({ isBulk }: CallScope, read: CachedRead<unknown>, ids: readonly string[]): Promise<Map<string, Entry>> {
    const { memory, passing, shared } = this.#options;
    const holding = (entry: Entry | undefined): entry is Entry =>
      entry !== undefined && this.holds(entry.fence, entry.tags) && this.#freshness(read, entry) !== 'expired';
    const keys = ids.map((id) => keyOf(read, id));
    const found = new Map<string, Entry>();
    for (const store of isBulk ? [passing, memory] : [memory]) {
      const near = await store.get(keys);
      near.forEach((entry, index) => {
        const id = ids[index] ?? '';
        if (holding(entry) && (found.get(id)?.readAt ?? 0) < entry.readAt) found.set(id, entry);
      });
    }
    const rest = ids.filter((id) => {
      const entry = found.get(id);
      return entry === undefined || this.#freshness(read, entry) !== 'fresh';
    });
    if (shared === undefined || rest.length === 0) return found;
    const far = await shared.get(rest.map((id) => keyOf(read, id))).catch(() => []);
    const brought: Kept[] = [];
    far.forEach((entry, index) => {
      const id = rest[index] ?? '';
      if (!holding(entry) || (found.get(id)?.readAt ?? 0) >= entry.readAt) return;
      found.set(id, entry);
      brought.push(kept(keyOf(read, id), entry, read, sizeOf(entry.value)));
    });
    await (isBulk ? passing : memory).set(brought);
    return found;
  }

  /** Reads anew behind an answer that was given from stale entries: once, however many ask meanwhile. */
  #refresh<T>(scope: CallScope, read: CachedRead<T>, ids: readonly string[], fence: number): void {
    const due = ids.filter((id) => !this.#flights.has(keyOf(read, id)));
    if (due.length === 0) return;
    const behind: CallScope = { ...sharedScope(scope), queue: 'background', wave: () => 0, reads: undefined };
    this.#flights
      .begin(behind, read, due, fence)
      .join(behind)
      .catch(() => undefined);
  }

  async #fill<T>(scope: CallScope, read: CachedRead<T>, ids: readonly string[], fence: number | null): Promise<Landed> {
    const { shared } = this.#options;
    const fill = async (some: readonly string[]): Promise<Landed> =>
      this.#keep(scope, read, await read.read(some, scope), fence);
    // Who keeps nothing has nothing for the others to wait for.
    const keepsNothing = fence === null || Math.max(read.lifetimes.freshMs, read.lifetimes.absentMs) === 0;
    if (shared === undefined || keepsNothing) return fill(ids);
    return readShared(scope, shared, ids, {
      keyOf: (id) => keyOf(read, id),
      isGood: (entry) => this.holds(entry.fence, entry.tags) && this.#freshness(read, entry) === 'fresh',
      sync: () => this.#options.log.sync(),
      fill,
    });
  }

  /** Keeps what was brought, also what came along with it. @param at null where nothing may be kept */
  async #keep<T>(
    { isBulk }: CallScope,
    read: CachedRead<T>,
    { values, loose = [], along = [] }: Brought<T>,
    at: number | null,
  ): Promise<Landed> {
    const now = this.#now();
    const fence = at ?? Number.NEGATIVE_INFINITY;
    const entries = new Map<string, Entry | UpstreamError>();
    const keeping: Kept[] = [];
    for (const [id, one] of values) {
      if (one instanceof UpstreamError) {
        entries.set(id, one);
        continue;
      }
      const entry = entryOf(one.value, { fence, tags: one.tags, now }, read.lifetimes);
      entries.set(id, entry);
      if (loose.length === 0) keeping.push(kept(keyOf(read, id), entry, read, one.bytes));
    }
    for (const one of along) {
      const entry = entryOf(one.value, { fence, tags: one.tags, now }, one.of.lifetimes);
      keeping.push(kept(keyOf(one.of, one.id), entry, one.of, one.bytes));
    }
    const holding = keeping.filter(({ entry }) => this.holds(fence, entry.tags) && entry.freshMs > 0);
    if (holding.length === 0) return { entries, loose };
    const { memory, passing } = this.#options;
    await (isBulk ? passing : memory).set(holding);
    await this.#options.shared?.set(holding).catch(() => undefined);
    return { entries, loose };
  }

  #freshness(read: { readonly lifetimes: CachedRead<unknown>['lifetimes'] }, entry: Entry): Freshness {
    return freshnessOf(entry, read.lifetimes, this.#now());
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function kept(key: CacheKey, entry: Entry, { lifetimes }: Pick<CachedRead<unknown>, 'lifetimes'>, bytes: number): Kept {
  return { key, entry, ttlMs: keptFor(entry, lifetimes), bytes };
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
