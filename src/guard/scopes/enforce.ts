import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  GraphQLUnionType,
  isInterfaceType,
} from 'graphql';
import type { Caller } from '../../platform/caller.ts';
import { byGlobalId, NODE_FIELDS } from './by-id.ts';
import { entriesOf } from './entries.ts';
import { forbidden, implies, isOpen, missingScopes, OPEN, type Requirement } from './requirement.ts';
import { scopeRules } from './rules.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** How the guard is fitted to the graph. */
export interface ScopeGuardOptions<C> {
  /** Who asks. */
  readonly callerOf: (context: C) => Caller;
  /** Fields that take global ids, and in which argument; `Query.node(id:)` and `Query.nodes(ids:)` by default. */
  readonly nodeFields?: Readonly<Record<string, string>>;
}

/**
 * The schema with `@requiresScopes` enforced. A caller without the scopes gets FORBIDDEN at the field, and its resolver is not called. What
 * an interface or a union turns out to be is judged when that is known; what a global id names, before it is read.
 * @throws TypeError where a directive is wrong
 */
export function guardScopes<C>(
  schema: GraphQLSchema,
  { callerOf, nodeFields = NODE_FIELDS }: ScopeGuardOptions<C>,
): GraphQLSchema {
  const rules = scopeRules(schema);
  const entries = entriesOf(schema, rules);
  const check = (context: unknown, what: string, requirement: Requirement): void => {
    const missing = missingScopes(callerOf(context as C), requirement);
    if (missing.length > 0) throw forbidden(what, missing);
  };
  const guarded = (resolver: Resolver, what: string, requirement: Requirement): Resolver => {
    if (isOpen(requirement)) return resolver;
    return (source, args, context, info) => {
      check(context, what, requirement);
      return resolver(source, args, context, info);
    };
  };
  const typed =
    (resolver: GraphQLTypeResolver<unknown, unknown>): GraphQLTypeResolver<unknown, unknown> =>
    (value, context, info, type) => {
      const judged = (name: string | undefined): string | undefined => {
        if (name !== undefined) check(context, name, rules.ofType(name));
        return name;
      };
      const name = resolver(value, context, info, type);
      return typeof name === 'string' || name === undefined ? judged(name) : Promise.resolve(name).then(judged);
    };
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, type) => {
      const what = `${type}.${name}`;
      const requirement = rules.ofField(type, name);
      const argument = nodeFields[what];
      const { resolve = defaultFieldResolver, subscribe } = field;
      // What everyone holds who got as far as the thing is not asked for again: a page of plans has thousands of fields.
      const isHeld = implies(entries.get(type) ?? OPEN, requirement);
      if (isHeld && argument === undefined) return undefined;
      const inner =
        argument === undefined
          ? resolve
          : byGlobalId(resolve, argument, (context, node) => check(context, node, rules.ofType(node)));
      return {
        ...field,
        resolve: guarded(inner, what, requirement),
        ...(subscribe && { subscribe: guarded(subscribe, what, requirement) }),
      };
    },
    [MapperKind.ABSTRACT_TYPE]: (type) => {
      const resolveType = typed(type.resolveType ?? defaultTypeResolver);
      return isInterfaceType(type)
        ? new GraphQLInterfaceType({ ...type.toConfig(), resolveType })
        : new GraphQLUnionType({ ...type.toConfig(), resolveType });
    },
  });
}
