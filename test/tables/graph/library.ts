import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema, type GraphQLSchema, parse } from 'graphql';
import { operationsOf, type TableOperations } from '../../../src/tables/graph/operation.ts';
import { operationOf, selectedBy } from '../../../src/tables/graph/selected.ts';
import { type GraphTable, tableOf } from '../../../src/tables/graph/table.ts';

/** A graph of shelves, books and pages in the shapes that this graph has: connections, edges, lists, money, lists by system. */
export const SDL = /* GraphQL */ `
  scalar Date
  scalar DateTime
  scalar Decimal
  scalar SafeInt
  enum System { DYNAMIC_PLANNER PLANNR }
  "An amount."
  type Money { "In pence." pence: SafeInt! "In pounds." decimal: Decimal! currency: String! }
  type Source { system: System! id: ID! }
  type Difference { system: System! value: String }
  interface Node { id: ID! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  "Who wrote it."
  type Author implements Node { id: ID! "As it is printed." name: String! bornOn: Date }
  type Page { number: Int! text: String }
  type PageEdge { node: Page! cursor: String! }
  type PageConnection { nodes: [Page!]! edges: [PageEdge!]! pageInfo: PageInfo! totalCount: Int! }
  type Chapter implements Node { id: ID! title: String! pages(first: Int, after: String, last: Int, from: Date): PageConnection }
  type ChapterEdge { node: Chapter! cursor: String! note: String }
  type ChapterConnection { nodes: [Chapter!]! edges: [ChapterEdge!]! pageInfo: PageInfo! }
  interface Thing { title: String! }
  union Anything = Author | Book
  "A book."
  type Book implements Node & Thing {
    id: ID!
    "What stands on it."
    title: String!
    price: Money
    cost: Money!
    author: Author
    editors: [Author!]
    tags: [String!]!
    sources: [Source!]!
    differences: [Difference!]
    soldAt: DateTime
    isLent: Boolean!
    weight: Float
    ratio: Decimal
    pages(first: Int, after: String): PageConnection
    chapters(first: Int, after: String, named: String): ChapterConnection!
    thing: Thing
  }
  type BookEdge { node: Book! cursor: String! shelf: String }
  type BookConnection { nodes: [Book!]! edges: [BookEdge!]! pageInfo: PageInfo! totalCount: Int! }
  input BookFilter { named: String soldOn: [DateTime!] }
  type Loose { pages(first: Int, after: String): PageConnection! }
  type Query {
    books(first: Int, after: String, last: Int, before: String, filter: BookFilter, named: String, tags: [String!], most: Int, since: DateTime): BookConnection!
    library: Library!
    loose: [Loose!]!
    node(id: ID!): Node
    things: [Thing!]!
    anything: Anything
    count: Int!
  }
  type Library { name: String! books: BookConnection! }
`;

export const schema: GraphQLSchema = buildSchema(SDL);
export { makeExecutableSchema };

/** The table of a query. */
export function table(
  text: string,
  options: { isNumbered?: boolean; variables?: Record<string, unknown> } = {},
): GraphTable {
  const document = parse(text);
  const operation = operationOf(document);
  if (operation === null) throw new Error('one operation');
  return tableOf(selectedBy(schema, document, operation, options.variables ?? {}), options);
}

/** Its columns, as `name type`, with `?` where they may be empty. */
export function columns(
  text: string,
  options: { isNumbered?: boolean; variables?: Record<string, unknown> } = {},
): string[] {
  return table(text, options).columns.map(
    ({ name, type, scale, isNullable }) =>
      `${name} ${type}${scale === null ? '' : `(${scale})`}${isNullable ? '?' : ''}`,
  );
}

/** The operations that read the columns of these names. */
export function operations(text: string, names?: readonly string[]): TableOperations {
  const document = parse(text);
  const operation = operationOf(document);
  if (operation === null) throw new Error('one operation');
  const made = tableOf(selectedBy(schema, document, operation, {}));
  const chosen = made.columns.filter(({ name }) => names === undefined || names.includes(name));
  return operationsOf(made, chosen, operation, 'Test');
}
