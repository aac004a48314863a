import type { Arithmetic } from './rational.ts';

/** What a literal is of. `null` has no type of its own. */
export type LiteralKind = 'text' | 'number' | 'boolean' | 'date' | 'timestamp' | 'null';

/** A value written in an expression. */
export interface Literal {
  readonly kind: 'literal';
  readonly type: LiteralKind;
  /** As it is written, a text without its quotes. */
  readonly text: string;
}

/** How two values are compared. */
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** An expression of `$filter`, as it is written (OData 4.01 URL Conventions, section 5.1.1). */
export type Expression =
  | Literal
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not' | 'negate'; readonly operand: Expression }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly operand: Expression; readonly values: readonly Literal[] }
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly Expression[] };
