import type { GraphQLFieldResolver } from 'graphql';
import { parseGlobalId } from '../../platform/relay/ids.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Fields that read things by global ids, and the arguments that take the ids. */
export const NODE_FIELDS: Readonly<Record<string, string>> = { 'Query.node': 'id', 'Query.nodes': 'ids' };

/**
 * A resolver of things by their global ids which reads none that the caller may not have: a global id tells its type beforehand. One of
 * many is refused by itself, in its place, and the others are read.
 * @param check throws where the caller may have nothing of the type
 */
export function byGlobalId(
  resolver: Resolver,
  argument: string,
  check: (context: unknown, type: string) => void,
): Resolver {
  const refusal = (context: unknown, id: unknown): unknown => {
    const type = typeOf(id);
    try {
      if (type !== null) check(context, type);
      return null;
    } catch (error) {
      return error;
    }
  };
  return async (source, args, context, info) => {
    const given: unknown = args[argument];
    if (!Array.isArray(given)) {
      const error = refusal(context, given);
      if (error !== null) throw error;
      return resolver(source, args, context, info);
    }
    const refusals = given.map((id) => refusal(context, id));
    if (refusals.every((error) => error === null)) return resolver(source, args, context, info);
    const allowed = given.filter((_, index) => refusals[index] === null);
    const read: unknown = await resolver(source, { ...args, [argument]: allowed }, context, info);
    if (!Array.isArray(read)) return read;
    const rest = read.values();
    // An error that stands in a list is the error of its place.
    return refusals.map((error) => error ?? rest.next().value);
  };
}

/** The type that a global id names; null where it is none, which is for the resolver to say. */
function typeOf(id: unknown): string | null {
  try {
    return typeof id === 'string' ? parseGlobalId(id).type : null;
  } catch {
    return null;
  }
}
