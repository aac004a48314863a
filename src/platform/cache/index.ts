import { Patience } from '../patience.ts';
import type { Redis } from '../redis.ts';
import { Cache } from './cache.ts';
import { localDropLog } from './drops.ts';
import type { Lifetimes } from './entry.ts';
import { memoryStore } from './memory.ts';
import { redisDropLog } from './redis-drops.ts';
import { sharedStore } from './shared.ts';

export type { Cache } from './cache.ts';
export type { Lifetimes } from './entry.ts';
export type { Answer, Brought, CachedKind, CachedRead, Item } from './read.ts';
export { Reads } from './reads.ts';
export { callerScope, responseKey, type UpstreamScope, upstreamScope } from './scope.ts';
export { EVERYTHING, listTag, type Tag, tagOf } from './tags.ts';
export { memoryStore };

/** What changes at one pace. */
export type Pace = 'clients' | 'relationships' | 'plans' | 'valuations' | 'profiling' | 'reference';

/** How long things of each pace are good. */
export type LifetimesByPace = Readonly<Record<Pace, Lifetimes>>;

/** What the cache of a gateway takes. */
export interface CacheSetup {
  /** Room in memory, in bytes of JSON. */
  readonly maxBytes: number;
  /** The Redis that all nodes share, where there is one. */
  readonly redis?: Redis | undefined;
  /** Longest wait for Redis, in milliseconds: then the platforms are asked. */
  readonly redisWaitMs?: number;
  readonly onError: (error: unknown) => void;
  /** Milliseconds of the epoch. */
  readonly now?: () => number;
}

/** A cache that lives until it is stopped. */
export interface RunningCache {
  readonly cache: Cache;
  stop(): void;
}

/** Room for what is read in bulk, beside the other, as a part of it: enough for a few pages, which share people and plans with those before them. */
const PASSING_SHARE = 1 / 16;
/** How long Redis is waited for, in milliseconds. */
const REDIS_WAIT_MS = 100;

/** Memory, and Redis behind it where there is one. */
export function createCache({
  maxBytes,
  redis,
  redisWaitMs = REDIS_WAIT_MS,
  onError,
  now = Date.now,
}: CacheSetup): RunningCache {
  const passing = memoryStore(Math.ceil(maxBytes * PASSING_SHARE));
  const memory = memoryStore(maxBytes);
  if (redis === undefined) return { cache: new Cache({ memory, passing, log: localDropLog(), now }), stop() {} };
  const patience = new Patience({ waitMs: redisWaitMs, onError });
  const log = redisDropLog(redis, patience);
  return {
    cache: new Cache({ memory, passing, shared: sharedStore(redis, patience), log, now }),
    stop: () => log.stop(),
  };
}
