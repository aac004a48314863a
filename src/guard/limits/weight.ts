import { getDirective } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';

/** Something that a directive can stand at. */
export type Weighed = Parameters<typeof getDirective>[1] & { readonly name: string };

/** A number as JSON writes it. */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The weight of a type, field, argument or input field: its `@cost`, else 1 for what is composite and 0 for scalars and enums (GraphQL
 * Cost Directives, section 7.1).
 * @throws TypeError where the weight is no number; formulas are not known here
 */
export function weightOf(schema: GraphQLSchema, owner: Weighed, isComposite: boolean): number {
  const written: unknown = getDirective(schema, owner, 'cost')?.[0]?.weight;
  if (written === undefined) return isComposite ? 1 : 0;
  const weight = typeof written === 'string' && NUMBER.test(written) ? Number(written) : Number.NaN;
  if (!Number.isFinite(weight)) throw new TypeError(`the weight of ${owner.name} in @cost is not a number`);
  return weight;
}
