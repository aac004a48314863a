import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type CachedRead, createCache, type RunningCache } from '../../../src/platform/cache/index.ts';
import type { UpstreamError } from '../../../src/platform/errors.ts';
import type { CallScope } from '../../../src/platform/operation.ts';
import { connectRedis, type Redis } from '../../../src/platform/redis.ts';
import { startRedis } from '../../redis.ts';
import { callScope } from '../helpers.ts';

/** One gateway's cache. */
export interface Node extends RunningCache {
  readonly redis: Redis | undefined;
  /** What Redis was told to have failed with. */
  readonly errors: unknown[];
}

/** How a node is started. */
export interface NodeOptions {
  readonly redisUrl?: string | undefined;
  readonly maxBytes?: number;
  /** Longer than any machine needs, unless Redis is to be given up. */
  readonly redisWaitMs?: number;
  readonly now?: () => number;
  /** Whether Redis need not be there yet. */
  readonly isAlone?: boolean;
}

/** A long time for whatever will come in the end, however slow the machine is. */
export const LONG = { timeout: 60_000, interval: 20 };

const MEGABYTE = 1_024 * 1_024;

export async function startNode({ redisUrl, isAlone = false, ...options }: NodeOptions = {}): Promise<Node> {
  const errors: unknown[] = [];
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl, () => {});
  while (!isAlone && redis !== undefined && !redis.isReady) await pause(5);
  const running = createCache({
    maxBytes: MEGABYTE,
    redisWaitMs: 30_000,
    ...options,
    redis,
    onError: (error) => errors.push(error),
  });
  return {
    cache: running.cache,
    redis,
    errors,
    stop() {
      running.stop();
      if (redis?.isOpen) redis.destroy();
    },
  };
}

/** How long a database is somebody's who has not said that it still is, in milliseconds. */
const LEASE_MS = 60_000;

/**
 * A database of the Redis that is at hand, empty; null where there is none. There are more files of tests than databases, and two of them
 * run at a time: who comes second to one waits until the other has stopped.
 */
export async function emptyDatabase(number: number): Promise<{ url: string; stop(): void } | null> {
  const server = await startRedis();
  if (server === null) return null;
  const url = new URL(`/${number}`, server.url).href;
  const release = await takeDatabase(server.url, number);
  await withRedis(url, (redis) => redis.flushDb());
  return {
    url,
    stop: () => void release().finally(() => server.own?.kill()),
  };
}

/** @returns gives it back */
async function takeDatabase(url: string, number: number): Promise<() => Promise<void>> {
  const redis = connectRedis(url, () => {});
  while (!redis.isReady) await pause(5);
  const key = `wealthgraph-test:database:${number}`;
  while ((await redis.set(key, process.pid, { NX: true, PX: LEASE_MS })) === null) await pause(100);
  const renewal = setInterval(() => void redis.pExpire(key, LEASE_MS).catch(() => {}), LEASE_MS / 4).unref();
  return async () => {
    clearInterval(renewal);
    await redis.del(key).catch(() => {});
    redis.destroy();
  };
}

/** Does something with a connection of its own. */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(url, () => {});
  while (!redis.isReady) await pause(5);
  try {
    return await work(redis);
  } finally {
    redis.destroy();
  }
}

/** Takes away all locks, as time would. */
export async function endLeases({ redis }: Pick<Node, 'redis'>): Promise<void> {
  for (const lock of (await redis?.keys('wealthgraph:lock:*')) ?? []) await redis?.del(lock);
}

/** Time enough for the slowest machine. */
const patient = (): CallScope => callScope({ budgetMs: 200_000 });

/** What is read of one thing. @throws the failure that stands in its place */
export async function one<T>(
  { cache }: Pick<Node, 'cache'>,
  read: CachedRead<T>,
  id: string,
  scope = patient(),
): Promise<T> {
  return valueIn(await cache.many(scope, read, [id]), id);
}

/** What is read of several things, failures among them. */
export async function several<T>(
  { cache }: Pick<Node, 'cache'>,
  read: CachedRead<T>,
  ids: readonly string[],
  scope: CallScope = patient(),
): Promise<(T | UpstreamError | undefined)[]> {
  const { values } = await cache.many(scope, read, ids);
  return ids.map((id) => values.get(id));
}

function valueIn<T>({ values }: Answer<T>, id: string): T {
  const value = values.get(id);
  if (value instanceof Error) throw value;
  if (value === undefined) throw new TypeError(`nothing is told of ${id}`);
  return value;
}
