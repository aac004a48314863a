import { describe, expect, test } from 'vitest';
import { columns, table } from './library.ts';

const books = (selection: string): string => `{ books { nodes { ${selection} } } }`;
const refusal = (text: string): string => {
  try {
    table(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it makes a table');
};

describe('columns', () => {
  test('have the types of the schema, and may be empty where the schema says so', () => {
    expect(columns(books('id title soldAt isLent weight ratio author { bornOn }'))).toEqual([
      'id id',
      'title text',
      'sold_at timestamp?',
      'is_lent boolean',
      'weight float?',
      'ratio decimal?',
      'author_born_on date?',
    ]);
    expect(columns('{ count }')).toEqual(['count integer']);
  });

  test('of money are the amount itself in two ways, and its currency', () => {
    expect(columns(books('price { pence decimal currency } cost { decimal }'))).toEqual([
      'price_pence long?',
      'price decimal(2)?',
      'price_currency text?',
      'cost decimal(2)',
    ]);
    expect(columns(books('price { exact: decimal }'))).toEqual(['price_exact decimal(2)?']);
  });

  test('of a list by system are one for each system, whatever things are called in the answer', () => {
    expect(columns(books('sources { system id } differences { which: system value }'))).toEqual([
      'dynamic_planner_id id?',
      'plannr_id id?',
      'dynamic_planner_value text?',
      'plannr_value text?',
    ]);
    for (const [query, message] of [
      ['id sources { id }', '`sources` has a column for each system: ask for `system` in it too.'],
      ['id sources { system }', '`sources` has a column for each system: ask in it for what it is to hold.'],
    ] as const)
      expect(refusal(books(query))).toBe(message);
  });

  test('of a list of values are one text', () => {
    expect(columns(books('tags'))).toEqual(['tags text']);
  });

  test('are called by the aliases, and `_` says nothing', () => {
    expect(columns(books('_: author { name } by: author { who: name } bookId: id'))).toEqual([
      'name text?',
      'by_who text?',
      'book_id id',
    ]);
  });

  test('have names: `_` alone is none', () => {
    expect(refusal(books('id _: title'))).toBe(
      'The field `title` would be a column without a name: give it an alias of letters.',
    );
    expect(refusal(books('id _: author { __: name }'))).toContain('The field `name` would be a column without a name');
    expect(columns(books('_: id chapters { nodes { title } }'))).toEqual(['book id', 'title text']);
  });

  test('of what encloses the rows come first, after the name of its type', () => {
    expect(columns('{ count books { totalCount nodes { title editors { name } id } } }')).toEqual([
      'count integer',
      'books_total_count integer',
      'book_title text',
      'book_id id',
      'name text',
    ]);
    expect(columns('{ library { name books { nodes { id } } } }')).toEqual(['library_name text', 'id id']);
  });

  test('number the rows where that is wanted', () => {
    expect(columns(books('id pages { nodes { text } }'), { isNumbered: true })).toEqual([
      'book_id id',
      'position integer',
      'text text?',
    ]);
    expect(columns('{ count }', { isNumbered: true })).toEqual(['count integer']);
  });

  test('are described by all that the schema says on the way', () => {
    const descriptions = Object.fromEntries(
      table(books('author { name } cost { pence }')).columns.map(({ name, description }) => [name, description]),
    );
    expect(descriptions).toEqual({ author_name: 'As it is printed.', cost_pence: 'In pence.' });
  });

  test('of an edge are those of what it leads to, and its own', () => {
    expect(columns('{ books { edges { cursor shelf node { id title } } } }')).toEqual([
      'cursor text',
      'shelf text?',
      'id id',
      'title text',
    ]);
    expect(columns('{ books { edges { shelf node { id chapters { edges { note node { title } } } } } } }')).toEqual([
      'book_shelf text?',
      'book_id id',
      'note text?',
      'title text',
    ]);
  });
});

describe('what is selected', () => {
  test('is the same through fragments, inline fragments and doubled fields', () => {
    const plain = columns(books('id author { name bornOn } cost { pence }'));
    expect(
      columns(
        `${books('...A ... on Book { author { bornOn } } ... { cost { ...M } }')} fragment A on Book { id author { name } id } fragment M on Money { pence }`,
      ),
    ).toEqual(plain);
  });

  test('may be left out by @skip and @include', () => {
    const text = `query ($no: Boolean!) { books { nodes { id title @include(if: $no) isLent @skip(if: $no) ... @include(if: $no) { weight } ...F @skip(if: true) } } } fragment F on Book { ratio }`;
    expect(columns(text, { variables: { no: false } })).toEqual(['id id', 'is_lent boolean']);
    expect(columns(text, { variables: { no: true } })).toEqual(['id id', 'title text', 'weight float?']);
  });

  test('of one type only may be empty', () => {
    expect(columns(books('thing { title ... on Book { isLent } }'))).toEqual([
      'thing_title text?',
      'thing_is_lent boolean?',
    ]);
    expect(columns('query ($id: ID!) { node(id: $id) { __typename id ... on Book { title } } }')).toEqual([
      'node_typename text?',
      'node_id id?',
      'node_title text?',
    ]);
  });

  test('of the type of a thing is a text', () => {
    expect(columns(books('__typename id author { __typename } sort: __typename'))).toEqual([
      'typename text',
      'id id',
      'author_typename text?',
      'sort text',
    ]);
    expect(columns('{ books { nodes { __typename chapters { nodes { id __typename } } } } }')).toEqual([
      'book_typename text',
      'id id',
      'typename text',
    ]);
    expect(columns('{ things { __typename ... on Book { chapters { nodes { id } } } } }')).toEqual([
      'book_typename text',
      'id id',
    ]);
    expect(columns('{ anything { __typename ... on Author { name } } }')).toEqual([
      'anything_typename text?',
      'anything_name text?',
    ]);
  });

  test('of the schema itself is refused', () => {
    for (const [field, text] of [
      ['__schema', '{ __schema { types { name } } count }'],
      ['__type', '{ __type(name: "Book") { name } }'],
      ['__schema', 'query { ...F } fragment F on Query { a: __schema { description } }'],
    ] as const)
      expect(refusal(text)).toBe(`\`${field}\` tells of the schema, and makes no table: ask for it as JSON.`);
  });

  test('of where a page ends is left out where pages are followed, and refused elsewhere', () => {
    expect(columns('{ books { pageInfo { endCursor } nodes { id } } }')).toEqual(['id id']);
    expect(columns('query ($n: Int) { books(first: $n) { pageInfo { endCursor } edges { cursor } } }')).toEqual([
      'cursor text',
    ]);
    for (const [path, text] of [
      ['books.pageInfo', '{ books(first: 2) { pageInfo { endCursor } nodes { id } } }'],
      ['books.where', '{ books { where: pageInfo { endCursor } totalCount } }'],
      ['library.books.pageInfo', '{ library { books(first: 1) { pageInfo { endCursor } totalCount } } }'],
      ['chapters.pageInfo', books('id chapters(first: 1) { pageInfo { endCursor } }')],
    ] as const)
      expect(refusal(text)).toBe(
        `\`${path}\` tells where a page ends, and a table has no place for it: leave it out. A list without \`first\` and \`last\` is read to its end, and \`edges { cursor }\` tells the place of each row.`,
      );
  });
});

describe('lists', () => {
  const levels = (text: string) => table(text).levels.map(({ path, isFollowed }) => [path.join('.'), isFollowed]);

  test('are levels, and pages are followed where nobody says how many', () => {
    expect(levels('{ books { nodes { chapters { edges { node { pages { nodes { number } } } } } } } }')).toEqual([
      ['books.nodes', true],
      ['chapters.edges', true],
      ['node.pages.nodes', true],
    ]);
    expect(levels('{ books(first: 5) { nodes { chapters(named: "x") { nodes { id } } } } }')).toEqual([
      ['books.nodes', false],
      ['chapters.nodes', true],
    ]);
    expect(levels('{ books(last: 5) { nodes { editors { id } } } }')).toEqual([
      ['books.nodes', false],
      ['editors', false],
    ]);
    expect(levels('{ mine: books { all: nodes { id } } }')).toEqual([['mine.all', true]]);
  });

  test('beside each other make no table, which is said with both', () => {
    expect(refusal(books('id pages { nodes { text } } editors { name }'))).toBe(
      '`pages.nodes` and `editors` are lists beside each other, and a table has one kind of row. Leave one of them out, or ask for two tables.',
    );
    expect(refusal('{ a: books { nodes { id } } b: books { nodes { id } } }')).toContain('`a.nodes` and `b.nodes`');
    expect(refusal('{ books { nodes { id } edges { cursor } } }')).toContain('`books.nodes` and `books.edges`');
  });
});

describe('two columns of one name', () => {
  test.each([
    [books('id author { name } authorName: title'), 'author_name', 'authorName'],
    [books('author { name } _: editors { bookAuthorName: name }'), 'book_author_name', 'bookAuthorName'],
    [books('part1: title part_1: id'), 'part_1', 'part_1'],
    [books('price { decimal } x: cost { price: pence } _: cost { price: pence }'), 'price', '_.price'],
  ])('are refused, with the field that needs an alias: %s', (text, name, path) => {
    expect(refusal(text)).toMatch(
      new RegExp(
        `^Two columns would be called \`${name}\`\\. Give the field \`${path.replace('.', '\\.')}\` an alias: \`other: \\w+\`\\.$`,
      ),
    );
  });
});
