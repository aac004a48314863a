import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import { type IntentStore, Intents, openFileIntents, redisIntents } from '../platform/intents/index.ts';
import type { Redis } from '../platform/redis.ts';

/** What was begun to be written: in Redis where there is one, for all nodes together; else in files below DATA_DIR, for this one alone. */
export async function openIntents({ dataDir }: Settings, redis: Redis | undefined) {
  const store: IntentStore =
    redis === undefined ? await openFileIntents(join(dataDir, 'intents')) : redisIntents(redis);
  return { intents: new Intents(store), stop: () => store.stop() };
}
