import { BadInput } from '../platform/errors.ts';
import { folded } from '../platform/folded.ts';
import type { Cell, Column, ColumnType } from './column.ts';
import { isDay, momentOf } from './moment.ts';

/**
 * Tells whether a cell has one of the values that a query string names. An empty word is an empty cell. Numbers are compared by value,
 * decimals exactly, timestamps as moments.
 * @param values all that a cell can have, of an enum; null where it can have any of its type
 * @throws BadInput where a word can't be a value of the column
 */
export function matcherOf(
  { name, type }: Column,
  words: readonly string[],
  values: readonly string[] | null = null,
): (cell: Cell) => boolean {
  const canonical = CANONICAL[type];
  const wanted = new Set<string | symbol | null>(
    words.map((word) => {
      if (word === '') return null;
      if (values !== null) return enumValue(name, values, word);
      const value = canonical(word);
      if (value === null) throw new BadInput(`The value for \`${name}\` is not ${WANTED[type]}.`);
      return value;
    }),
  );
  return (cell) => wanted.has(cell === null || cell === '' ? null : (canonical(String(cell)) ?? UNREADABLE));
}

/** The value of an enum that a word names, in any case. @throws BadInput with all there are */
export function enumValue(name: string, values: readonly string[], word: string): string {
  const value = values.find((one) => folded(one) === folded(word));
  if (value === undefined) throw new BadInput(`\`${name}\` is one of ${values.join(', ')}.`);
  return value;
}

/** What is no value of its column is none of those that are asked for. */
const UNREADABLE = Symbol('unreadable');

type Canonical = (text: string) => string | null;

const asIs: Canonical = (text) => text;

const decimal: Canonical = (text) => {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (whole === '') return null;
  const digits = `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`;
  return `${sign === '-' && /[1-9]/.test(digits) ? '-' : ''}${digits}`;
};

const float: Canonical = (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? null : String(Number(text)));
const moment: Canonical = (text) => momentOf(text)?.toString() ?? null;

const CANONICAL: Readonly<Record<ColumnType, Canonical>> = {
  id: asIs,
  text: asIs,
  integer: decimal,
  long: decimal,
  decimal,
  float,
  boolean: (text) => (text === 'true' || text === 'false' ? text : null),
  date: (text) => (isDay(text) ? text : null),
  timestamp: moment,
};

const WANTED: Readonly<Record<ColumnType, string>> = {
  id: 'an id',
  text: 'a text',
  integer: 'a number',
  long: 'a number',
  decimal: 'a number',
  float: 'a number',
  boolean: 'true or false',
  date: 'a day such as 2026-01-31',
  timestamp: 'a moment such as 2026-01-31T00:00:00Z',
};
