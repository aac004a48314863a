import type { Settings } from '../config/index.ts';
import { Responses } from '../edge/responses.ts';
import { createCache, type Lifetimes, type LifetimesByPace } from '../platform/cache/index.ts';
import type { Log } from '../platform/log.ts';
import type { Redis } from '../platform/redis.ts';

const MEGABYTE = 1_024 * 1_024;
/** Whole answers have this share of the room of everything else besides. */
const SHARE_OF_RESPONSES = 0.25;

/** What is kept between operations, as the settings have it. */
export function openCache(settings: Settings, redis: Redis | undefined, log: Log) {
  const { mode, memoryMegabytes, response } = settings.cache;
  const { cache, stop } = createCache({
    maxBytes: memoryMegabytes * MEGABYTE,
    redis,
    redisWaitMs: settings.redisTimeoutMs,
    onError: () => log.warn('nothing is taken from the cache while Redis does not answer in time'),
  });
  return {
    cache,
    stop,
    /** For the sources; null where nothing is kept. */
    use: mode === 'off' ? null : { cache, lifetimes: lifetimesOf(settings.cache) },
    /** Whole answers; null where none are kept. @param version changes with what is always kept */
    responses: (version: () => string): Responses | null =>
      mode === 'on' && response > 0
        ? new Responses({
            cache,
            maxBytes: memoryMegabytes * MEGABYTE * SHARE_OF_RESPONSES,
            freshMs: 1_000 * response,
            version,
          })
        : null,
  };
}

function lifetimesOf({ fresh, absent, stale, staleIfError }: Settings['cache']): LifetimesByPace {
  const of = (seconds: number): Lifetimes => ({
    freshMs: 1_000 * seconds,
    // What is not kept at all is not kept as stale either.
    staleMs: seconds === 0 ? 0 : 1_000 * stale,
    staleIfErrorMs: seconds === 0 ? 0 : 1_000 * staleIfError,
    absentMs: 1_000 * Math.min(seconds, absent),
  });
  return {
    clients: of(fresh.clients),
    relationships: of(fresh.relationships),
    plans: of(fresh.plans),
    valuations: of(fresh.valuations),
    profiling: of(fresh.profiling),
    reference: of(fresh.reference),
  };
}
