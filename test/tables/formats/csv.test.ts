import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cell, Column, ColumnType } from '../../../src/tables/column.ts';
import { csv, csvWithBom } from '../../../src/tables/formats/csv.ts';
import { asDuckDBTells, type DuckDB, openDuckDB } from '../duckdb.ts';
import { bytesOf, columnOf, inBatches, RUNS, type Table, tables } from './tables.ts';

let duckdb: DuckDB;
beforeAll(async () => {
  duckdb = await openDuckDB();
});
afterAll(() => duckdb.close());

const TEXTS: readonly ColumnType[] = ['id', 'text', 'date', 'timestamp'];

async function textOf({ columns, rows }: Table): Promise<string> {
  return (await bytesOf(csv.write(columns, inBatches(rows)))).toString();
}

/** Reads the file with types that are told, and nothing guessed. */
async function readBack({ columns, rows }: Table, typeOf: (column: Column) => string) {
  const path = await duckdb.file('table.csv', csv.write(columns, inBatches(rows)));
  const types = columns.map((column) => `'${column.name}': '${typeOf(column)}'`);
  return duckdb.rows(
    `SELECT * FROM read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
       allow_quoted_nulls = false, columns = {${types.join(', ')}})`,
  );
}

/** The rule that is documented: one apostrophe less gives the text back. */
function unguarded(cell: unknown): unknown {
  return typeof cell === 'string'
    ? asDuckDBTells(cell.replace(/^'(?='*(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]))/u, ''))
    : cell;
}

/** A table of one column can't tell null from empty text. */
function asWritten(cell: Cell, { columns }: Table): Cell {
  const written = asDuckDBTells(cell);
  if (typeof written === 'string') return written.replaceAll('\0', '\ufffd');
  return written === null && columns.length === 1 && TEXTS.includes(columns[0]?.type ?? 'id') ? '' : written;
}

const asText = (cell: Cell): Cell => (cell === null ? null : String(cell));

test('all cells are read back as text by DuckDB, one apostrophe less where there is a guard', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const { columns, rows } = table;
      const found = await readBack(table, () => 'VARCHAR');
      const expected = rows.map((row) =>
        row.map((cell) => asText(asWritten(cell, table)) ?? (columns.length === 1 ? '' : null)),
      );
      expect(found.map((row) => Object.values(row).map(unguarded))).toEqual(expected);
    }),
    RUNS,
  );
});

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  id: 'VARCHAR',
  text: 'VARCHAR',
  date: 'VARCHAR',
  timestamp: 'VARCHAR',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'DOUBLE',
  decimal: 'DECIMAL(38,12)',
  boolean: 'BOOLEAN',
};

/** A decimal with twelve digits after the point. */
function padded(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}.${fraction.padEnd(12, '0')}`;
  return (/[1-9]/.test(digits) ? sign : '') + digits;
}

test('numbers, decimals and booleans are read back as such', async () => {
  const typed = tables.filter(({ columns }) => columns.length > 1);
  await fc.assert(
    fc.asyncProperty(typed, async (table) => {
      const found = await readBack(table, ({ type }) => SQL_TYPES[type]);
      const expected = table.rows.map((row) =>
        row.map((cell, index) => {
          const type = table.columns[index]?.type;
          if (type === 'long') return asText(cell);
          if (type === 'decimal') return cell === null ? null : padded(String(cell));
          return asWritten(cell, table);
        }),
      );
      expect(found.map((row) => Object.values(row).map(unguarded))).toEqual(expected);
    }),
    RUNS,
  );
});

/** Cells of a file by RFC 4180 alone, read character by character; a quoted cell keeps nothing of its quotes. */
function cellsOf(text: string): string[][] {
  const lines: string[][] = [];
  let rest = text;
  let line: string[] = [];
  while (rest !== '') {
    const [whole, quoted, plain = '', end = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [''];
    if (whole === '') throw new Error('This is not RFC 4180.');
    line.push(quoted?.replaceAll('""', '"') ?? plain);
    rest = rest.slice(whole.length);
    if (end !== ',') {
      lines.push(line);
      line = [];
    }
  }
  return lines;
}

test('no cell of text begins with what a spreadsheet runs, and every line has all cells and ends in CRLF', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const [head, ...lines] = cellsOf(await textOf(table));
      expect(head).toEqual(table.columns.map(({ name }) => name));
      expect(lines).toHaveLength(table.rows.length);
      for (const line of lines) {
        expect(line).toHaveLength(table.columns.length);
        line.forEach((cell, index) => {
          const { type = 'text' } = table.columns[index] ?? {};
          if (TEXTS.includes(type)) expect(cell).not.toMatch(/^(?:[\t\r\n]|[\s\p{C}]*[=+@＝＋－＠-])/u);
          if (type === 'decimal') expect(cell).toMatch(/^(-?\d+(\.\d+)?)?$/);
        });
      }
    }),
    RUNS,
  );
});

test.each([
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ['-5', "'-5"],
  ['+44 20 7946 0958', "'+44 20 7946 0958"],
  ['@x', "'@x"],
  ['\tx', "'\tx"],
  ['\rx', '"\'\rx"'],
  ['\nx', '"\'\nx"'],
  ['－1', "'－1"],
  [' =1', "' =1"],
  ["'=1", "''=1"],
  ["O'Brien", "O'Brien"],
  ["'tis", "'tis"],
  ['a-b', 'a-b'],
  ['\0=1', '\ufffd=1'],
  ['', '""'],
  [null, ''],
])('text %j is written as %j', async (cell, expected) => {
  const columns = [columnOf('name', 'text'), columnOf('n', 'integer')];
  expect(await textOf({ columns, rows: [[cell, -5]] })).toBe(`name,n\r\n${expected},-5\r\n`);
});

test('decimals keep their minus, but only where they are decimals', async () => {
  const columns = [columnOf('a', 'decimal'), columnOf('b', 'decimal'), columnOf('c', 'boolean')];
  expect(await textOf({ columns, rows: [['-5.00', '-5.00+cmd', true]] })).toBe("a,b,c\r\n-5.00,'-5.00+cmd,true\r\n");
});

test('null alone in a line is no empty line', async () => {
  expect(await textOf({ columns: [columnOf('name', 'text')], rows: [[null], ['x'], ['']] })).toBe(
    'name\r\n""\r\nx\r\n""\r\n',
  );
});

test('a table without rows is its header', async () => {
  expect(await textOf({ columns: [columnOf('a', 'text'), columnOf('b', 'text')], rows: [] })).toBe('a,b\r\n');
});

test('the byte order mark stands once before the header, and only where it is wanted', async () => {
  const columns = [columnOf('name', 'text')];
  const rows = Array.from({ length: 300 }, () => ['Siân']);
  const plain = await bytesOf(csv.write(columns, inBatches(rows)));
  const marked = await bytesOf(csvWithBom.write(columns, inBatches(rows)));
  expect(plain.subarray(0, 4).toString()).toBe('name');
  expect(marked).toEqual(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain]));
});
