import type { Cell, Column } from '../../column.ts';
import type { Expression, Literal } from './expression.ts';
import { literalValue } from './values.ts';

/** What a row must have to pass a filter: a property compared with values, none of them null. */
export interface Conjunct {
  readonly property: string;
  readonly op: 'eq' | 'in' | 'ge' | 'gt' | 'le' | 'lt' | 'contains';
  /** As cells of the property's column; one, but for `in`. A time has the offset that it was written with. */
  readonly values: readonly NonNullable<Cell>[];
}

type Ordered = 'eq' | 'ge' | 'gt' | 'le' | 'lt';

/** The same comparison, read from the right. */
const MIRRORED: Readonly<Record<string, Ordered>> = { eq: 'eq', ge: 'le', gt: 'lt', le: 'ge', lt: 'gt' };
/** A text that begins or ends with another contains it. */
const CONTAINING: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);

/**
 * What follows from a filter in a form that a source can apply: every row that passes the filter passes these. The filter says
 * more than they do, and is to be evaluated all the same.
 */
export function conjunctsOf(expression: Expression, columns: readonly Column[]): readonly Conjunct[] {
  if (expression.kind === 'and') return expression.parts.flatMap((part) => conjunctsOf(part, columns));
  const found = conjunctOf(expression, new Map(columns.map((column) => [column.property, column])));
  return found ? [found] : [];
}

type Columns = ReadonlyMap<string, Column>;

function conjunctOf(expression: Expression, columns: Columns): Conjunct | null {
  switch (expression.kind) {
    case 'compare': {
      const { left, right, operator } = expression;
      const direct = Object.hasOwn(MIRRORED, operator) ? (operator as Ordered) : undefined;
      if (!direct) return null;
      if (left.kind === 'property' && right.kind === 'literal') return of(left.name, direct, [right], columns);
      if (right.kind !== 'property' || left.kind !== 'literal') return null;
      return of(right.name, MIRRORED[direct] ?? direct, [left], columns);
    }
    case 'in':
      return expression.operand.kind === 'property'
        ? of(expression.operand.name, 'in', expression.values, columns)
        : null;
    case 'or':
      return alternatives(expression.parts, columns);
    case 'call': {
      const [whole, part] = expression.values;
      if (!CONTAINING.has(expression.name) || whole?.kind !== 'property' || part?.kind !== 'literal') return null;
      return of(whole.name, 'contains', [part], columns);
    }
    default:
      return null;
  }
}

/** `a eq 'x' or a in ('y', 'z')` is `a in ('x', 'y', 'z')`. */
function alternatives(parts: readonly Expression[], columns: Columns): Conjunct | null {
  const found = parts.map((part) => conjunctOf(part, columns));
  const [first] = found;
  if (!first) return null;
  const values: NonNullable<Cell>[] = [];
  for (const each of found) {
    if (each?.property !== first.property || (each.op !== 'eq' && each.op !== 'in')) return null;
    values.push(...each.values);
  }
  return { property: first.property, op: 'in', values };
}

function of(property: string, op: Conjunct['op'], literals: readonly Literal[], columns: Columns): Conjunct | null {
  const column = columns.get(property);
  if (!column) return null;
  const values: NonNullable<Cell>[] = [];
  for (const literal of literals) {
    const cell = cellOf(literal, column);
    if (cell === null) return null;
    values.push(cell);
  }
  return { property, op, values };
}

/** A literal as a cell of a column; null where it is null, or such as no cell of that column is. */
export function cellOf({ type, text }: Literal, { type: column }: Column): NonNullable<Cell> | null {
  const value = literalValue(type, text);
  switch (column) {
    case 'integer':
    case 'long':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
    case 'float':
      return type === 'number' && Number.isFinite(Number(text)) && String(Number(text)) === text ? Number(text) : null;
    case 'decimal':
      return type === 'number' && /^-?\d+(\.\d+)?$/.test(text) ? text : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'id':
    case 'text':
      return type === 'text' ? text : null;
    default:
      return type === column ? text : null;
  }
}
