import DataLoader from 'dataloader';
import type { Operation } from './operation.ts';

/** Reads things of one resource by id, each once in an operation. */
export interface Loader<V> {
  load(id: string): Promise<V>;
  /** Gives it what another call brought; what is there already stays. */
  prime(id: string, value: V): void;
}

/**
 * A loader for one resource in one operation: collects the ids of a wave, reads each once, and answers by id, never by position.
 * @param read gets the distinct ids of a wave and returns what it found by id; an Error as a value fails that id alone
 * @param absent what an id gets that is not in the answer
 */
export function batched<V, A>(
  operation: Operation,
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, V | Error>>,
  absent: (id: string) => A,
): Loader<V | A> {
  // DataLoader would keep what is known back until its next batch leaves, which is the next wave here: so it is kept beside it.
  const known = new Map<string, Promise<V | A>>();
  const loader = new DataLoader<string, V | A>(
    async (ids) => {
      const found = await operation.waves.track(read(ids));
      return ids.map((id) => (found.has(id) ? (found.get(id) as V | Error) : absent(id)));
    },
    { batchScheduleFn: operation.waves.schedule, cache: false },
  );
  return {
    load(id) {
      const value = known.get(id) ?? loader.load(id);
      known.set(id, value);
      return value;
    },
    prime(id, value) {
      if (!known.has(id)) known.set(id, Promise.resolve(value));
    },
  };
}

/**
 * Groups items by the ids they belong to. Every wanted id has an entry, an empty one where nothing belongs to it.
 * @param idsOf the ids an item belongs to; those that are not wanted are passed over
 */
export function groupBy<T>(
  wanted: readonly string[],
  items: readonly T[],
  idsOf: (item: T) => readonly string[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>(wanted.map((id) => [id, []]));
  for (const item of items) {
    for (const id of new Set(idsOf(item))) groups.get(id)?.push(item);
  }
  return groups;
}

/** Cuts ids into chunks of at most `size` ids and at most `maxLength` characters when joined by commas and URL-encoded. */
export function chunked(ids: readonly string[], size: number, maxLength = Number.POSITIVE_INFINITY): string[][] {
  const chunks: string[][] = [];
  let length = 0;
  for (const id of ids) {
    const cost = encodeURIComponent(id).length + 1;
    const last = chunks.at(-1);
    if (last === undefined || last.length >= size || length + cost > maxLength) {
      chunks.push([id]);
      length = cost;
    } else {
      last.push(id);
      length += cost;
    }
  }
  return chunks;
}
