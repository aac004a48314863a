import { setTimeout as pause } from 'node:timers/promises';
import { type EventLog, type LogOptions, type RedisLogOptions, redisLog } from '../../../src/platform/events/index.ts';
import { connectRedis } from '../../../src/platform/redis.ts';

/** What the tests append. */
export type Value = unknown;

/** Everything is kept, and nothing happens by itself. */
export const OPTIONS: LogOptions = {
  retention: { maxAgeMs: 1e12, maxEntries: 1e9 },
  onError: () => {},
  trimEveryMs: 1e9,
};

/** A log with a connection of its own. */
export async function openRedis(url: string, options: Partial<RedisLogOptions> = {}): Promise<EventLog<Value>> {
  const redis = connectRedis(url, () => {});
  while (!redis.isReady) await pause(5);
  const log = redisLog<Value>(redis, { ...OPTIONS, waitMs: 60_000, onWarning: () => {}, ...options });
  return {
    ...log,
    async stop() {
      await log.stop();
      if (redis.isOpen) redis.destroy();
    },
  };
}
