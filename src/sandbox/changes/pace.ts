import { setTimeout as after } from 'node:timers/promises';
import type { Change } from './types.ts';

const TICK_MS = 5;

/** Makes so many changes, so many a second, and resolves with them; with those made so far where it is stopped. */
export async function pace(
  make: () => Change,
  { count, perSecond }: { count: number; perSecond: number },
  signal: AbortSignal,
): Promise<Change[]> {
  const made: Change[] = [];
  const startedAt = performance.now();
  while (made.length < count && !signal.aborted) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1;
    while (made.length < Math.min(due, count)) made.push(make());
    if (made.length < count) await after(TICK_MS, undefined, { signal }).catch(() => {});
  }
  return made;
}

/** Makes a change every so many milliseconds until it is stopped; never where that is 0. */
export function steadily(make: () => Change, everyMs: number, signal: AbortSignal): void {
  if (everyMs === 0) return;
  const timer = setInterval(() => {
    try {
      make();
    } catch {
      // An empty sandbox has nothing to change, and whoever emptied it knows.
    }
  }, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
