import { loadSchema } from '../../../src/edge/schema.ts';
import type { ColumnType } from '../../../src/tables/column.ts';
import type { Dataset } from '../../../src/tables/dataset/dataset.ts';
import { loadDatasets } from '../../../src/tables/dataset/folder.ts';
import { type DuckDB, openDuckDB } from '../../tables/duckdb.ts';
import type { ExpectedRow } from './expected.ts';

/** The datasets that are shipped, over the graph's own schema. */
export async function shippedDatasets(): Promise<ReadonlyMap<string, Dataset>> {
  const schema = await loadSchema({ schema: 'schema', resolvers: `${process.cwd()}/resolvers` });
  const datasets = await loadDatasets(schema, ['src/tables/datasets']);
  return new Map(datasets.map((dataset) => [dataset.name, dataset]));
}

/** Reads tables back from files, by programs that did not write them. */
export interface Reader {
  /** The rows of a file in the order they stand there, with values as the graph's JSON has them. */
  read(dataset: Dataset, extension: string, bytes: Buffer): Promise<ExpectedRow[]>;
  close(): Promise<void>;
}

/** Numbers and booleans as themselves, decimals without needless digits, timestamps as their moment: what formats may write differently. */
export function canonical(type: ColumnType, value: unknown): ExpectedRow[string] {
  if (value === null || value === undefined) return null;
  const text = String(value);
  if (type === 'integer' || type === 'long' || type === 'float') return Number(text);
  if (type === 'boolean') return text === 'true';
  if (type === 'decimal') return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  if (type !== 'timestamp') return text;
  // DuckDB writes an instant as `2026-10-30 20:00:00+00`.
  const moment = Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'));
  if (Number.isNaN(moment)) throw new Error(`no timestamp: ${text}`);
  return moment;
}

/** All rows with values that can be compared. */
export function canonicalRows({ table }: Dataset, rows: readonly ExpectedRow[]): ExpectedRow[] {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, canonical(types.get(name) ?? 'text', value)])),
  );
}

export async function openReader(): Promise<Reader> {
  const duckdb: DuckDB = await openDuckDB();
  let files = 0;
  const rowsOf = async (bytes: Buffer, sql: (path: string) => string): Promise<ExpectedRow[]> => {
    files += 1;
    const path = await duckdb.file(
      `${files}`,
      (async function* () {
        yield bytes;
      })(),
    );
    return (await duckdb.rows(sql(path))) as ExpectedRow[];
  };
  const READ: Readonly<Record<string, (bytes: Buffer) => Promise<ExpectedRow[]>>> = {
    json: async (bytes) => JSON.parse(bytes.toString()),
    ndjson: async (bytes) => {
      const lines = bytes.toString().split('\n');
      if (lines.pop() !== '') throw new Error('the last line has no end');
      return lines.map((line) => JSON.parse(line));
    },
    csv: async (bytes) => {
      const rows = await rowsOf(
        bytes,
        (path) =>
          `FROM read_csv('${path}', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = true)`,
      );
      const plain = (value: ExpectedRow[string]) =>
        typeof value === 'string' ? value.replace(/^'(?=[=+\-@\t\r\n])/, '') : value;
      return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
    },
    parquet: (bytes) => rowsOf(bytes, (path) => `FROM read_parquet('${path}')`),
  };
  return {
    async read(dataset, extension, bytes) {
      const read = READ[extension];
      if (read === undefined) throw new Error(extension);
      return canonicalRows(dataset, await read(bytes));
    },
    close: () => duckdb.close(),
  };
}
