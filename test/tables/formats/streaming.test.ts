import { expect, test } from 'vitest';
import { CodedError } from '../../../src/platform/errors.ts';
import type { Row } from '../../../src/tables/column.ts';
import type { Format } from '../../../src/tables/formats/format.ts';
import { FORMATS } from '../../../src/tables/formats/index.ts';
import { parquet } from '../../../src/tables/formats/parquet.ts';
import { openDuckDB } from '../duckdb.ts';
import { COLUMNS, Source, turns } from './source.ts';
import { bytesOf, columnOf, inBatches } from './tables.ts';

/** Every format, with the most rows that it may take to make one more piece. A row is 80 bytes and more, a row group 5,000 rows. */
const CASES = [...FORMATS.values()].map((format): [string, Format, number] => [
  format.extension,
  format,
  format.extension === 'parquet' ? 5_000 : Math.ceil(65_536 / 60),
]);
const BATCH = 100;

test.each(CASES)('%s: rows are taken only as pieces are read, of 300,000 rows too', async (extension, format, most) => {
  const source = new Source({ rows: 300_000, batch: BATCH });
  let before = 0;
  let bytes = 0;
  let pieces = 0;
  for await (const piece of format.write(COLUMNS, source.batches())) {
    expect(source.taken - before).toBeLessThanOrEqual(most + BATCH);
    expect(piece.length).toBeLessThanOrEqual(extension === 'parquet' ? 65_536 : 2 * 65_536);
    before = source.taken;
    bytes += piece.length;
    pieces++;
    if (pieces > 20) continue;
    // However long the reader takes, nothing goes on behind its back.
    await turns();
    expect(source.taken).toBe(before);
  }
  expect(source.taken).toBe(300_000);
  expect(bytes).toBeGreaterThan(5_000_000);
  // Whole pieces: not one for each batch.
  expect(bytes / pieces).toBeGreaterThan(40_000);
});

test('a file of many row groups holds every row once', async () => {
  const duckdb = await openDuckDB();
  try {
    const source = new Source({ rows: 23_456, batch: 999 });
    const path = await duckdb.file('many.parquet', parquet.write(COLUMNS, source.batches()));
    const [sums] = await duckdb.rows(
      `SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(n) AS total, sum(money) AS money FROM '${path}'`,
    );
    const total = (23_456 * 23_455) / 2;
    expect(sums).toEqual({ n: '23456', ids: '23456', total: String(total), money: `${total + 23_456 / 2}.00` });
    const groups = await duckdb.rows(
      `SELECT DISTINCT row_group_id, row_group_num_rows AS n FROM parquet_metadata('${path}') ORDER BY 1`,
    );
    expect(groups.map(({ n }) => n)).toEqual(['5000', '5000', '5000', '5000', '3456']);
  } finally {
    await duckdb.close();
  }
});

test.each(CASES)('%s: who leaves early ends the source', async (_, format, most) => {
  const source = new Source({ rows: 300_000, batch: BATCH });
  for await (const _piece of format.write(COLUMNS, source.batches())) break;
  await source.ended;
  expect(source.taken).toBeLessThanOrEqual(most + BATCH);
});

test.each(CASES)(
  '%s: what breaks the source breaks the file, which is not ended as if whole',
  async (extension, format) => {
    const error = new Error('The platform went away.');
    const source = new Source({ rows: 300_000, failsAt: 12_345, error });
    const read: Uint8Array[] = [];
    const reading = async () => {
      for await (const piece of format.write(COLUMNS, source.batches())) read.push(piece);
    };
    await expect(reading()).rejects.toBe(error);
    await source.ended;
    const bytes = Buffer.concat(read);
    expect(bytes.length).toBeGreaterThan(65_536);
    if (extension === 'json') expect(() => JSON.parse(bytes.toString())).toThrow();
    if (extension !== 'parquet') return;
    expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
    expect(bytes.subarray(-4).toString()).not.toBe('PAR1');
    const duckdb = await openDuckDB();
    try {
      const path = await duckdb.file('broken.parquet', onePiece(bytes));
      await expect(duckdb.rows(`SELECT * FROM '${path}'`)).rejects.toThrow(/magic bytes/);
    } finally {
      await duckdb.close();
    }
  },
);

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test('a value that does not fit ends the source too', async () => {
  const source = new Source({ rows: 300_000 });
  const columns = COLUMNS.map((column) => (column.name === 'id' ? columnOf('id', 'integer') : column));
  await expect(bytesOf(parquet.write(columns, source.batches()))).rejects.toThrow(CodedError);
  await source.ended;
  expect(source.taken).toBe(100);
});

test.each(CASES)('%s: empty batches, and one that holds everything, make the same file', async (_, format) => {
  const source = new Source({ rows: 6_000, batch: 6_000 });
  const whole: Row[] = [];
  for await (const batch of source.batches()) whole.push(...batch);
  async function* withGaps() {
    for await (const batch of inBatches(whole, 333)) {
      yield [];
      yield batch;
    }
    yield [];
  }
  const one = await bytesOf(format.write(COLUMNS, inBatches(whole, whole.length)));
  expect((await bytesOf(format.write(COLUMNS, withGaps()))).equals(one)).toBe(true);
});
