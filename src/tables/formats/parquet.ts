import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { Column, Row } from '../column.ts';
import type { Format } from './format.ts';
import { type ParquetColumn, parquetColumn } from './parquet-types.ts';
import { PIECE_BYTES } from './text.ts';

/** When a row group is full; it is held in memory whole, and packed in one go. */
interface GroupLimits {
  readonly rows: number;
  /** Characters of text, of all its cells. */
  readonly characters: number;
}

/** Small enough to be packed within some tens of milliseconds, large enough for readers to skip and to share out. */
const LIMITS: GroupLimits = { rows: 5_000, characters: 4_194_304 };

/**
 * Apache Parquet: typed columns, Snappy, a row group as soon as it is full. What a column holds that its type can't fails the transfer.
 * The columns' descriptions stand in the file's key-value metadata, as a JSON object by name under `column_descriptions`.
 */
export const parquet: Format = parquetFormat(LIMITS);

/** Parquet with row groups of another size. */
export function parquetFormat(limits: GroupLimits): Format {
  return {
    extension: 'parquet',
    mediaType: 'application/vnd.apache.parquet',
    async *write(columns, batches) {
      const out = new PieceWriter();
      const group = new RowGroup(columns.map(parquetColumn), limits);
      const file = new ParquetWriter({
        writer: out,
        schema: [{ name: 'schema', num_children: columns.length }, ...group.columns.map(({ element }) => element)],
        kvMetadata: [{ key: 'column_descriptions', value: descriptions(columns) }],
      });
      for await (const batch of batches) {
        for (const row of batch) {
          group.add(row);
          if (!group.isFull) continue;
          file.write(group.take());
          yield* out.take();
        }
      }
      if (group.size > 0) file.write(group.take());
      // The footer makes the file: it is never reached where the rows broke off.
      file.finish();
      yield* out.take();
    },
  };
}

function descriptions(columns: readonly Column[]): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ name, description }) => [name, description])));
}

/** Rows turned into columns, until there are enough. */
class RowGroup {
  readonly columns: readonly ParquetColumn[];
  readonly #limits: GroupLimits;
  #data: ReturnType<ParquetColumn['store']>[][];
  #characters = 0;
  size = 0;

  constructor(columns: readonly ParquetColumn[], limits: GroupLimits) {
    this.columns = columns;
    this.#limits = limits;
    this.#data = columns.map(() => []);
  }

  get isFull(): boolean {
    return this.size >= this.#limits.rows || this.#characters >= this.#limits.characters;
  }

  add(row: Row): void {
    this.columns.forEach((column, index) => {
      const cell = row[index] ?? null;
      if (typeof cell === 'string') this.#characters += cell.length;
      this.#data[index]?.push(column.store(cell));
    });
    this.size++;
  }

  /** What hyparquet-writer makes one row group of; then there are no rows. */
  take(): { columnData: ColumnSource[]; rowGroupSize: number } {
    const columnData = this.columns.map(({ element }, index) => ({
      name: element.name,
      data: this.#data[index] ?? [],
    }));
    const rowGroupSize = this.size;
    this.#data = this.columns.map(() => []);
    this.#characters = 0;
    this.size = 0;
    return { columnData, rowGroupSize };
  }
}

/** Gives what was written away piece by piece, and uses its memory again; offsets go on. */
class PieceWriter extends ByteWriter {
  *take(): Generator<Uint8Array, void, void> {
    const bytes = this.getBytes();
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.slice(start, start + PIECE_BYTES);
    this.index = 0;
  }
}
