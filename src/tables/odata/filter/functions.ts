import { badRequest } from '../errors.ts';
import { clockOf, type Instant } from './instant.ts';
import { exact, type Numeric, type Rounding, rounded } from './rational.ts';
import type { Value, ValueType } from './values.ts';

/** What a function is given: `moment` is a date or a timestamp. */
export type ParameterType = 'text' | 'number' | 'integer' | 'moment' | 'timestamp';

/** A function of expressions. */
export interface ExpressionFunction {
  readonly parameters: readonly ParameterType[];
  /** How many of them, counted from the end, may be left out. */
  readonly optional: number;
  readonly result: ValueType;
  /** Called where no argument is null; otherwise the result is null. */
  readonly apply: (values: readonly NonNullable<Value>[], now: Instant) => Value;
}

/** Functions on texts, dates and numbers (OData 4.01 URL Conventions, sections 5.1.1.5 to 5.1.1.9). Characters are code points. */
export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  concat: on('text', ['text', 'text'], ([a, b]) => `${a}${b}`),
  contains: on('boolean', ['text', 'text'], ([a, b]) => text(a).includes(text(b))),
  endswith: on('boolean', ['text', 'text'], ([a, b]) => text(a).endsWith(text(b))),
  indexof: on('integer', ['text', 'text'], ([a, b]) => indexOf(text(a), text(b))),
  length: on('integer', ['text'], ([a]) => [...text(a)].length),
  startswith: on('boolean', ['text', 'text'], ([a, b]) => text(a).startsWith(text(b))),
  substring: {
    ...on('text', ['text', 'integer', 'integer'], ([a, from, count]) => substring(text(a), from, count)),
    optional: 1,
  },
  tolower: on('text', ['text'], ([a]) => text(a).toLowerCase()),
  toupper: on('text', ['text'], ([a]) => text(a).toUpperCase()),
  trim: on('text', ['text'], ([a]) => text(a).trim()),
  year: on('integer', ['moment'], ([a]) => clock(a).getUTCFullYear()),
  month: on('integer', ['moment'], ([a]) => clock(a).getUTCMonth() + 1),
  day: on('integer', ['moment'], ([a]) => clock(a).getUTCDate()),
  hour: on('integer', ['timestamp'], ([a]) => clock(a).getUTCHours()),
  minute: on('integer', ['timestamp'], ([a]) => clock(a).getUTCMinutes()),
  second: on('integer', ['timestamp'], ([a]) => clock(a).getUTCSeconds()),
  date: on('date', ['timestamp'], ([a]) => clock(a).toISOString().slice(0, 10)),
  now: on('timestamp', [], (_, now) => now),
  round: rounding('round'),
  floor: rounding('floor'),
  ceiling: rounding('ceiling'),
};

/** What the specification has besides, and this service does not. */
export const OTHER_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['matchespattern', 'hassubset', 'hassubsequence', 'fractionalseconds', 'maxdatetime', 'mindatetime', 'time'],
  ...['totaloffsetminutes', 'totalseconds', 'cast', 'isof', 'case', 'geo.distance', 'geo.intersects', 'geo.length'],
]);

function on(
  result: ValueType,
  parameters: readonly ParameterType[],
  apply: ExpressionFunction['apply'],
): ExpressionFunction {
  return { parameters, optional: 0, result, apply };
}

function rounding(how: Rounding): ExpressionFunction {
  return on('number', ['number'], ([a]) => rounded(how, a as Numeric));
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A date is read as its midnight in UTC. */
function clock(value: Value | undefined): Date {
  return typeof value === 'string' ? new Date(`${value}T00:00:00Z`) : clockOf(value as Instant);
}

function indexOf(whole: string, part: string): number {
  const at = whole.indexOf(part);
  return at <= 0 ? at : [...whole.slice(0, at)].length;
}

function substring(whole: string, from: Value | undefined, count: Value | undefined): string {
  const start = indexIn(from as Numeric);
  const end = count === undefined ? undefined : start + indexIn(count as Numeric);
  return [...whole].slice(start, end).join('');
}

function indexIn(value: Numeric): number {
  const { top, bottom } = exact(value);
  if (top < 0n) throw badRequest('substring counts from 0: its numbers may not be negative.');
  return Number(top / bottom);
}
