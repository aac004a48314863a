import { open, readFile, rename } from 'node:fs/promises';
import { within } from './deadline.ts';
import type { Redis } from './redis.ts';
import { isItem } from './wire.ts';

/** A few short texts by name that outlast a restart. Losing them costs work, not data. Nothing personal; never logged: some are secrets. */
export interface Notes {
  read(): Promise<Readonly<Record<string, string>>>;
  /** Writes these, and forgets those that are null; the others stay. */
  write(some: Readonly<Record<string, string | null>>): Promise<void>;
}

/** Notes of one process in a file that only its user may read, which is replaced whole. One that is missing or damaged holds none. */
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
  const replace = async (some: Readonly<Record<string, string | null>>): Promise<void> => {
    const notes = Object.entries({ ...(await read()), ...some }).filter(([, value]) => value !== null);
    const aside = `${file}.new`;
    const handle = await open(aside, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(Object.fromEntries(notes)));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  };
  // One after the other: each writes what it has read, and would take away what another adds meanwhile.
  let last: Promise<void> = Promise.resolve();
  return {
    read,
    write(some) {
      const written = last.then(() => replace(some));
      last = written.catch(() => {});
      return written;
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
      const kept = Object.entries(some).filter((entry): entry is [string, string] => entry[1] !== null);
      const forgotten = Object.keys(some).filter((name) => some[name] === null);
      if (kept.length > 0) await within(redis.hSet(key, Object.fromEntries(kept)), waitMs);
      if (forgotten.length > 0) await within(redis.hDel(key, forgotten), waitMs);
    },
  };
}
