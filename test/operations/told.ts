import { type GraphQLSchema, Kind, parse, type SelectionSetNode, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** Where in an answer the fields of an operation stand: paths of response keys, by coordinate. Named fragments are not followed. */
export function placesOf(schema: GraphQLSchema, query: string): Map<string, string[][]> {
  const types = new TypeInfo(schema);
  const found = new Map<string, string[][]>();
  const path: string[] = [];
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field: {
        enter(field) {
          path.push(field.alias?.value ?? field.name.value);
          const coordinate = `${types.getParentType()?.name}.${field.name.value}`;
          found.set(coordinate, [...(found.get(coordinate) ?? []), [...path]]);
        },
        leave: () => void path.pop(),
      },
    }),
  );
  return found;
}

/**
 * Whether an answer holds anything at a path, in whichever items of the lists on the way. Nothing are: null, an empty list, a connection
 * without an item, and the payload of a mutation that changed nothing.
 */
export function holds(data: unknown, path: readonly string[]): boolean {
  if (Array.isArray(data)) return data.some((item) => holds(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return isSomething(data);
  return isObject(data) && holds(data[key], rest);
}

/** Fields whose list is what an object is about: without an item there, it tells nothing. */
const CONTENTS = ['nodes', 'edges', 'changes'];

function isSomething(data: unknown): boolean {
  if (!isObject(data)) return data !== null && data !== undefined;
  const lists = CONTENTS.filter((name) => name in data);
  return Object.keys(data).length > 0 && lists.every((name) => holds(data[name], []));
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}

/** What kind of operation a document holds. */
export function kindOf(query: string): 'query' | 'mutation' | 'subscription' {
  const [kind] = parse(query).definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.operation] : [],
  );
  return kind ?? 'query';
}

/** All `userErrors` in an answer. */
export function userErrors(data: unknown): unknown[] {
  if (Array.isArray(data)) return data.flatMap(userErrors);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    name === 'userErrors' && Array.isArray(value) ? value : userErrors(value),
  );
}

/** Whether a selection spreads a named fragment somewhere. */
export function spreads(set: SelectionSetNode): boolean {
  return set.selections.some((selection) =>
    selection.kind === Kind.FRAGMENT_SPREAD
      ? true
      : selection.selectionSet !== undefined && spreads(selection.selectionSet),
  );
}
