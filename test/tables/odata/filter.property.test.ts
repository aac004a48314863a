import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, Row } from '../../../src/tables/column.ts';
import { ODataError } from '../../../src/tables/odata/errors.ts';
import type { Conjunct } from '../../../src/tables/odata/filter/conjuncts.ts';
import type { Comparison, Expression, Literal } from '../../../src/tables/odata/filter/expression.ts';
import { filterOf } from '../../../src/tables/odata/filter/filter.ts';
import { parse } from '../../../src/tables/odata/filter/parse.ts';
import { resourceOf } from '../../../src/tables/odata/path.ts';
import { column, MODEL } from './example.ts';
import { printed } from './print.ts';

const RUNS = { seed: 20260430, numRuns: 2_000 };

/** Few values of each, so that they often meet: decimals in pence and times in minutes, which the reference counts in numbers. */
const TEXTS = ['', 'a', 'A', "it's", 'ab', 'ß', 'é'];
const COLUMNS = [
  column('t', 'text'),
  column('n', 'integer'),
  column('d', 'decimal'),
  column('m', 'timestamp'),
  column('b', 'boolean'),
];

const pence = fc.integer({ min: -300, max: 300 });
const minutes = fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -2, max: 2 }));

function decimalText(value: number): string {
  const digits = String(Math.abs(value)).padStart(3, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The minute's text, in an offset of some hours. */
function timeText([minute, hours]: readonly [number, number]): string {
  const local = new Date((minute + hours * 60) * 60_000).toISOString().slice(0, 19);
  return `${local}${hours < 0 ? '-' : '+'}0${Math.abs(hours)}:00`;
}

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const row: fc.Arbitrary<Row> = fc.tuple(
  nullable(fc.constantFrom(...TEXTS)),
  nullable(fc.integer({ min: -3, max: 3 })),
  nullable(pence.map(decimalText)),
  nullable(minutes.map(timeText)),
  nullable(fc.boolean()),
);

const literal = (type: Literal['type'], text: string): Literal => ({ kind: 'literal', type, text });
const NULL = literal('null', 'null');
/** Literals and the property of each type. */
const OPERANDS: Readonly<Record<string, readonly [property: string, fc.Arbitrary<Literal>]>> = {
  text: ['t', fc.constantFrom(...TEXTS).map((text) => literal('text', text))],
  integer: ['n', fc.integer({ min: -3, max: 3 }).map((n) => literal('number', String(n)))],
  decimal: ['d', pence.map((value) => literal('number', decimalText(value)))],
  time: ['m', minutes.map((each) => literal('timestamp', timeText(each)))],
  boolean: ['b', fc.boolean().map((b) => literal('boolean', String(b)))],
};

const comparison = fc.constantFrom(...Object.values(OPERANDS)).chain(([name, literals]) => {
  const property = fc.constant<Expression>({ kind: 'property', name });
  const operand = fc.oneof({ weight: 3, arbitrary: literals }, { weight: 1, arbitrary: fc.constant(NULL) });
  const operator = fc.constantFrom<Comparison>('eq', 'ne', 'gt', 'ge', 'lt', 'le');
  return fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), operator, left: property, right: operand }),
    fc.record({ kind: fc.constant('compare' as const), operator, left: operand, right: property }),
    fc.record({
      kind: fc.constant('in' as const),
      operand: property,
      values: fc.array(operand, { minLength: 1, maxLength: 3 }),
    }),
  );
});
const call = fc.tuple(fc.constantFrom('contains', 'startswith', 'endswith'), fc.constantFrom(...TEXTS)).map(
  ([name, text]): Expression => ({
    kind: 'call',
    name,
    values: [{ kind: 'property', name: 't' }, literal('text', text)],
  }),
);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: comparison },
    { weight: 1, arbitrary: call },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }) },
  ),
}));

/** What an expression gives, by the words of the specification, over numbers that floats hold exactly. */
function reference(of: Expression, cells: Row): unknown {
  switch (of.kind) {
    case 'property':
      return plain(cells[COLUMNS.findIndex(({ property }) => property === of.name)] ?? null, of.name);
    case 'literal':
      return of.type === 'null' ? null : plain(of.type === 'boolean' ? of.text === 'true' : of.text, nameOf(of));
    case 'and': {
      const values = of.parts.map((part) => reference(part, cells));
      return values.includes(false) ? false : values.includes(null) ? null : true;
    }
    case 'or': {
      const values = of.parts.map((part) => reference(part, cells));
      return values.includes(true) ? true : values.includes(null) ? null : false;
    }
    case 'not': {
      const value = reference(of.operand, cells);
      return value === null ? null : !value;
    }
    case 'in':
      return of.values.some((value) => reference(value, cells) === reference(of.operand, cells));
    case 'compare':
      return compared(of.operator, reference(of.left, cells), reference(of.right, cells));
    case 'call': {
      const [whole, part] = of.values.map((value) => reference(value, cells));
      if (typeof whole !== 'string' || typeof part !== 'string') return null;
      const methods = {
        contains: whole.includes(part),
        startswith: whole.startsWith(part),
        endswith: whole.endsWith(part),
      };
      return methods[of.name as keyof typeof methods];
    }
    default:
      throw new Error('There is no reference for it.');
  }
}

function nameOf({ type }: Literal): string {
  return { text: 't', number: 'd', timestamp: 'm', boolean: 'b', date: '', null: '' }[type];
}

function plain(cell: Cell, name: string): unknown {
  if (cell === null) return null;
  if (name === 'm') return Date.parse(String(cell));
  return name === 'd' || name === 'n' ? Number(cell) : cell;
}

function compared(operator: Comparison, a: unknown, b: unknown): boolean {
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (a === null || b === null) return false;
  const [x, y] = [a as number, b as number];
  return { gt: x > y, ge: x >= y, lt: x < y, le: x <= y }[operator];
}

function filter(of: Expression) {
  return read(printed(of));
}

function passesConjunct({ property, op, values }: Conjunct, cells: Row): boolean {
  const cell = plain(cells[COLUMNS.findIndex((each) => each.property === property)] ?? null, property);
  const wanted = values.map((value) => plain(value, property));
  if (op === 'in') return wanted.includes(cell);
  if (op === 'contains') return typeof cell === 'string' && cell.includes(String(wanted[0]));
  return compared(op, cell, wanted[0]);
}

describe('filters', () => {
  it('are read as what they were written from', () => {
    fc.assert(
      fc.property(expression, (of) => {
        expect(parse(printed(of))).toEqual(of);
      }),
      RUNS,
    );
  });

  it('let pass what the specification says', () => {
    let passed = 0;
    fc.assert(
      fc.property(expression, row, (of, cells) => {
        const passes = filter(of).passes(cells);
        passed += Number(passes);
        expect(passes).toBe(reference(of, cells) === true);
      }),
      { ...RUNS, numRuns: 5_000 },
    );
    // Neither all nor none: otherwise nothing was tried.
    expect(passed).toBeGreaterThan(500);
    expect(passed).toBeLessThan(4_500);
  });

  it('imply their conjuncts', () => {
    let tried = 0;
    fc.assert(
      fc.property(expression, fc.array(row, { minLength: 10, maxLength: 10 }), (of, rows) => {
        const { passes, conjuncts } = filter(of);
        for (const cells of rows.filter(passes))
          for (const conjunct of conjuncts) {
            tried += 1;
            expect(passesConjunct(conjunct, cells)).toBe(true);
          }
      }),
      RUNS,
    );
    expect(tried).toBeGreaterThan(1_000);
  });
});

const PIECES = [
  ...[
    't',
    'n',
    'd',
    'm',
    'b',
    'x',
    'eq',
    'ne',
    'gt',
    'and',
    'or',
    'not',
    'in',
    'add',
    'div',
    'mod',
    'mul',
    'has',
    'null',
  ],
  ...[
    'true',
    '(',
    ')',
    ',',
    '/',
    '-',
    "'",
    "''",
    "'a'",
    '1',
    '0',
    '2.5',
    '1e9',
    'INF',
    '2026-01-01',
    '$it',
    '@p',
    '*',
    ' ',
  ],
  ...[
    '2026-01-01T00:00:00Z',
    'contains',
    'substring',
    'tolower',
    'now()',
    'round',
    'any',
    ':',
    '\u0000',
    '😀',
    '\ud800',
    '=',
  ],
];
const garbage = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(' ')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  expression.map((of) => printed(of).slice(1)),
);

describe('garbage', () => {
  it('in a filter gives an error for the caller, or a filter that works', () => {
    const cells: Row = ["it's", 0, '0.00', '2026-01-01T00:00:00Z', false];
    fc.assert(
      fc.property(garbage, (text) => onlyForCallers(() => read(text).passes(cells))),
      { ...RUNS, numRuns: 20_000 },
    );
  });

  it('in a path gives an error for the caller, or a resource', () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom('', 'Clients(', "Clients('a')/", 'PlanOwners('), (text, start) =>
        onlyForCallers(() => resourceOf(start + text, MODEL)),
      ),
      { ...RUNS, numRuns: 10_000 },
    );
  });

  it.each([
    ["'", 100_000],
    ['(', 99_999],
    ['not ', 20_000],
    ['-', 99_999],
    ['a', 99_999],
    ["a'", 40_000],
    ['1 add ', 15_000],
    ['b and ', 15_000],
    ['contains(t,', 9_000],
    ["''", 49_999],
    ['1e400 mul ', 9_000],
    ['/', 99_999],
  ])('of %j many times over is refused', (piece, times) => {
    expect(() => read(piece.repeat(times))).toThrow(ODataError);
  });
});

function read(text: string) {
  return filterOf(text, { columns: COLUMNS, aliases: new Map(), now: 0 });
}

function onlyForCallers(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ODataError)) throw error;
    expect(error.message).not.toBe('');
  }
}
