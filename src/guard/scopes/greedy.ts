import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { allOf, anyOf, implies, OPEN, type Requirement } from './requirement.ts';
import { rootTypes, type ScopeRules, scopeRules } from './rules.ts';

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

/** What everyone holds who got as far as a thing of each type: the weakest of all ways there. A type that nothing leads to has none. */
function entriesOf(schema: GraphQLSchema, rules: ScopeRules): ReadonlyMap<string, Requirement> {
  const entries = new Map<string, Requirement>(rootTypes(schema).map(({ name }) => [name, OPEN]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, held] of [...entries]) {
      const type = schema.getType(name);
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const returned = getNamedType(field.type);
        const targets = isAbstractType(returned) ? schema.getPossibleTypes(returned) : [returned];
        for (const target of targets.filter(isObjectType)) {
          const way = allOf(held, rules.ofField(name, field.name), rules.ofType(target.name));
          const before = entries.get(target.name);
          if (before !== undefined && implies(way, before)) continue;
          entries.set(target.name, before === undefined ? way : anyOf(before, way));
          changed = true;
        }
      }
    }
  }
  return entries;
}
