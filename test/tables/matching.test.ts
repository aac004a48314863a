import { describe, expect, test } from 'vitest';
import type { Cell, ColumnType } from '../../src/tables/column.ts';
import { matcherOf } from '../../src/tables/matching.ts';
import { columnOf } from './formats/tables.ts';

const matches = (type: ColumnType, words: readonly string[], cell: Cell) => matcherOf(columnOf('c', type), words)(cell);

describe('a cell has a value', () => {
  test.each<[ColumnType, string, Cell, boolean]>([
    ['text', 'a', 'a', true],
    ['text', 'a', 'A', false],
    ['text', '', null, true],
    ['text', '', '', true],
    ['text', 'null', null, false],
    ['id', '7', '07', false],
    ['integer', '007', 7, true],
    ['integer', '+7', 7, true],
    ['integer', '7.0', 7, true],
    ['integer', '-0', 0, true],
    ['integer', '', 0, false],
    ['long', '9007199254740991', 9_007_199_254_740_991, true],
    ['decimal', '5176.3', '5176.30', true],
    ['decimal', '05176.300', '5176.30', true],
    ['decimal', '5176', '5176.00', true],
    ['decimal', '-0.00', '0', true],
    ['decimal', '0.1000000000000000055', '0.1', false],
    ['decimal', '123456789012345678.01', '123456789012345678.02', false],
    ['float', '1e2', 100, true],
    ['float', '.5', 0.5, true],
    ['boolean', 'true', true, true],
    ['boolean', 'false', false, true],
    ['boolean', '', false, false],
    ['boolean', '', null, true],
    ['date', '2026-04-30', '2026-04-30', true],
    ['timestamp', '2026-04-30T10:00:00Z', '2026-04-30T12:00:00+02:00', true],
    ['timestamp', '2026-04-30', '2026-04-30T00:00:00.000Z', true],
  ])('%s %j of %j: %s', (type, word, cell, expected) => {
    expect(matches(type, [word], cell)).toBe(expected);
    expect(matches(type, ['', word], null)).toBe(true);
  });

  test('any of several', () => {
    expect(matches('text', ['a', 'b'], 'b')).toBe(true);
    expect(matches('text', ['a', 'b'], 'c')).toBe(false);
  });
});

test.each<[ColumnType, string, string]>([
  ['integer', 'seven', 'a number'],
  ['integer', '1e3', 'a number'],
  ['decimal', '5,176.30', 'a number'],
  ['float', 'much', 'a number'],
  ['boolean', 'yes', 'true or false'],
  ['date', '2026-02-30', 'a day such as 2026-01-31'],
  ['date', '30.4.2026', 'a day such as 2026-01-31'],
  ['timestamp', '1', 'a moment such as 2026-01-31T00:00:00Z'],
  ['timestamp', '2026-04-30T10:00:00', 'a moment such as 2026-01-31T00:00:00Z'],
])('what can not be a value of %s is refused: %s', (type, word, wanted) => {
  expect(() => matcherOf(columnOf('c', type), [word])).toThrow(`The value for \`c\` is not ${wanted}.`);
});

describe('a value of an enum', () => {
  const of = (...words: string[]) => matcherOf(columnOf('c', 'text'), words, ['ACTIVE', 'IN_FORCE']);

  test('is named in any case, and may be none', () => {
    expect(['ACTIVE', 'IN_FORCE', null].filter(of('active', ''))).toEqual(['ACTIVE', null]);
    expect(['ACTIVE', 'IN_FORCE', null].filter(of('In_Force', 'ACTIVE'))).toEqual(['ACTIVE', 'IN_FORCE']);
  });

  test.each(['ACTIVE,IN_FORCE', 'GONE', ' ', 'ACTIVE '])('is none of others: %j', (word) => {
    expect(() => of('ACTIVE', word)).toThrow('`c` is one of ACTIVE, IN_FORCE.');
  });
});
