import type { Column, Row } from '../../../src/tables/column.ts';
import { columnOf } from './tables.ts';

/** Columns of the rows of a `Source`. */
export const COLUMNS: readonly Column[] = [
  columnOf('id', 'id', { isNullable: false }),
  columnOf('name', 'text'),
  columnOf('n', 'integer'),
  columnOf('money', 'decimal'),
  columnOf('day', 'date'),
];

/** Text that hardly compresses, and is the same each time. */
function noise(index: number): string {
  let state = index * 2_654_435_761 + 1;
  let text = '';
  for (let turn = 0; turn < 8; turn++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ Math.imul(turn + 1, 0x297a2d39);
    text += (state >>> 0).toString(36);
  }
  return text;
}

interface SourceOptions {
  readonly rows: number;
  /** Rows at a time. */
  readonly batch?: number;
  /** Before which row, at the latest, it breaks. */
  readonly failsAt?: number;
  readonly error?: Error;
}

/** Rows that count who takes them, and know when nobody does any more. */
export class Source {
  /** Rows taken so far. */
  taken = 0;
  /** Resolved once it was read to its end, broke, or was left. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #options: SourceOptions;

  constructor(options: SourceOptions) {
    this.#options = options;
    const { promise, resolve } = deferred();
    this.ended = promise;
    this.#end = resolve;
  }

  async *batches(): AsyncGenerator<readonly Row[]> {
    const { rows, batch = 100, failsAt = Number.POSITIVE_INFINITY, error } = this.#options;
    try {
      for (let start = 0; start < rows; start += batch) {
        // A platform answers in a turn of its own.
        await new Promise(setImmediate);
        if (start >= failsAt) throw error;
        const size = Math.min(batch, rows - start);
        this.taken += size;
        yield Array.from({ length: size }, (_, index) => rowOf(start + index));
      }
    } finally {
      this.#end();
    }
  }
}

function rowOf(index: number): Row {
  return [`id-${index}`, noise(index), index, `${index}.50`, '2026-04-30'];
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Lets everything that could go on go on. */
export async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}
