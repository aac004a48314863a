import { digestIn, type PackedEntry } from './entry.ts';
import { type Store, setState, stateIn } from './lmdb-store.ts';
import type { Retention } from './log.ts';
import { digitsOf } from './position.ts';
import { isBeyond, placeAt } from './state.ts';

/** What became of one entry. */
export interface Put {
  readonly place: number;
  readonly isNew: boolean;
}

/** A change that is worked out, with everything read that it takes, before any of it is written. */
export interface Step<R> {
  readonly result: R;
  /** Writes all of it; undefined where nothing changes. To be called in a batch. */
  readonly write: (() => void) | undefined;
}

/**
 * Puts what is new behind what is there; a key that is there already tells where.
 * @param now milliseconds since 1970
 * @throws what lmdb throws
 */
export function putStep(store: Store, packed: readonly PackedEntry[], now: number): Step<Put[]> {
  const before = stateIn(store);
  const fresh = new Map<string, PackedEntry & { readonly place: number }>();
  let { last, bytes } = before;
  const result = packed.map((entry): Put => {
    const name = entry.digest.toString('base64');
    const known = fresh.get(name)?.place ?? store.keys.get(entry.digest);
    if (known !== undefined) return { place: Number(known), isNew: false };
    last = Math.max(last + 1, placeAt(now));
    bytes += entry.bytes;
    fresh.set(name, { ...entry, place: last });
    return { place: last, isNew: true };
  });
  if (fresh.size === 0) return { result, write: undefined };
  const write = (): void => {
    for (const { place, text, digest } of fresh.values()) {
      store.entries.put(digitsOf(place), text);
      store.keys.put(digest, digitsOf(place));
    }
    setState(store, { ...before, last, entries: before.entries + fresh.size, bytes });
  };
  return { result, write };
}

/**
 * Removes the oldest entries that are beyond the retention, with their keys.
 * @param most how many at most
 * @param now milliseconds since 1970
 * @returns how many are gone
 * @throws what lmdb throws
 */
export function trimStep(store: Store, retention: Retention, most: number, now: number): Step<number> {
  const before = stateIn(store);
  const gone: { readonly key: string; readonly digest: Buffer }[] = [];
  let { trimmed, entries, bytes } = before;
  for (const { key, value } of store.entries.getRange({ limit: most })) {
    if (!isBeyond(Number(key), { ...before, entries, bytes }, retention, now)) break;
    gone.push({ key, digest: digestIn(value) });
    trimmed = Number(key);
    entries -= 1;
    bytes -= Buffer.byteLength(value);
  }
  if (gone.length === 0) return { result: 0, write: undefined };
  const write = (): void => {
    for (const { key, digest } of gone) {
      store.entries.remove(key);
      store.keys.remove(digest);
    }
    setState(store, { ...before, trimmed, entries, bytes });
  };
  return { result: gone.length, write };
}
