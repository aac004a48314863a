import { randomUUID } from 'node:crypto';
import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import type { Patience } from '../patience.ts';
import type { Redis } from '../redis.ts';
import type { Entry } from './entry.ts';
import type { Store } from './memory.ts';
import type { CacheKey } from './scope.ts';

/** Counts up when what is stored changes its shape: gateways of two versions may share a Redis. */
const FORMAT = 1;

/** How long a lock holds where its holder does not give it back, in milliseconds: one that died keeps nobody waiting for longer. */
const LEASE_MS = 5_000;

/** Takes those locks that nobody holds. ARGV: the holder, the lease in milliseconds. */
const LOCK = `
local won = {}
for i, key in ipairs(KEYS) do
  won[i] = redis.call('SET', key, ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
end
return won
`;

/** Gives back those locks that are still the holder's. */
const UNLOCK = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
`;

/** Locks that were taken; who is not among the keys waits for what another node brings. */
export interface Lock {
  readonly keys: ReadonlySet<CacheKey>;
  release(): Promise<void>;
}

/** A store that all nodes share, with locks, so that one of them reads what several want. Whatever it can't do in time throws. */
export interface SharedStore extends Store {
  /** Takes the locks of keys for a while, where nobody holds them. */
  lock(keys: readonly CacheKey[]): Promise<Lock>;
}

/** Entries in Redis through Keyv, as JSON. */
export function sharedStore(redis: Redis, patience: Patience): SharedStore {
  // The client is of the same package; its type differs by the modules that it was made with.
  const store = new KeyvRedis<unknown>(redis as never, { throwOnErrors: true });
  const options = {
    store,
    namespace: 'wealthgraph:cache',
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
    // Keyv's own writing of JSON takes a field that is called toJSON for a function, and is slower.
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  };
  const keyv = new Keyv<Entry>(options);
  const named = (key: CacheKey): string => `${FORMAT}:${key}`;
  const lockOf = (key: CacheKey): string => `wealthgraph:lock:${FORMAT}:${key}`;
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    patience.ask(async () => {
      // Keyv would open the connection again, also one that was closed for good.
      if (!redis.isReady) throw new Error('there is no connection to Redis');
      return work();
    });

  return {
    async get(keys) {
      if (keys.length === 0) return [];
      return ask(() => keyv.getMany(keys.map(named)));
    },
    async set(entries) {
      if (entries.length === 0) return;
      await ask(() =>
        keyv.setMany(entries.map(({ key, entry, ttlMs }) => ({ key: named(key), value: entry, ttl: ttlMs }))),
      );
    },
    async lock(keys) {
      const holder = randomUUID();
      const locks = keys.map(lockOf);
      const won = await patience.ask(() => redis.eval(LOCK, { keys: locks, arguments: [holder, String(LEASE_MS)] }));
      const taken = keys.filter((_, index) => (won as number[])[index] === 1);
      return {
        keys: new Set(taken),
        async release() {
          if (taken.length === 0) return;
          await patience.ask(() => redis.eval(UNLOCK, { keys: taken.map(lockOf), arguments: [holder] }));
        },
      };
    },
  };
}
