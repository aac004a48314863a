import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CodedError } from '../../../src/platform/errors.ts';
import type { Cell, Column, ColumnType } from '../../../src/tables/column.ts';
import { parquet, parquetFormat } from '../../../src/tables/formats/parquet.ts';
import { asDuckDBTells, type DuckDB, openDuckDB } from '../duckdb.ts';
import { bytesOf, columnOf, inBatches, RUNS, tables } from './tables.ts';

let duckdb: DuckDB;
beforeAll(async () => {
  duckdb = await openDuckDB();
});
afterAll(() => duckdb.close());

const ALL: readonly Column[] = [
  columnOf('id', 'id', { isNullable: false }),
  columnOf('name', 'text'),
  columnOf('n', 'integer'),
  columnOf('pence', 'long'),
  columnOf('share', 'float'),
  columnOf('money', 'decimal'),
  columnOf('rate', 'decimal', { scale: null }),
  columnOf('is_open', 'boolean'),
  columnOf('day', 'date'),
  columnOf('at', 'timestamp'),
];

const FULL: readonly Cell[] = [
  'Q2xpZW50OjE',
  'Siân',
  -7,
  9_007_199_254_740_991,
  0.1,
  '-1234567890123456.78',
  '12345678901234567890123456.000000000001',
  true,
  '1969-12-31',
  '2026-04-30T12:00:00.123+01:00',
];

const TYPES = [
  ['id', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['n', 'INTEGER'],
  ['pence', 'BIGINT'],
  ['share', 'DOUBLE'],
  ['money', 'DECIMAL(18,2)'],
  ['rate', 'DECIMAL(38,12)'],
  ['is_open', 'BOOLEAN'],
  ['day', 'DATE'],
  ['at', 'TIMESTAMP WITH TIME ZONE'],
];

async function describedIn(path: string): Promise<unknown[][]> {
  const described = await duckdb.rows(`DESCRIBE SELECT * FROM '${path}'`);
  return described.map(({ column_name, column_type }) => [column_name, column_type]);
}

test('DuckDB finds the types, the values, which columns have nulls, and the descriptions', async () => {
  const path = await duckdb.file(
    'all.parquet',
    parquet.write(ALL, inBatches([FULL, ['x', ...FULL.slice(1).map(() => null)]])),
  );
  expect(await describedIn(path)).toEqual(TYPES);
  const [full, empty] = await duckdb.rows(`SELECT * REPLACE (epoch_ms("at") AS "at") FROM '${path}'`);
  expect(Object.values(full ?? {})).toEqual([
    ...FULL.slice(0, 3),
    '9007199254740991',
    ...FULL.slice(4, 9),
    String(Date.parse('2026-04-30T11:00:00.123Z')),
  ]);
  expect(Object.values(empty ?? {}).slice(1)).toEqual(FULL.slice(1).map(() => null));
  const schema = await duckdb.rows(`SELECT name, type, repetition_type, logical_type FROM parquet_schema('${path}')`);
  expect(schema.slice(1).map(({ name, repetition_type }) => [name, repetition_type])).toEqual(
    ALL.map(({ name, isNullable }) => [name, isNullable ? 'OPTIONAL' : 'REQUIRED']),
  );
  expect(Object.fromEntries(schema.map(({ name, type }) => [name, type]))).toMatchObject({
    money: 'INT64',
    rate: 'FIXED_LEN_BYTE_ARRAY',
    day: 'INT32',
    at: 'INT64',
  });
  expect(schema.at(-1)?.logical_type).toMatch(/isAdjustedToUTC=(1|true).*MILLIS/i);
  const [kept] = await duckdb.rows(`SELECT decode(value) AS text FROM parquet_kv_metadata('${path}')`);
  expect(JSON.parse(String(kept?.text))).toMatchObject({ id: 'What id means.', at: 'What at means.' });
});

test('a table without rows has its types', async () => {
  const path = await duckdb.file('empty.parquet', parquet.write(ALL, inBatches([])));
  expect(await describedIn(path)).toEqual(TYPES);
  expect(await duckdb.rows(`SELECT count(*) AS n FROM '${path}'`)).toEqual([{ n: '0' }]);
});

/** A decimal with so many digits after the point. */
function padded(text: string, scale: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}.${fraction.padEnd(scale, '0')}`;
  return (/[1-9]/.test(digits) ? sign : '') + digits;
}

const READ: Partial<Record<ColumnType, (cell: string, column: Column) => Cell>> = {
  long: String,
  decimal: (cell, { scale }) => padded(cell, scale ?? 12),
  timestamp: (cell) => String(Date.parse(cell)),
};

test('every value is read back exactly, over several row groups', async () => {
  const format = parquetFormat({ rows: 6, characters: 500 });
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, rows }) => {
      const path = await duckdb.file('table.parquet', format.write(columns, inBatches(rows)));
      const cells = columns.map(({ name, type }) => (type === 'timestamp' ? `epoch_ms(${name}) AS ${name}` : name));
      const found = await duckdb.rows(`SELECT ${cells.join(', ')} FROM '${path}'`);
      const expected = rows.map((row) =>
        columns.map((column, index) => {
          const cell = asDuckDBTells(row[index] ?? null);
          return cell === null ? null : (READ[column.type]?.(String(cell), column) ?? cell);
        }),
      );
      expect(found.map((row) => Object.values(row))).toEqual(expected);
      const groups = await duckdb.rows(
        `SELECT DISTINCT row_group_id, row_group_num_rows AS n FROM parquet_metadata('${path}') ORDER BY 1`,
      );
      expect(groups.every(({ n }) => Number(n) <= 6)).toBe(true);
      expect(groups.length).toBeGreaterThanOrEqual(Math.ceil(rows.length / 6));
    }),
    RUNS,
  );
});

test('readers find rows by the row groups’ least and greatest values', async () => {
  const columns = [columnOf('money', 'decimal'), columnOf('rate', 'decimal', { scale: null }), columnOf('day', 'date')];
  const rows = Array.from({ length: 100 }, (_, index) => [
    `${index - 50}.05`,
    `${index - 50}.123456789012`,
    `2026-01-${String(10 + Math.floor(index / 10)).padStart(2, '0')}`,
  ]);
  const path = await duckdb.file(
    'stats.parquet',
    parquetFormat({ rows: 10, characters: 1000 }).write(columns, inBatches(rows)),
  );
  for (const [column, value] of [
    ['money', "'-45.05'"],
    ['rate', "'-45.123456789012'"],
  ]) {
    expect(await duckdb.rows(`SELECT day FROM '${path}' WHERE ${column} = ${value}`)).toEqual([{ day: '2026-01-10' }]);
  }
  expect(await duckdb.rows(`SELECT count(*) AS n FROM '${path}' WHERE day > DATE '2026-01-18'`)).toEqual([{ n: '10' }]);
  expect(await duckdb.rows(`SELECT sum(money) AS s FROM '${path}'`)).toEqual([{ s: '-50.00' }]);
});

describe('what a type does not hold', () => {
  const wide = { scale: null };
  test.each<[Column, Cell]>([
    [columnOf('c', 'decimal'), '1.005'],
    [columnOf('c', 'decimal'), '12345678901234567.00'],
    [columnOf('c', 'decimal'), '1e5'],
    [columnOf('c', 'decimal'), ''],
    [columnOf('c', 'decimal'), 12.5],
    [columnOf('c', 'decimal', wide), '0.1234567890123'],
    [columnOf('c', 'decimal', wide), '123456789012345678901234567'],
    [columnOf('c', 'integer'), 2_147_483_648],
    [columnOf('c', 'integer'), 1.5],
    [columnOf('c', 'integer'), '1'],
    [columnOf('c', 'long'), 2 ** 53],
    [columnOf('c', 'float'), '1'],
    [columnOf('c', 'boolean'), 'true'],
    [columnOf('c', 'date'), '2026-02-30'],
    [columnOf('c', 'date'), '2026-04-30T00:00:00Z'],
    [columnOf('c', 'timestamp'), '2026-04-30'],
    [columnOf('c', 'timestamp'), '2026-04-30T12:00:00'],
    [columnOf('c', 'timestamp'), '2026-02-30T12:00:00Z'],
    [columnOf('c', 'timestamp'), '2026-04-30T25:00:00Z'],
    [columnOf('c', 'text'), 5],
    [columnOf('c', 'text', { isNullable: false }), null],
  ])('fails the transfer: %o, %j', async (column, cell) => {
    const failed = await bytesOf(parquet.write([column], inBatches([[cell]]))).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CodedError);
    const { code, message } = failed as CodedError;
    expect(code).toBe('UPSTREAM_INVALID_DATA');
    expect(message).toContain('"c"');
    if (typeof cell === 'string' && cell.length > 4) expect(message).not.toContain(cell);
  });

  test('noughts that carry nothing do not count', async () => {
    const columns = [columnOf('a', 'decimal'), columnOf('b', 'decimal', wide)];
    const rows = [
      ['1.5000', '0001.10000000000000000000'],
      ['-0', '-0.0'],
      ['00000000000000000000000001', '2'],
    ];
    const path = await duckdb.file('noughts.parquet', parquet.write(columns, inBatches(rows)));
    expect(await duckdb.rows(`SELECT * FROM '${path}'`)).toEqual([
      { a: '1.50', b: '1.100000000000' },
      { a: '0.00', b: '0.000000000000' },
      { a: '1.00', b: '2.000000000000' },
    ]);
  });
});
