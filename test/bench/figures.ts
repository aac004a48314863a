/** What one measurement found. Times are milliseconds. */
export interface Figures {
  readonly operations: number;
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the subject's process for one operation. */
  readonly cpuMs: number;
  readonly rss: number;
  /** Size of an answer. */
  readonly bytes: number;
  /** Calls to the platforms for one operation. */
  readonly calls: number;
  /** Waves of calls for one operation, and their sum; null with several callers, whose waves run into each other. */
  readonly waves: number | null;
  readonly wavesMs: number | null;
}

/** A figure over all rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The median of all rounds, and how far they lie apart. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}

/** A figure of a subject over that of another one, round by round: what burdens the machine in a round burdens both. */
export function ratio(
  one: readonly Figures[],
  other: readonly Figures[],
  figure: 'cpuMs' | 'p50' | 'perSecond',
): Spread {
  return spreadOf(one.map((figures, round) => figures[figure] / (other[round]?.[figure] ?? Number.NaN)));
}
