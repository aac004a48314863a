import {
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Caller } from '../../platform/caller.ts';
import { scopesOf } from './directive.ts';
import { allOf, missingScopes, OPEN, type Requirement } from './requirement.ts';

/**
 * What the directives of a schema come to. The meaning is Apollo Router's: on a field it guards the field; on an object type it guards
 * every field that returns the type and every fragment on it. Two things differ from it. The Router judges the document, and so refuses
 * fields of an interface whose implementations are guarded differently; here each thing is judged by the type that it turns out to be.
 * And on an interface, or a field of one, the directive also guards what implements it (Apollo Federation no longer allows it there, so
 * that it can't be passed over by asking for the object; here it can't be passed over either).
 */
export interface ScopeRules {
  /** What it takes to hold a thing of this type: its own directive and those of its interfaces. */
  ofType(type: string): Requirement;
  /** What it takes to ask for a field: its own directive, its type's, and that of the type which it returns. */
  ofField(type: string, field: string): Requirement;
}

/** Reads the rules. @throws TypeError where a directive is wrong */
export function scopeRules(schema: GraphQLSchema): ScopeRules {
  const marks = scopesOf(schema);
  const at = (coordinate: string): Requirement => marks.get(coordinate) ?? OPEN;
  const ofType = (type: GraphQLCompositeType): Requirement =>
    'getInterfaces' in type ? allOf(at(type.name), ...type.getInterfaces().map(({ name }) => at(name))) : at(type.name);
  const ofField = (type: GraphQLObjectType | GraphQLInterfaceType, name: string): Requirement => {
    const field = type.getFields()[name];
    if (field === undefined) return OPEN;
    const returned = getNamedType(field.type);
    return allOf(
      ofType(type),
      at(`${type.name}.${name}`),
      ...type.getInterfaces().map((parent) => at(`${parent.name}.${name}`)),
      isObjectType(returned) || isInterfaceType(returned) ? ofType(returned) : OPEN,
    );
  };
  const known = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    known.set(type.name, ofType(type));
    for (const name of Object.keys(type.getFields())) known.set(`${type.name}.${name}`, ofField(type, name));
  }
  return {
    ofType: (type) => known.get(type) ?? OPEN,
    ofField: (type, field) => known.get(`${type}.${field}`) ?? OPEN,
  };
}

/** Whether a caller may ask for a field, `Client.emails`: what may not be asked for need not be fetched with the rest either. */
export function mayAsk(rules: ScopeRules, caller: Caller, coordinate: string): boolean {
  const [type = '', field = ''] = coordinate.split('.');
  return missingScopes(caller, rules.ofField(type, field)).length === 0;
}

/** The types that operations begin at. */
export function rootTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type !== null && type !== undefined,
  );
}
