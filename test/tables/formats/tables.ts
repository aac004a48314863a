import fc from 'fast-check';
import type { Cell, Column, ColumnType, Row, RowBatches } from '../../../src/tables/column.ts';

/** A table to be written down. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Runs of a property: the same ones each time. */
export const RUNS = { seed: 20_260_430, numRuns: 150 };

const WORDS = [
  '',
  ' ',
  '=1+1',
  '-5',
  '+44 20 7946 0958',
  '@SUM(A1)',
  "'=1",
  "''=1",
  "'-",
  "O'Brien",
  '＝1',
  '＋1',
  '－1',
  '＠x',
  ' =1',
  '\u00a0=1',
  '\ufeff=1',
  '\u200b=1',
  '\0=1',
  '\t=1',
  '\r\n=1',
  '\n',
  '\r',
  'a\r\nb',
  '"',
  '""',
  'a"b',
  ',',
  ';=1',
  'NULL',
  'null',
  'NaN',
  'true',
  '007',
  'Siân £ 😀',
  '\ud800',
  'x\udc00y',
  '\u2028',
  '\u0001',
  '\\',
  '\\N',
  '{"a":1}',
];

const nasty = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...WORDS)).map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });

function decimal(wholeDigits: number, scale: fc.Arbitrary<number>): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('', '-'),
      digits(1, wholeDigits),
      scale.chain((some) => digits(some, some)),
    )
    .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`);
}

const instant = fc.date({
  min: new Date('1900-01-01T00:00:00Z'),
  max: new Date('2199-12-31T00:00:00Z'),
  noInvalidDate: true,
});

/** Cells that every format keeps exactly. */
const CELLS: Readonly<Record<ColumnType, (scale: number | null) => fc.Arbitrary<Cell>>> = {
  id: () => nasty,
  text: () => nasty,
  integer: () => fc.integer(),
  long: () => fc.maxSafeInteger(),
  // JSON and SQL know no minus nought.
  float: () => fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  decimal: (scale) => (scale === null ? decimal(26, fc.nat(12)) : decimal(18 - scale, fc.constant(scale))),
  boolean: () => fc.boolean(),
  date: () => instant.map((date) => date.toISOString().slice(0, 10)),
  timestamp: () =>
    fc.oneof(
      instant.map((date) => date.toISOString()),
      instant.map((date) => date.toISOString().replace(/\.\d+Z$/, '+01:00')),
    ),
};

const TYPES = Object.keys(CELLS) as ColumnType[];

const kind = fc.record({
  type: fc.constantFrom(...TYPES),
  scale: fc.constantFrom(2, 2, null),
  isNullable: fc.boolean(),
});

/** Any table: one to eight columns of any type, none to forty rows. */
export const tables: fc.Arbitrary<Table> = fc.array(kind, { minLength: 1, maxLength: 8 }).chain((kinds) => {
  const columns = kinds.map((some, index) => columnOf(`c${index}`, some.type, some));
  const cells = columns.map(({ type, scale, isNullable }) => {
    const cell = CELLS[type](scale);
    return isNullable ? fc.option(cell, { freq: 3 }) : cell;
  });
  const rows = fc.array(fc.tuple(...cells), { maxLength: 40, size: 'max' });
  return rows.map((some) => ({ columns, rows: some }));
});

/** A column; a decimal has two digits after the point unless told. */
export function columnOf(
  name: string,
  type: ColumnType,
  { scale = 2, isNullable = true }: Partial<Column> = {},
): Column {
  return {
    name,
    property: name,
    type,
    scale: type === 'decimal' ? scale : null,
    isNullable,
    description: `What ${name} means.`,
  };
}

/** Rows some at a time. */
export async function* inBatches(rows: readonly Row[], size = 7): RowBatches & AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** All bytes of a file. */
export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** What a text becomes in UTF-8. */
export function wellFormed(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.toWellFormed() : cell;
}
