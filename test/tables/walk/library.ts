import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { Ask } from '../../../src/tables/walk/ask.ts';
import { SDL } from '../graph/library.ts';

export interface BookData {
  readonly id: string;
  readonly title: string;
  readonly chapters: readonly ChapterData[];
}

export interface ChapterData {
  readonly id: string;
  readonly title: string;
  readonly pages: readonly { readonly number: number }[];
}

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page of a list, as GraphQL Cursor Connections have it; cursors are places. */
function pageOf<T>(all: readonly T[], { first, after }: Page, most: number) {
  const start = after == null ? 0 : Number(after) + 1;
  const nodes = all.slice(start, start + Math.min(first ?? most, most));
  const end = start + nodes.length;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: String(start + index) })),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length === 0 ? null : String(start),
      endCursor: nodes.length === 0 ? null : String(end - 1),
    },
  };
}

/** A graph in memory. @param most things on a page, whatever is asked for: so a short list has several pages */
export function libraryOf(books: readonly BookData[], most: { readonly outer: number; readonly inner: number }): Ask {
  const byId = new Map<string, object>();
  for (const book of books) {
    byId.set(book.id, { __typename: 'Book', ...book });
    for (const chapter of book.chapters) byId.set(chapter.id, { __typename: 'Chapter', ...chapter });
  }
  const schema: GraphQLSchema = makeExecutableSchema({
    typeDefs: SDL,
    resolvers: {
      Query: {
        books: (_: unknown, args: Page) => pageOf(books, args, most.outer),
        node: (_: unknown, { id }: { id: string }) => byId.get(id) ?? null,
        loose: () => books.map(({ chapters }) => ({ pages: chapters.flatMap((chapter) => chapter.pages) })),
        count: () => books.length,
      },
      Loose: { pages: ({ pages }: ChapterData, args: Page) => pageOf(pages, args, most.inner) },
      Book: { chapters: ({ chapters }: BookData, args: Page) => pageOf(chapters, args, most.inner) },
      Chapter: { pages: ({ pages }: ChapterData, args: Page) => pageOf(pages, args, most.inner) },
    },
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
  return async ({ text, variables }) => {
    const document = parse(text);
    const [fault] = validate(schema, document);
    if (fault !== undefined) throw fault;
    const { data, errors } = await execute({ schema, document, variableValues: variables });
    if (errors?.[0] !== undefined) throw errors[0];
    return JSON.parse(JSON.stringify(data));
  };
}
