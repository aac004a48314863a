// What is measured of tables, and what is aimed at.

/** People that the sandbox invents for it. */
export const TABLE_PEOPLE = 5_000;

/** A table as a file, while the platforms take so many milliseconds for each call. */
export interface TableCase {
  readonly name: string;
  readonly file: string;
  readonly latencyMs: number;
}

/** A table as a file, read once by a gateway at rest, while it is looked how much memory that has. */
export interface MemoryCase {
  readonly name: string;
  readonly file: string;
}

/** Milliseconds a call takes: none, and as across a network. */
const LATENCIES = [0, 20];

/** The largest tables: the most rows, and the most columns. */
export const TABLE_CASES: readonly TableCase[] = [
  'valuations.csv',
  'valuations.parquet',
  'plans.csv',
  'plans.parquet',
].flatMap((file) => LATENCIES.map((latencyMs) => ({ name: `tables, ${file}, ${latencyMs} ms`, file, latencyMs })));

export const MEMORY_CASES: readonly MemoryCase[] = ['valuations', 'plans'].flatMap((table) =>
  ['csv', 'ndjson', 'json', 'parquet'].map((extension) => ({
    name: `tables, memory, ${table}.${extension}`,
    file: `${table}.${extension}`,
  })),
);

/**
 * A table takes at most so many times as long as its platforms' pages with nothing done to them, where the platforms are behind a network.
 * Where they take no time, little of it is left once the pages are objects (`parsed`): that figure is shown, not judged.
 */
export const EXPORT_AIM = 1.5;
/** The process has at most so many megabytes more than at rest. */
export const MEMORY_AIM_MB = 150;

/** As `npm start` has it, but for lifetimes: each round reads everything anew, and a page still finds what the page before it brought. */
export const TABLE_ENV = {
  LOG_LEVEL: 'warn',
  ...Object.fromEntries(
    ['CLIENTS', 'RELATIONSHIPS', 'PLANS', 'VALUATIONS', 'PROFILING'].map((pace) => [`CACHE_${pace}_SECONDS`, '2']),
  ),
  CACHE_STALE_SECONDS: '0',
  CACHE_STALE_IF_ERROR_SECONDS: '0',
};

/** Until what was read is no longer fresh, in milliseconds. */
export const FORGOTTEN_MS = 2_500;
