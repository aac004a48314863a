import { type GraphQLField, type GraphQLSchema, getNamedType, isAbstractType } from 'graphql';
import { scopesOf } from './directive.ts';
import { isOpen } from './requirement.ts';
import { rootTypes, type ScopeRules, scopeRules } from './rules.ts';

/** Ways into a graph that need no scope. */
export const OPEN_FIELDS: readonly string[] = ['Query.gateway'];

/**
 * Root fields of queries, mutations and subscriptions that anyone may ask for though nobody said so: those without the directive that
 * are not on the list. One that returns an interface or a union may do without, where each type that it can turn out to be is guarded;
 * the types that are not are named (`Query.node → Valuation`). What is on the list without being a field is named too.
 */
export function unguardedFields(schema: GraphQLSchema, open: readonly string[] = OPEN_FIELDS): string[] {
  const marks = scopesOf(schema);
  const rules = scopeRules(schema);
  const fields = rootTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ type, field, at: `${type.name}.${field.name}` })),
  );
  const unguarded = fields
    .filter(({ type, at }) => !open.includes(at) && !marks.has(at) && !marks.has(type.name))
    .flatMap(({ field, at }) =>
      openMembers(schema, rules, field).map((name) => (name === null ? at : `${at} → ${name}`)),
    );
  const stale = open.filter((name) => !fields.some(({ at }) => at === name)).map((name) => `${name} does not exist`);
  return [...unguarded, ...stale];
}

function openMembers(
  schema: GraphQLSchema,
  rules: ScopeRules,
  field: GraphQLField<unknown, unknown>,
): (string | null)[] {
  const type = getNamedType(field.type);
  if (!isAbstractType(type)) return [null];
  return schema
    .getPossibleTypes(type)
    .map(({ name }) => name)
    .filter((name) => isOpen(rules.ofType(name)));
}
