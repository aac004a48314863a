const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds between an attempt, counted from 1, and the next: twice as long each time, a minute at most. */
export function pauseAfter(attempt: number, baseMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, baseMs * 2 ** (attempt - 1));
}
