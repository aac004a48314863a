import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { BadInput, CodedError } from '../../../src/platform/errors.ts';
import type { Row } from '../../../src/tables/column.ts';
import { operationsOf } from '../../../src/tables/graph/operation.ts';
import { operationOf, selectedBy } from '../../../src/tables/graph/selected.ts';
import { tableOf } from '../../../src/tables/graph/table.ts';
import { readRows } from '../../../src/tables/read.ts';
import type { Ask } from '../../../src/tables/walk/ask.ts';
import { rowsOf } from '../../../src/tables/walk/cells.ts';
import { type Position, type Walk, walk } from '../../../src/tables/walk/walk.ts';
import { schema } from '../graph/library.ts';
import { type BookData, libraryOf } from './library.ts';

const RUNS = { seed: 20_260_430, numRuns: 80 };

/** Books with chapters with pages, named after their places. */
function booksOf(shape: readonly (readonly number[])[]): BookData[] {
  return shape.map((chapters, b) => ({
    id: `b${b}`,
    title: `Book ${b}`,
    chapters: chapters.map((pages, c) => ({
      id: `b${b}c${c}`,
      title: `Chapter ${c}`,
      pages: Array.from({ length: pages }, (_, p) => ({ number: 100 * b + 10 * c + p })),
    })),
  }));
}

function walkOf(
  text: string,
  ask: Ask,
  { isNumbered = false, ...more }: Partial<Walk> & { isNumbered?: boolean } = {},
) {
  const document = parse(text);
  const operation = operationOf(document);
  if (operation === null) throw new Error('one operation');
  const table = tableOf(selectedBy(schema, document, operation, {}), { isNumbered });
  const operations = operationsOf(table, table.columns, operation, 'Test');
  return { table, operations, variables: {}, ask, ...more };
}

async function rows(options: Walk): Promise<Row[]> {
  const all: Row[] = [];
  const columns = options.table.columns;
  for await (const batch of readRows({ columns, read: columns, test: () => true }, options)) all.push(...batch);
  return all;
}

const PAGES = '{ books { nodes { id chapters { nodes { title pages { nodes { number } } } } } } }';
const EDGES =
  '{ books { edges { node { id chapters { edges { node { title pages { edges { node { number } } } } } } } } } }';

const expectedPages = (books: readonly BookData[]): Row[] =>
  books.flatMap(({ id, chapters }) =>
    chapters.flatMap(({ title, pages }) => pages.map(({ number }, index) => [id, title, index + 1, number])),
  );

const shapes = fc.array(fc.array(fc.nat(7), { maxLength: 5 }), { maxLength: 9 });
const most = fc.record({ outer: fc.integer({ min: 1, max: 5 }), inner: fc.integer({ min: 1, max: 4 }) });

describe('every row once, in order, with its place in its list', () => {
  test.each([PAGES, EDGES])('whatever the pages are: %s', async (text) => {
    await fc.assert(
      fc.asyncProperty(shapes, most, fc.integer({ min: 1, max: 6 }), async (shape, limits, pageSize) => {
        const books = booksOf(shape);
        const options = walkOf(text, libraryOf(books, limits), { isNumbered: true, pageSize });
        expect(await rows(options)).toEqual(expectedPages(books));
      }),
      RUNS,
    );
  });

  test('a row is what the operation itself gives where there is no list', async () => {
    expect(await rows(walkOf('{ count }', libraryOf(booksOf([[1], []]), { outer: 5, inner: 5 })))).toEqual([[2]]);
  });

  test('who says how many gets one page, and who does not gets all', async () => {
    const ask = libraryOf(booksOf([[1], [1], [1], [1], [1]]), { outer: 2, inner: 2 });
    expect(await rows(walkOf('{ books(first: 2) { nodes { id } } }', ask))).toEqual([['b0'], ['b1']]);
    expect(await rows(walkOf('{ books { nodes { id } } }', ask))).toHaveLength(5);
  });

  test('a list within that is longer than a page, and of which nobody can read on, is refused', async () => {
    const ask = libraryOf(booksOf([[5]]), { outer: 5, inner: 2 });
    await expect(rows(walkOf('{ loose { pages { nodes { number } } } }', ask))).rejects.toThrow(
      "`pages` has more than a page, and what holds it can't be asked for by an id. Say how many with `first`.",
    );
  });
});

describe('a list that is not there any more', () => {
  const books = booksOf([[5], [1], [1]]);
  const outer = '{ books { nodes { id } } }';
  const inner = '{ books { nodes { id chapters { nodes { title pages { nodes { number } } } } } } }';

  test.each([
    ['the outermost at its start', outer, 'books', 1, { books: null }],
    ['the outermost on the way', outer, 'books', 2, { books: null }],
    ['one without a cursor', outer, 'books', 1, { books: { nodes: [], _page: { hasNextPage: true } } }],
    ['one within', inner, '_node', 1, { _node: { pages: null } }],
    ['one within, of a thing that is gone', inner, '_node', 1, { _node: null }],
  ])('is no end: %s', async (_, text, field, nth, answer) => {
    const whole = libraryOf(books, { outer: 2, inner: 3 });
    let asked = 0;
    const ask: Ask = (question) => {
      if (question.text.includes(`{\n  ${field}`)) asked += 1;
      return asked === nth ? Promise.resolve(answer) : whole(question);
    };
    await expect(rows(walkOf(text, ask))).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_DATA' });
    expect(asked).toBe(nth);
  });

  test('is no row where it never was', async () => {
    const none: Ask = async () => ({ books: { nodes: [{ id: 'b', chapters: null }], _page: { hasNextPage: false } } });
    expect(await rows(walkOf(inner, none))).toEqual([]);
  });
});

test('who goes on from where a batch stood gets exactly the rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes,
      most,
      most,
      fc.integer({ min: 1, max: 6 }),
      fc.nat(40),
      fc.nat(5),
      async (shape, limits, other, pageSize, pick, more) => {
        const books = booksOf(shape);
        const options = walkOf(PAGES, libraryOf(books, limits), { isNumbered: true, pageSize });
        const toRow = rowsOf(options.table.columns);
        const stands: { from: Position; before: number }[] = [];
        let before = 0;
        for await (const { entries, from } of walk(options)) {
          for (const [index] of entries.entries())
            stands.push({ from: { ...from, offset: from.offset + index }, before: before + index });
          before += entries.length;
        }
        const expected = expectedPages(books);
        expect(before).toBe(expected.length);
        const stand = stands[pick % Math.max(1, stands.length)];
        if (stand === undefined) return;
        // Pages may have another size by then.
        const again = {
          ...walkOf(PAGES, libraryOf(books, other), { isNumbered: true, pageSize: more + 1 }),
          from: stand.from,
        };
        const rest: Row[] = [];
        for await (const batch of walk(again)) {
          rest.push(...batch.entries.map(toRow));
        }
        expect(rest).toEqual(expected.slice(stand.before));
      },
    ),
    RUNS,
  );
});

describe('a page that is too dear', () => {
  const tooDear = (most: number, log: unknown[]) => {
    const ask = libraryOf(booksOf(Array.from({ length: 10 }, () => [1])), { outer: 200, inner: 5 });
    const limited: Ask = async (question) => {
      const { _first } = question.variables;
      log.push(_first);
      if (Number(_first) > most) throw new CodedError('COST_EXCEEDED', 'too dear');
      return ask(question);
    };
    return limited;
  };

  test('is halved until the caller may have it, and stays so', async () => {
    const asked: unknown[] = [];
    expect(await rows(walkOf('{ books { nodes { id } } }', tooDear(4, asked), { pageSize: 13 }))).toHaveLength(10);
    expect(asked).toEqual([13, 7, 4, 4, 4]);
  });

  test('of one thing is refused', async () => {
    const asked: unknown[] = [];
    await expect(rows(walkOf('{ books { nodes { id } } }', tooDear(0, asked), { pageSize: 5 }))).rejects.toMatchObject({
      code: 'COST_EXCEEDED',
    });
    expect(asked).toEqual([5, 3, 2, 1]);
  });

  test('and can not be made smaller is asked for once', async () => {
    const asked: unknown[] = [];
    const ask: Ask = async ({ variables }) => {
      asked.push(variables);
      throw new CodedError('COST_EXCEEDED', 'too dear');
    };
    await expect(rows(walkOf('{ books(first: 50) { nodes { id } } }', ask))).rejects.toMatchObject({
      code: 'COST_EXCEEDED',
    });
    expect(asked).toEqual([{}]);
  });

  test('is not confused with what fails otherwise', async () => {
    const asked: unknown[] = [];
    const ask: Ask = async () => {
      asked.push(1);
      throw new BadInput('no');
    };
    await expect(rows(walkOf('{ books { nodes { id } } }', ask))).rejects.toThrow('no');
    expect(asked).toHaveLength(1);
  });
});

test('who stops early asks for no more than was under way', async () => {
  let asked = 0;
  const ask = libraryOf(booksOf(Array.from({ length: 50 }, () => [1])), { outer: 2, inner: 5 });
  const counted: Ask = (question) => {
    asked += 1;
    return ask(question);
  };
  for await (const { entries } of walk(walkOf('{ books { nodes { id } } }', counted))) {
    expect(entries).toHaveLength(2);
    break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  const after = asked;
  expect(after).toBeLessThanOrEqual(3);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBe(after);
});

test('cells are the values as they are; several in one stand beside each other', async () => {
  const ask: Ask = async () => ({
    books: {
      nodes: [
        {
          tags: ['a', 'b'],
          sources: [
            { system: 'PLANNR', id: 'p1' },
            { system: 'PLANNR', id: 'p2' },
            { system: 'DYNAMIC_PLANNER', id: 'd' },
          ],
          author: null,
          isLent: false,
          weight: 0,
        },
        null,
        { tags: [], sources: [], author: { name: '' }, isLent: true, weight: null },
      ],
      _page: { hasNextPage: false, endCursor: null },
    },
  });
  const text = '{ books { nodes { tags sources { system id } author { name } isLent weight } } }';
  expect(await rows(walkOf(text, ask))).toEqual([
    ['a; b', 'd', 'p1; p2', null, false, 0],
    [null, null, null, '', true, null],
  ]);
});
