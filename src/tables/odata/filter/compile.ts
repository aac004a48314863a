import type { Column, Row } from '../../column.ts';
import { badRequest, notImplemented } from '../errors.ts';
import type { Comparison, Expression, Literal } from './expression.ts';
import { FUNCTIONS, OTHER_FUNCTIONS, type ParameterType } from './functions.ts';
import type { Instant } from './instant.ts';
import { calculate, type Numeric, negated } from './rational.ts';
import { compareValues, literalValue, readerOf, typeOfColumn, type Value, type ValueType } from './values.ts';

/** An expression whose types fit, ready to be evaluated. */
export interface Compiled {
  readonly type: ValueType;
  readonly evaluate: (row: Row) => Value;
}

/** What expressions are about. */
export interface Scope {
  readonly columns: readonly Column[];
  /** Of the function `now`, the same for all rows. */
  readonly now: Instant;
}

const ORDERED: Readonly<Record<Exclude<Comparison, 'eq' | 'ne'>, (order: number) => boolean>> = {
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** How to write a value of each type; says what was meant where types don't fit. */
const SHOWN: Readonly<Record<ValueType, string>> = {
  text: "a text such as 'ACTIVE'",
  number: 'a number such as 12.5',
  integer: 'a whole number such as 5',
  boolean: 'true or false',
  date: 'a date such as 2026-04-30',
  timestamp: 'a time such as 2026-04-30T12:00:00Z',
  null: 'null',
};

/**
 * Checks the types of an expression and makes it ready.
 * @throws ODataError 400 where a property or function is unknown or types don't fit, 501 where a function is not supported
 */
export function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case 'literal':
      return constant(expression);
    case 'property':
      return property(expression.name, scope);
    case 'and':
    case 'or':
      return junction(
        expression.kind,
        expression.parts.map((part) => condition(part, scope, expression.kind)),
      );
    case 'not':
      return negation(condition(expression.operand, scope, 'not'));
    case 'negate':
      return minus(compile(expression.operand, scope));
    case 'compare':
      return comparison(expression.operator, compile(expression.left, scope), compile(expression.right, scope));
    case 'arithmetic':
      return arithmetic(expression, scope);
    case 'in':
      return membership(compile(expression.operand, scope), expression.values);
    case 'call':
      return call(expression.name, expression.values, scope);
  }
}

/**
 * Compiles what must be true, false or null.
 * @param of what needs it, for the error
 */
export function condition(expression: Expression, scope: Scope, of: string): Compiled {
  const compiled = compile(expression, scope);
  if (compiled.type !== 'boolean' && compiled.type !== 'null')
    throw badRequest(`"${of}" needs a condition such as "status eq 'ACTIVE'", not ${SHOWN[compiled.type]}.`);
  return compiled;
}

function constant({ type, text }: Literal): Compiled {
  const value = literalValue(type, text);
  return { type: type === 'number' && /^-?\d+$/.test(text) ? 'integer' : type, evaluate: () => value };
}

function property(name: string, { columns }: Scope): Compiled {
  const index = columns.findIndex((column) => column.property === name);
  const column = columns[index];
  if (!column) throw badRequest(`There is no property "${name}". $metadata lists those of each entity set.`);
  const read = readerOf(column.type);
  return { type: typeOfColumn(column.type), evaluate: (row) => read(row[index]) };
}

/** Null is "not known": false and null is false, true or null is true, else null stays (section 5.1.1.1.7 and on). */
function junction(kind: 'and' | 'or', parts: readonly Compiled[]): Compiled {
  const decisive = kind === 'or';
  const evaluate = (row: Row) => {
    let result: Value = !decisive;
    for (const part of parts) {
      const value = part.evaluate(row);
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  };
  return { type: 'boolean', evaluate };
}

function negation({ evaluate }: Compiled): Compiled {
  const negate = (row: Row) => {
    const value = evaluate(row);
    return value === null ? null : !value;
  };
  return { type: 'boolean', evaluate: negate };
}

function minus({ type, evaluate }: Compiled): Compiled {
  assertNumber(type, 'A minus');
  const negate = (row: Row) => {
    const value = evaluate(row);
    return value === null ? null : negated(value as Numeric);
  };
  return { type, evaluate: negate };
}

/** Null equals null and nothing else, and is neither before nor after anything (sections 5.1.1.1.1 to 5.1.1.1.6). */
function comparison(operator: Comparison, left: Compiled, right: Compiled): Compiled {
  assertComparable(left.type, right.type, operator);
  if (operator === 'eq' || operator === 'ne') {
    const wanted = operator === 'eq';
    return { type: 'boolean', evaluate: (row) => areEqual(left.evaluate(row), right.evaluate(row)) === wanted };
  }
  const holds = ORDERED[operator];
  const evaluate = (row: Row) => {
    const [a, b] = [left.evaluate(row), right.evaluate(row)];
    return a !== null && b !== null && holds(compareValues(a, b));
  };
  return { type: 'boolean', evaluate };
}

function membership(operand: Compiled, literals: readonly Literal[]): Compiled {
  const values = literals.map((literal) => constant(literal));
  for (const { type } of values) assertComparable(operand.type, type, 'in');
  const all = values.map(({ evaluate }) => evaluate([]));
  const hasNull = all.includes(null);
  const sorted = all.filter((value) => value !== null && !Number.isNaN(value)) as NonNullable<Value>[];
  sorted.sort(compareValues);
  const evaluate = (row: Row) => {
    const value = operand.evaluate(row);
    return value === null ? hasNull : isAmong(value, sorted);
  };
  return { type: 'boolean', evaluate };
}

/** Looks a value up by halves: a list may be long, and there may be many rows. */
function isAmong(value: NonNullable<Value>, sorted: readonly NonNullable<Value>[]): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const order = compareValues(value, sorted[middle] ?? value);
    if (order === 0) return true;
    if (order > 0) from = middle + 1;
    else to = middle;
  }
  return false;
}

function arithmetic(expression: Expression & { readonly kind: 'arithmetic' }, scope: Scope): Compiled {
  const { operator } = expression;
  const [left, right] = [compile(expression.left, scope), compile(expression.right, scope)];
  for (const { type } of [left, right]) assertNumber(type, `"${operator}"`);
  const areIntegers = left.type === 'integer' && right.type === 'integer';
  const evaluate = (row: Row) => {
    const [a, b] = [left.evaluate(row), right.evaluate(row)];
    return a === null || b === null ? null : calculate(operator, a as Numeric, b as Numeric, areIntegers);
  };
  return { type: areIntegers && operator !== 'divby' ? 'integer' : 'number', evaluate };
}

function call(name: string, given: readonly Expression[], scope: Scope): Compiled {
  const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!called) throw unknownFunction(name);
  const { parameters, optional, result, apply } = called;
  if (given.length > parameters.length || given.length < parameters.length - optional)
    throw badRequest(
      `${name} takes ${parameters.length - optional === parameters.length ? '' : 'at most '}${parameters.length} values, not ${given.length}.`,
    );
  const values = given.map((value) => compile(value, scope));
  for (const [i, { type }] of values.entries()) assertTakes(name, parameters[i] ?? 'text', type);
  const evaluate = (row: Row) => {
    const known: NonNullable<Value>[] = [];
    for (const value of values) {
      const each = value.evaluate(row);
      if (each === null) return null;
      known.push(each);
    }
    return apply(known, scope.now);
  };
  return { type: result, evaluate };
}

function unknownFunction(name: string): Error {
  if (OTHER_FUNCTIONS.has(name) || name.includes('.'))
    return notImplemented(
      `The function ${name}`,
      'See Capabilities.FilterFunctions in $metadata for those that are.',
      null,
    );
  return badRequest(`There is no function "${name}". Those that there are: ${Object.keys(FUNCTIONS).join(', ')}.`);
}

function areEqual(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  return compareValues(a, b) === 0;
}

function assertComparable(left: ValueType, right: ValueType, operator: string): void {
  if (left === 'null' || right === 'null' || kindOf(left) === kindOf(right)) return;
  throw badRequest(`"${operator}" can't compare ${SHOWN[left]} with ${SHOWN[right]}.`);
}

function assertNumber(type: ValueType, what: string): void {
  if (type !== 'null' && kindOf(type) !== 'number') throw badRequest(`${what} needs a number, not ${SHOWN[type]}.`);
}

function assertTakes(name: string, wanted: ParameterType, type: ValueType): void {
  if (type === 'null' || type === wanted) return;
  if (wanted === 'number' && type === 'integer') return;
  if (wanted === 'moment' && (type === 'date' || type === 'timestamp')) return;
  throw badRequest(`${name} needs ${SHOWN[wanted === 'moment' ? 'date' : wanted]}, not ${SHOWN[type]}.`);
}

function kindOf(type: ValueType): ValueType {
  return type === 'integer' ? 'number' : type;
}
