import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How a process fares. */
export interface Vitals {
  /** Milliseconds that the event loop was late: at most so many in 99 of 100 looks, and ever. */
  readonly late: { readonly p99: number; readonly most: number };
  /**
   * Milliseconds that its main thread ran, and that it would have run but had to wait for a processor, which others had; of so many. Known
   * on Linux only.
   */
  readonly thread: { readonly ran: number; readonly waited: number; readonly of: number };
  readonly rss: number;
  readonly heap: number;
}

const EVERY_MS = 5;

/** Begins to watch this process. @returns how it fared since this was last asked */
export function openVitals(): () => Vitals {
  const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
  delay.enable();
  let before = { at: performance.now(), ...scheduled() };
  return () => {
    const now = { at: performance.now(), ...scheduled() };
    const thread = { ran: now.ran - before.ran, waited: now.waited - before.waited, of: now.at - before.at };
    before = now;
    // What is measured is the time between two looks, which is never less than what was asked for.
    const over = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - EVERY_MS);
    const late = { p99: over(delay.percentile(99)), most: over(delay.max) };
    delay.reset();
    const { rss, heapUsed } = process.memoryUsage();
    return { late, thread, rss, heap: heapUsed };
  };
}

/** What the scheduler knows of the main thread: time on a processor, time in a queue for one, in nanoseconds. */
function scheduled(): { ran: number; waited: number } {
  try {
    const [ran, waited] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number);
    return { ran: (ran ?? Number.NaN) / 1e6, waited: (waited ?? Number.NaN) / 1e6 };
  } catch {
    return { ran: Number.NaN, waited: Number.NaN };
  }
}
