import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, type GraphQLSchema, Kind, lexicographicSortSchema, parse, printSchema, Source } from 'graphql';

/** The printed schema: generated from the files beside it, and committed so that a change of the graph can be seen. */
export const PRINTED = join('schema', 'schema.graphql');

/** What was last released, for where there is no git to ask. */
export const RELEASED = join('schema', 'released.graphql');

/** The files that make up the schema, in the order of their paths. */
export function schemaFiles(): string[] {
  return readdirSync('schema', { recursive: true, encoding: 'utf8' })
    .map((path) => join('schema', path))
    .filter((path) => path.endsWith('.graphql') && path !== PRINTED && path !== RELEASED)
    .sort();
}

/**
 * The schema that the files make together.
 * @throws GraphQLError or Error naming what is wrong with the SDL
 */
export function loadSchema(files: readonly string[] = schemaFiles()): GraphQLSchema {
  const documents = files.map((file) => parse(new Source(readFileSync(file, 'utf8'), file)));
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: documents.flatMap((document) => document.definitions) });
}

/** The schema as one text that does not depend on the order of files or fields. */
export function printStable(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
