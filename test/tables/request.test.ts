import { describe, expect, test } from 'vitest';
import { readDataset } from '../../src/tables/dataset/dataset.ts';
import { commonParameters, tableRequest } from '../../src/tables/request.ts';
import { schema } from './graph/library.ts';

const HEAD = '# title: Books\n# rows: books.nodes\n';
const dataset = readDataset(
  schema,
  'books',
  `${HEAD}query b($named: String, $tags: [String!]!) { books(named: $named, tags: $tags) { nodes { id title updatedAt: soldAt author { name } sources { system id } } } }`,
);
const plain = readDataset(schema, 'plain', `${HEAD}{ books { nodes { id author { name } } } }`);

const nothing = () => [];
const ask = (query: string, lacking: (coordinate: string) => readonly string[] = nothing, of = plain) =>
  tableRequest(of, new URLSearchParams(query), lacking);
const names = (columns: readonly { name: string }[]) => columns.map(({ name }) => name);

describe('a request', () => {
  test('takes all columns where none are chosen, and reads nothing else', () => {
    const asked = ask('');
    expect(names(asked.columns)).toEqual(['id', 'author_name']);
    expect(asked.read).toEqual(asked.columns);
    expect(asked.test([null, null])).toBe(true);
    expect([asked.variables, asked.mayBeIncomplete]).toEqual([{}, false]);
  });

  test('reads what filters look at after what is written', () => {
    const asked = ask(
      'tags=x&columns=author_name&title=T&author_name=A&author_name=B&updatedSince=2026-01-31',
      nothing,
      dataset,
    );
    expect(names(asked.columns)).toEqual(['author_name']);
    expect(names(asked.read)).toEqual(['author_name', 'title', 'updated_at']);
    expect(asked.test(['A', 'T', null])).toBe(true);
    expect(asked.test(['B', 'T', '2026-01-31T00:00:00Z'])).toBe(true);
    expect(asked.test(['B', 'T', '2026-01-30T23:59:59Z'])).toBe(false);
    expect(asked.test(['C', 'T', null])).toBe(false);
    expect(asked.test(['A', 'U', null])).toBe(false);
    expect(asked.variables).toEqual({ tags: ['x'] });
  });

  test('asks since when only where a moment tells it', () => {
    const named = readDataset(schema, 'named', `${HEAD}{ books { nodes { id updatedAt: title } } }`);
    expect(names(named.table.columns)).toEqual(['id', 'updated_at']);
    expect(names(commonParameters(named))).not.toContain('updatedSince');
    expect(names(commonParameters(dataset))).toContain('updatedSince');
    expect(() => ask('updatedSince=2026-01-31', nothing, named)).toThrow(
      '`named` does not tell when a row last changed: leave `updatedSince` out.',
    );
  });

  test('gives what the dataset needs', () => {
    expect(() => ask('', nothing, dataset)).toThrow('Give the parameter `tags`.');
  });

  test('gives a variable that is called as a column one value, and tests the column whatever is given', () => {
    const same = readDataset(
      schema,
      'same',
      `${HEAD}query b($title: String, $tags: [String!]) { books(named: $title, tags: $tags) { nodes { id title tags } } }`,
    );
    for (const [query, variables, passed] of [
      ['title=A', { title: 'A' }, ['A']],
      ['title=A&title=A', {}, ['A']],
      ['title=A&title=B', {}, ['A', 'B']],
      ['title=', {}, ['']],
      ['tags=x,y', { tags: ['x', 'y'] }, []],
      ['tags=x&tags=', {}, []],
    ] as const) {
      const asked = ask(`${query}&columns=title`, nothing, same);
      expect([query, asked.variables]).toEqual([query, variables]);
      if (passed.length > 0)
        expect([query, ['A', 'B', 'C', ''].filter((title) => asked.test([title]))]).toEqual([query, passed]);
      else {
        expect(names(asked.read)).toEqual(['title', 'tags']);
        expect([asked.test(['A', 'x']), asked.test(['A', 'z'])]).toEqual([true, false]);
      }
    }
  });

  test('allows what is broken only in so many words', () => {
    expect(ask('incomplete=allow').mayBeIncomplete).toBe(true);
    for (const query of ['incomplete=', 'incomplete=yes', 'incomplete=allow&incomplete=allow'])
      expect(() => ask(query)).toThrow('`incomplete` takes `allow` and nothing else.');
  });
});

describe('a caller who lacks a scope', () => {
  const lacks =
    (...coordinates: string[]) =>
    (coordinate: string) =>
      coordinates.includes(coordinate) ? ['plans:read'] : [];

  test('for a field on the way to the rows gets no table', () => {
    for (const coordinate of ['Query.books', 'BookConnection.nodes'])
      expect(() => ask('', lacks(coordinate))).toThrow(
        'This table needs the scope `plans:read`, which the caller does not have.',
      );
  });

  test('for columns gets the others, and is refused those that are named', () => {
    const lacking = lacks('Book.author');
    expect(names(ask('', lacking).columns)).toEqual(['id']);
    for (const query of ['columns=author_name', 'columns=id,author_name', 'author_name=A', 'columns=id&author_name='])
      expect(() => ask(query, lacking)).toThrow(
        'The column `author_name` needs the scope `plans:read`, which the caller does not have.',
      );
  });

  test('for when a row changed may not ask since when', () => {
    expect(() => ask('tags=x&updatedSince=2026-01-31', lacks('Book.soldAt'), dataset)).toThrow(
      'The column `updated_at` needs',
    );
  });

  test('for the way to one system has no column of either', () => {
    expect(names(ask('tags=x', lacks('Book.sources'), dataset).columns)).toEqual([
      'id',
      'title',
      'updated_at',
      'author_name',
    ]);
  });

  test('for all columns is told so', () => {
    expect(() => ask('', lacks('Book.id', 'Book.author'))).toThrow('The column `id` needs the scope `plans:read`');
  });
});
