import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { allOf, anyOf, implies, OPEN, type Requirement } from './requirement.ts';
import { rootTypes, type ScopeRules } from './rules.ts';

/** What everyone holds who got as far as a thing of each type: the weakest of all ways there. A type that nothing leads to has none. */
export function entriesOf(schema: GraphQLSchema, rules: ScopeRules): ReadonlyMap<string, Requirement> {
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
