import type { Cell, ColumnType } from '../../column.ts';
import type { LiteralKind } from './expression.ts';
import { type Instant, instantOf } from './instant.ts';
import { compareNumeric, type Numeric, rationalOf } from './rational.ts';

/** The types of expressions: those of literals, with whole numbers apart, since they are divided in another way. */
export type ValueType = LiteralKind | 'integer';

/** What an expression gives for a row. */
export type Value = string | boolean | Numeric | Instant | null;

const TYPES: Readonly<Record<ColumnType, ValueType>> = {
  id: 'text',
  text: 'text',
  integer: 'integer',
  long: 'integer',
  float: 'number',
  decimal: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
};

/** The type that a column's cells have in an expression. */
export function typeOfColumn(type: ColumnType): ValueType {
  return TYPES[type];
}

/** How cells of a type are read into values that can be compared and calculated with, without loss. */
export function readerOf(type: ColumnType): (cell: Cell | undefined) => Value {
  if (type === 'decimal') return (cell) => (typeof cell === 'string' ? whole(rationalOf(cell), cell) : null);
  if (type === 'timestamp') return (cell) => (typeof cell === 'string' ? whole(instantOf(cell), cell) : null);
  return (cell) => cell ?? null;
}

/** What a literal's text is as a value of its type. */
export function literalValue(type: LiteralKind, text: string): Value {
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return text === 'true';
    case 'timestamp':
      return instantOf(text);
    case 'number':
      return numberOf(text);
    default:
      return text;
  }
}

/**
 * Negative, zero or positive as the first comes before the second, neither being null: numbers by their exact value, times as
 * instants, texts by code point, false before true. NaN where one of them is NaN.
 */
export function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'object' && 'picoseconds' in a) return compareInstants(a, b as Instant);
  return compareNumeric(a as Numeric, b as Numeric);
}

function numberOf(text: string): Numeric {
  if (/inf$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  const number = Number(text);
  return Number.isSafeInteger(number) && /^-?\d+$/.test(text) ? number : whole(rationalOf(text), text);
}

/** By code point: JavaScript compares by UTF-16, where what is beyond the 65,536th comes before U+E000. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const areSurrogates = [isSurrogate(x), isSurrogate(y)];
    return areSurrogates[0] === areSurrogates[1] ? x - y : areSurrogates[0] ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function compareInstants(a: Instant, b: Instant): number {
  return a.picoseconds < b.picoseconds ? -1 : a.picoseconds > b.picoseconds ? 1 : 0;
}

/** A cell that is not what its column says is a defect, and must not pass for a row that is not meant. */
function whole<T>(read: T | null, text: string): T {
  if (read === null) throw new TypeError(`A cell or literal of ${text.length} characters is not of its type.`);
  return read;
}
