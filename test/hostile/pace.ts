import { setTimeout as pause } from 'node:timers/promises';

/** What may be made up for after a halt, in milliseconds: else a halt would be followed by a flood that nobody sent. */
const MOST_BEHIND_MS = 100;

/**
 * Requests as many callers send them who know nothing of each other: at a rate on the whole, at any moment each.
 * @param rate a second; 0 for at once
 * @returns waits until the next one is due; each wait is for one request
 */
export function pacer(rate: number): () => Promise<void> {
  if (rate === 0) return async () => {};
  let due = performance.now();
  return async () => {
    const gap = (-Math.log(1 - Math.random()) * 1_000) / rate;
    due = Math.max(due, performance.now() - MOST_BEHIND_MS) + gap;
    const wait = due - performance.now();
    if (wait > 0) await pause(wait);
  };
}
