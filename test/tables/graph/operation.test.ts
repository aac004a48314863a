import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { operations, schema } from './library.ts';

/** White space apart. */
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

function read(text: string, names?: readonly string[]) {
  const made = operations(text, names);
  for (const { text: one } of [made, ...made.rest.flatMap((rest) => rest ?? [])])
    expect(validate(schema, parse(one))).toEqual([]);
  return { ...made, text: flat(made.text), rest: made.rest.map((rest) => (rest === null ? null : flat(rest.text))) };
}

const BOOKS = `query ($named: String, $tags: [String!]) {
  count
  library { name }
  books(named: $named, tags: $tags) { totalCount nodes { id title author { name bornOn } price { pence decimal } sources { system id } } }
}`;

describe('what is not chosen is not asked', () => {
  test('one column', () => {
    expect(read(BOOKS, ['title'])).toEqual({
      text: 'query Test($named: String, $tags: [String!], $_first: Int, $_after: String) { books(named: $named, tags: $tags, first: $_first, after: $_after) { nodes { title } _page: pageInfo { hasNextPage endCursor } } }',
      variables: ['named', 'tags'],
      rest: [null],
    });
  });

  test('of nested objects, money and what encloses the rows', () => {
    expect(read(BOOKS, ['author_born_on', 'price', 'books_total_count']).text).toContain(
      'books(named: $named, tags: $tags, first: $_first, after: $_after) { totalCount nodes { author { bornOn } price { decimal } } _page',
    );
    expect(read(BOOKS, ['library_name', 'title']).text).toMatch(/\{ library \{ name \} books\(.*\{ nodes \{ title \}/);
    expect(read(BOOKS, ['count', 'title']).text).toMatch(/\{ count books\(/);
  });

  test('a column by system needs the system', () => {
    expect(read(BOOKS, ['plannr_id']).text).toContain('nodes { sources { system id } }');
  });

  test('no column of the rows themselves still counts them', () => {
    expect(read(BOOKS, ['count']).text).toContain('nodes { __typename }');
  });

  test('variables of what is not asked are not declared', () => {
    const text = `query ($named: String, $from: Date) { books { nodes { id chapters(named: $named) { nodes { title pages(from: $from, first: 2) { totalCount } } } } } }`;
    expect(read(text, ['title']).variables).toEqual(['named']);
    expect(read(text, ['pages_total_count']).variables).toEqual(['named', 'from']);
  });
});

describe('pages', () => {
  test('of one that says how many are left as they are', () => {
    const { text } = read('{ books(first: 3, after: "x") { nodes { id } } }');
    expect(text).toBe('query Test { books(first: 3, after: "x") { nodes { id } } }');
  });

  test('of the outermost list begin where a variable says, in place of what is written', () => {
    expect(read('{ books(after: "x", named: "n") { nodes { id } } }').text).toContain(
      'books(named: "n", first: $_first, after: $_after)',
    );
  });

  test('of a list within are asked for whole, and read on by the id of what holds it', () => {
    const { text, rest } = read('{ books { nodes { title chapters { nodes { title } } } } }');
    expect(text).toContain('nodes { title chapters(first: 200) { nodes { title } _page: pageInfo');
    // The id is asked for though no column is made of it.
    expect(text).toContain('_id: id');
    expect(rest).toEqual([
      null,
      'query Test($_id: ID!, $_after: String) { _node: node(id: $_id) { ... on Book { chapters(first: 200, after: $_after) { nodes { title } _page: pageInfo { hasNextPage endCursor } } } } }',
    ]);
  });

  test('of edges are read on by the id of the node', () => {
    const { text, rest } = read('{ books { edges { shelf node { chapters { edges { note node { title } } } } } } }');
    expect(text).toContain('_node: node { _id: id }');
    expect(rest[1]).toContain('... on Book { chapters(first: 200, after: $_after) { edges { note node { title } }');
  });

  test('keep the arguments and variables of the list within', () => {
    const made = operations(
      'query ($named: String) { books { nodes { chapters(named: $named) { nodes { title } } } } }',
    );
    expect(flat(made.rest[1]?.text ?? '')).toContain('chapters(named: $named, first: 200, after: $_after)');
    expect(made.rest[1]?.variables).toEqual(['named']);
  });

  test('of what has no id can not be read on', () => {
    const { text, rest } = read('{ loose { pages { nodes { number } } } }');
    expect(rest).toEqual([null, null]);
    expect(text).not.toContain('_id');
  });
});

test('fragments and directives are resolved: the operation holds plain fields', () => {
  const { text } = read(
    '{ books { nodes { ...B title @skip(if: false) } } } fragment B on Book { id thing { ... on Book { isLent } } }',
  );
  expect(text).toContain('nodes { id thing { ... on Book { isLent } } title }');
  expect(text).not.toContain('@skip');
});

test('a field is asked for under all the conditions around it', () => {
  const { text } = read(
    '{ books { nodes { thing { ... on Node { id ...T } } } } } fragment T on Thing { ... on Thing { title ... on Book { isLent } } }',
  );
  expect(text).toContain(
    'thing { ... on Node { id } ... on Node { ... on Thing { title } } ... on Node { ... on Thing { ... on Book { isLent } } } }',
  );
});
