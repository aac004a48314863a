import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { entriesOf } from './entries.ts';
import { allOf, implies, OPEN, type Requirement } from './requirement.ts';
import { type ScopeRules, scopeRules } from './rules.ts';

/**
 * Non-null fields that a caller can be refused who was let in to the thing they belong to: refusing one would take the whole thing along,
 * and what the caller may have with it. They should be nullable.
 */
export function greedyFields(schema: GraphQLSchema): string[] {
  const rules = scopeRules(schema);
  const entries = entriesOf(schema, rules);
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => isGreedy(schema, rules, entries.get(type.name) ?? OPEN, type.name, field))
        .map((field) => `${type.name}.${field.name}`),
    );
}

function isGreedy(
  schema: GraphQLSchema,
  rules: ScopeRules,
  held: Requirement,
  type: string,
  field: GraphQLField<unknown, unknown>,
): boolean {
  const wanted = rules.ofField(type, field.name);
  if (isNonNullType(field.type) && !implies(held, wanted)) return true;
  const returned = getNamedType(field.type);
  // An interface or a union is judged only when it is there, which may be deep in a list.
  if (!isAbstractType(returned) || !String(field.type).includes('!')) return false;
  const had = allOf(held, wanted);
  return (
    schema.getPossibleTypes(returned).some(({ name }) => !implies(had, rules.ofType(name))) &&
    !isNullableItem(String(field.type))
  );
}

/** Whether a list has nullable items, so that a refusal stays in its place: `[Node]!`. */
function isNullableItem(type: string): boolean {
  return /[^!]\]!?$/.test(type);
}
