import type { Column, RowBatches } from '../column.ts';

/** A way to write a table down. */
export interface Format {
  /** What ends the file's name: `csv`. */
  readonly extension: string;
  readonly mediaType: string;
  /** The file piece by piece, made only as fast as it is read. Throws what reading the rows throws: then the file is not whole. */
  write(columns: readonly Column[], batches: RowBatches): AsyncIterable<Uint8Array>;
}
