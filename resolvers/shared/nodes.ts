import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../src/context/index.ts';
import { BadInput } from '../../src/platform/errors.ts';
import { type GlobalId, parseGlobalId } from '../../src/platform/relay/ids.ts';
import { type Reportable, reported } from './report.ts';

const MAX_IDS = 200;

/** Reads a thing by the parts of its global id; null where there is none that the caller may see. */
export type ReadNode = (id: GlobalId, context: Context) => Promise<(object & Reportable) | null>;

/** `Query.node` and `Query.nodes` over what each domain can read by id. */
export function nodeResolvers(readers: Readonly<Record<string, ReadNode>>) {
  const read = async (id: string, context: Context, info: GraphQLResolveInfo): Promise<object | null> => {
    const parsed = parseGlobalId(id);
    const reader = Object.hasOwn(readers, parsed.type) ? readers[parsed.type] : undefined;
    if (reader === undefined) throw new BadInput(`"${id}" is of no type that can be read by its id.`);
    const node = await reported(context, info, reader(parsed, context));
    return node === null ? null : { ...node, __typename: parsed.type };
  };
  return {
    node: (_: unknown, { id }: { id: string }, context: Context, info: GraphQLResolveInfo) => read(id, context, info),
    nodes: (_: unknown, { ids }: { ids: readonly string[] }, context: Context, info: GraphQLResolveInfo) => {
      if (ids.length > MAX_IDS) throw new BadInput(`\`ids\` has ${ids.length} ids; at most ${MAX_IDS} are allowed.`);
      return ids.map((id, index) =>
        read(id, context, { ...info, path: { prev: info.path, key: index, typename: undefined } }),
      );
    },
  };
}

/** A platform's only id in a global id, or its nth. @throws BadInput where the id has another number of parts */
export function part({ parts, type }: GlobalId, index = 0, of = 1): string {
  const value = parts[index];
  if (value === undefined || parts.length !== of) throw new BadInput(`This is not a whole id of a ${type}.`);
  return value;
}
