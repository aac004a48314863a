import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import type { Entry } from './entry.ts';
import type { CacheKey } from './scope.ts';

/** An entry with how long it is kept, in milliseconds, and what it takes, in bytes of JSON. */
export interface Kept<T = unknown> {
  readonly key: CacheKey;
  readonly entry: Entry<T>;
  readonly ttlMs: number;
  readonly bytes: number;
}

/** A store of entries. */
export interface Store {
  /** Entries in the order of the keys, undefined where there is none. */
  get(keys: readonly CacheKey[]): Promise<readonly (Entry | undefined)[]>;
  set(entries: readonly Kept[]): Promise<void>;
}

/** What an entry takes besides its value, in bytes. */
const OVERHEAD = 200;

interface Stored {
  readonly value: Sized;
  readonly expires?: number;
}
interface Sized {
  readonly entry: Entry;
  readonly bytes: number;
}

/** Entries in this process, the least recently used given up first. @param maxBytes of JSON; as objects they take about four times as much */
export function memoryStore(maxBytes: number): Store {
  const lru = new LRUCache<string, Stored>({
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => Math.ceil(OVERHEAD + value.bytes),
  });
  const store = {
    get: (key: string) => lru.get(key),
    getMany: async (keys: string[]) => keys.map((key) => lru.get(key)),
    set: (key: string, value: Stored) => lru.set(key, value),
    setMany: async (entries: { key: string; value: Stored }[]) =>
      entries.map(({ key, value }) => !!lru.set(key, value)),
    delete: (key: string) => lru.delete(key),
    deleteMany: async (keys: string[]) => keys.map((key) => lru.delete(key)).every(Boolean),
    clear: () => lru.clear(),
  };
  const keyv = new Keyv<Sized>({ store, useKeyPrefix: false, throwOnErrors: true });
  // Objects stay objects: what is never changed need not be copied.
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return {
    async get(keys) {
      const found = await keyv.getMany([...keys]);
      return found.map((sized) => sized?.entry);
    },
    async set(entries) {
      await keyv.setMany(entries.map(({ key, entry, ttlMs, bytes }) => ({ key, value: { entry, bytes }, ttl: ttlMs })));
    },
  };
}
