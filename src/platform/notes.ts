import { readFile, rename, writeFile } from 'node:fs/promises';
import { within } from './deadline.ts';
import type { Redis } from './redis.ts';
import { isItem } from './wire.ts';

/** A few short texts by name that outlast a restart. Losing them costs work, not data. No secrets, nothing personal. */
export interface Notes {
  read(): Promise<Readonly<Record<string, string>>>;
  /** Writes these; the others stay. */
  write(some: Readonly<Record<string, string>>): Promise<void>;
}

/** Notes of one process in a file, which is replaced whole. One that is missing or damaged holds none. */
export function fileNotes(file: string): Notes {
  const read = async (): Promise<Record<string, string>> => {
    try {
      const notes: unknown = JSON.parse(await readFile(file, 'utf8'));
      const entries = Object.entries(isItem(notes) ? notes : {});
      return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    } catch {
      return {};
    }
  };
  return {
    read,
    async write(some) {
      const aside = `${file}.new`;
      await writeFile(aside, JSON.stringify({ ...(await read()), ...some }), { mode: 0o600 });
      await rename(aside, file);
    },
  };
}

/**
 * Notes of all processes that share a Redis.
 * @param key the hash that they stand in
 * @param waitMs longest wait for an answer, in milliseconds; then it fails with `OutOfTime`
 */
export function redisNotes(redis: Redis, key: string, waitMs = 2_000): Notes {
  return {
    read: async () => ({ ...(await within(redis.hGetAll(key), waitMs)) }),
    async write(some) {
      if (Object.keys(some).length > 0) await within(redis.hSet(key, { ...some }), waitMs);
    },
  };
}
