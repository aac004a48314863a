import { setTimeout as pause } from 'node:timers/promises';
import type { UpstreamError } from '../errors.ts';
import type { CallScope } from '../operation.ts';
import type { Entry } from './entry.ts';
import type { CacheKey } from './scope.ts';
import type { Lock, SharedStore } from './shared.ts';

/** How long to wait before it is looked again what another node has brought, in milliseconds: doubled each time up to the second. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;

interface Landed {
  readonly entries: ReadonlyMap<string, Entry | UpstreamError>;
  readonly loose: readonly unknown[];
}

/** What reading together with other nodes takes. */
export interface SharedReadOptions {
  readonly keyOf: (id: string) => CacheKey;
  /** Whether what another node brought is as good as what would be read now. */
  readonly isGood: (entry: Entry) => boolean;
  /** Brings the drop log up to now. @returns null where it can't be told */
  readonly sync: () => Promise<number | null>;
  readonly fill: (ids: readonly string[]) => Promise<Landed>;
}

/**
 * Reads what no other node is reading, and waits for what another is. A node that dies leaves locks that end by themselves; then, where
 * Redis fails, and when the time that one call may take is over, it is read here after all.
 */
export async function readShared(
  scope: CallScope,
  store: SharedStore,
  ids: readonly string[],
  { keyOf, isGood, sync, fill }: SharedReadOptions,
): Promise<Landed> {
  const entries = new Map<string, Entry | UpstreamError>();
  const loose: unknown[] = [];
  const until = performance.now() + scope.deadline.shareOfOneCall();
  const take = (landed: Landed): void => {
    for (const [id, entry] of landed.entries) entries.set(id, entry);
    loose.push(...landed.loose);
  };
  const fillLocked = async (lock: Lock, some: readonly string[]): Promise<void> => {
    try {
      take(await fill(some));
    } finally {
      await lock.release().catch(() => undefined);
    }
  };

  let open = [...ids];
  for (let wait = FIRST_LOOK_MS; open.length > 0; wait = Math.min(LONGEST_LOOK_MS, 2 * wait)) {
    let lock: Lock | undefined;
    try {
      lock = await store.lock(open.map(keyOf));
      // Another node may have brought it, and given back its lock, since it was looked for.
      if ((await sync()) === null) throw new TypeError('nothing that is kept can be trusted');
      const there = await store.get(open.map(keyOf));
      open.forEach((id, index) => {
        const entry = there[index];
        if (entry !== undefined && isGood(entry)) entries.set(id, entry);
      });
    } catch {
      if (lock === undefined) take(await fill(open));
      else await fillLocked(lock, open);
      break;
    }
    open = open.filter((id) => !entries.has(id));
    const { keys } = lock;
    const own = open.filter((id) => keys.has(keyOf(id)));
    const others = open.filter((id) => !keys.has(keyOf(id)));
    if (own.length > 0) await fillLocked(lock, own);
    else await lock.release().catch(() => undefined);
    if (others.length > 0 && performance.now() > until) {
      take(await fill(others));
      break;
    }
    open = others;
    if (open.length > 0) await pause(wait, undefined, { signal: scope.signal });
  }
  return { entries, loose };
}
