import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '../../../src/tables/column.ts';
import { jsonArray, ndjson } from '../../../src/tables/formats/json.ts';
import { asDuckDBTells, type DuckDB, openDuckDB } from '../duckdb.ts';
import { bytesOf, columnOf, inBatches, RUNS, tables, wellFormed } from './tables.ts';

let duckdb: DuckDB;
beforeAll(async () => {
  duckdb = await openDuckDB();
});
afterAll(() => duckdb.close());

test('each line of NDJSON is a row, with its keys in order', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, rows }) => {
      const bytes = await bytesOf(ndjson.write(columns, inBatches(rows)));
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      expect(rows.length === 0 ? text : text.slice(-2)).toBe(rows.length === 0 ? '' : '}\n');
      const found = text.split('\n').slice(0, -1);
      const names = columns.map(({ name }) => name);
      expect(found.map((line) => Object.entries(JSON.parse(line)))).toEqual(
        rows.map((row) => row.map((cell, index) => [names[index], wellFormed(cell)])),
      );
    }),
    RUNS,
  );
});

test('JSON is one array of the same objects', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, rows }) => {
      const lines = (await bytesOf(ndjson.write(columns, inBatches(rows)))).toString().split('\n').slice(0, -1);
      const array = (await bytesOf(jsonArray.write(columns, inBatches(rows)))).toString();
      expect(array).toBe(`[${lines.join(',\n')}]\n`);
      expect(JSON.parse(array)).toHaveLength(rows.length);
    }),
    RUNS,
  );
});

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  id: 'VARCHAR',
  text: 'VARCHAR',
  date: 'VARCHAR',
  timestamp: 'VARCHAR',
  decimal: 'VARCHAR',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
};

test.each([
  ['newline_delimited', ndjson],
  ['array', jsonArray],
])('DuckDB reads the same cells from JSON that is %s', async (layout, format) => {
  const written = tables.filter(({ rows }) => rows.length > 0);
  await fc.assert(
    fc.asyncProperty(written, async ({ columns, rows }) => {
      const path = await duckdb.file('table.json', format.write(columns, inBatches(rows)));
      const types = columns.map(({ name, type }) => `'${name}': '${SQL_TYPES[type]}'`).join(', ');
      const found = await duckdb.rows(`SELECT * FROM read_json('${path}', format = '${layout}', columns = {${types}})`);
      const expected = rows.map((row) =>
        row.map((cell, index) =>
          columns[index]?.type === 'long' && cell !== null ? String(cell) : asDuckDBTells(cell),
        ),
      );
      expect(found.map((row) => Object.values(row))).toEqual(expected);
    }),
    RUNS,
  );
});

test('keys that look like numbers, or like a prototype, stay in their places', async () => {
  const columns = ['b', '1', '__proto__', 'a"'].map((name) => columnOf(name, 'integer'));
  expect((await bytesOf(ndjson.write(columns, inBatches([[1, 2, 3, null]])))).toString()).toBe(
    '{"b":1,"1":2,"__proto__":3,"a\\"":null}\n',
  );
});

test('no rows are an empty file, and an empty array', async () => {
  const columns = [columnOf('a', 'text')];
  expect((await bytesOf(ndjson.write(columns, inBatches([])))).toString()).toBe('');
  expect((await bytesOf(jsonArray.write(columns, inBatches([])))).toString()).toBe('[]\n');
});
