import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';

type ResolverMap = Record<string, object>;

/** Where the graph's parts lie. */
export interface SchemaFolders {
  /** SDL: every `*.graphql` in a folder below. */
  readonly schema: string;
  /** Resolvers: every file in a folder below; each export is a type's resolvers, and `nodes` reads things by their global ids. */
  readonly resolvers: string;
}

/** Puts the graph together from the folders of all domains. @throws where a resolver has no field in the SDL */
export async function loadSchema(folders: SchemaFolders): Promise<GraphQLSchema> {
  const typeDefs = await Promise.all((await files(folders.schema, /\.graphql$/)).map((file) => readFile(file, 'utf8')));
  const modules = await Promise.all(
    (await files(folders.resolvers, /(?<!\.d)\.[jt]s$/)).map(
      async (file) => import(pathToFileURL(file).href) as Promise<ResolverMap>,
    ),
  );
  const { nodeResolvers } = modules.find((module) => 'nodeResolvers' in module) as unknown as {
    nodeResolvers: (readers: object) => object;
  };
  const readers: object = Object.assign({}, ...modules.map((module) => module.nodes ?? {}));
  const resolvers: ResolverMap = { Query: nodeResolvers(readers) };
  for (const module of modules) {
    for (const [name, value] of Object.entries(module)) {
      if (!/^[A-Z]/.test(name)) continue;
      resolvers[name] = isPlain(value) ? { ...resolvers[name], ...value } : value;
    }
  }
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error', requireResolversForResolveType: 'ignore' },
  });
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) resolveLazily(type);
  return schema;
}

/** What of a page is worked out when it is selected, as functions. A compiled operation calls resolvers only. */
const LAZY: ReadonlySet<string> = new Set(['totalCount', 'hasNextPage', 'hasPreviousPage']);

function resolveLazily(type: GraphQLObjectType): void {
  for (const [name, field] of Object.entries(type.getFields()))
    if (LAZY.has(name)) field.resolve ??= defaultFieldResolver;
}

/** Files one folder down. */
async function files(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
  const lists = await Promise.all(
    folders.map(async (path) =>
      (await readdir(path))
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => join(path, name)),
    ),
  );
  return lists.flat();
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
