/** When a call was under way, in milliseconds. */
export interface Span {
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/**
 * What one caller waited for. A call that began after another one had ended is of a later wave.
 * @returns how many waves the calls make, and how long any call was under way
 */
export function wavesOf(calls: readonly Span[]): { count: number; sumMs: number } {
  let count = 0;
  let sumMs = 0;
  let firstEnd = Number.NEGATIVE_INFINITY;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (const { startedAt, endedAt } of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const end = endedAt ?? startedAt;
    if (startedAt >= firstEnd) {
      count += 1;
      firstEnd = end;
    } else firstEnd = Math.min(firstEnd, end);
    sumMs += Math.max(0, end - Math.max(startedAt, lastEnd));
    lastEnd = Math.max(lastEnd, end);
  }
  return { count, sumMs };
}
