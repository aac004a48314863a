import type { Column, Row } from '../../column.ts';
import { aboutTarget } from '../errors.ts';
import { condition } from './compile.ts';
import { type Conjunct, conjunctsOf } from './conjuncts.ts';
import type { Expression } from './expression.ts';
import type { Instant } from './instant.ts';
import { parse } from './parse.ts';

/** A `$filter` on rows of certain columns. */
export interface Filter {
  /** Whether a row, of all the columns in their order, passes: the filter is true, neither false nor null. */
  readonly passes: (row: Row) => boolean;
  /** What is known of rows that pass, for a source that can leave others out. */
  readonly conjuncts: readonly Conjunct[];
  /** Names of the properties that it looks at. */
  readonly properties: ReadonlySet<string>;
}

/** What a filter is read with. */
export interface FilterScope {
  readonly columns: readonly Column[];
  /** Texts of parameter aliases by `@name`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Milliseconds since 1970: what the function `now` gives. */
  readonly now: number;
}

/**
 * Reads a `$filter` (OData 4.01 URL Conventions, section 5.1.1).
 * @throws ODataError 400 where it is malformed, too large, of an unknown property or of types that don't fit; 501 where it has
 * what is not supported. `passes` throws ODataError 400 where a row makes it divide by zero.
 */
export function filterOf(text: string, { columns, aliases, now }: FilterScope): Filter {
  try {
    const expression = parse(text, aliases);
    const { evaluate } = condition(expression, { columns, now: momentOf(now) }, '$filter');
    const properties = new Set<string>();
    collect(expression, properties);
    const passes = (row: Row) => evaluate(row) === true;
    return { passes, conjuncts: conjunctsOf(expression, columns), properties };
  } catch (error) {
    throw aboutTarget(error, '$filter');
  }
}

function momentOf(milliseconds: number): Instant {
  return { picoseconds: BigInt(milliseconds) * 1_000_000_000n, offset: 0 };
}

function collect(expression: Expression, into: Set<string>): void {
  switch (expression.kind) {
    case 'property':
      into.add(expression.name);
      return;
    case 'and':
    case 'or':
      for (const part of expression.parts) collect(part, into);
      return;
    case 'call':
      for (const value of expression.values) collect(value, into);
      return;
    case 'not':
    case 'negate':
    case 'in':
      collect(expression.operand, into);
      return;
    case 'compare':
    case 'arithmetic':
      collect(expression.left, into);
      collect(expression.right, into);
  }
}
