import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

// An operation that comes again is compiled. Whatever it holds, its answer stays what it was when it was run as it is written.

const BOOK = await readFile(join(import.meta.dirname, '../../src/edge/examples/book.graphql'), 'utf8');
/** As often as it takes to be compiled, and twice more. */
const TIMES = 5;

let house: House;
beforeAll(async () => {
  house = await startHouse();
  someone = (await house.ask('{ clients(first: 1) { nodes { id } } }')).data.clients.nodes[0].id;
});
afterAll(() => house.stop());

let someone = '';

const OPERATIONS: readonly (readonly [name: string, query: string, variables?: () => Record<string, unknown>])[] = [
  ['the Book', BOOK, () => ({ first: 10 })],
  ['introspection', getIntrospectionQuery()],
  [
    'fragments within fragments',
    '{ clients(first: 3) { ...A } } fragment A on ClientConnection { nodes { ...B id } totalCount } fragment B on Client { displayName name { first } }',
  ],
  [
    '@skip and @include',
    'query ($yes: Boolean!) { clients(first: 2) { totalCount @skip(if: $yes) nodes { id @include(if: $yes) displayName @skip(if: true) } } }',
    () => ({ yes: true }),
  ],
  [
    'aliases and __typename',
    '{ a: clients(first: 1) { __typename nodes { x: id y: id __typename } } b: gateway { v: version } }',
  ],
  [
    'interfaces',
    'query ($id: ID!) { node(id: $id) { __typename id ... on Client { displayName plans(first: 2) { nodes { name } } } ... on Plan { name } } }',
    () => ({ id: someone }),
  ],
  ['a malformed id', '{ client(id: "nothing") { id } node(id: "x") { id } }'],
  ['a page that is not allowed', '{ clients(first: 1000) { nodes { id } } plans(first: 0) { nodes { id } } }'],
  ['a foreign cursor', '{ clients(first: 2, after: "abc") { nodes { id } } }'],
  [
    'several operations',
    'query One { clients(first: 1) { nodes { id } } } query Two { clients(first: 2) { nodes { id } } }',
  ],
  ['a variable that is missing', 'query ($first: Int!) { clients(first: $first) { nodes { id } } }'],
  [
    'a variable of the wrong type',
    'query ($first: Int) { clients(first: $first) { nodes { id } } }',
    () => ({ first: 'many' }),
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what would run if it were put into code.
  ['text that looks like code', '{ client(id: "`${process.exit(1)}`\\u2028\\"); process.exit(1) //") { id } }'],
  ['names of the prototype', '{ __proto__: clients(first: 1) { constructor: totalCount toString: nodes { id } } }'],
];

for (const [name, query, variables = () => ({})] of OPERATIONS)
  test(name, async () => {
    const answers = [];
    for (let time = 0; time < TIMES; time += 1) {
      const { data, errors, status } = await house.ask(query, variables());
      answers.push({
        status,
        data,
        errors: errors?.map(({ extensions: { errorId: _, upstream: __, ...rest }, ...error }) => ({
          ...error,
          extensions: rest,
        })),
      });
    }
    for (const answer of answers.slice(1)) expect(answer).toEqual(answers[0]);
  });

test('a platform that is down makes the same holes', async () => {
  const undo = house.sandbox.plannr.addFault({ kind: 'status', status: 503 });
  const query =
    '{ clients(first: 4) { totalCount nodes { id plannrRisk { level } plans(first: 3) { nodes { id currentValue { pence } } missing totalCount } wealth { total { pence } } } } }';
  const shapes = [];
  for (let time = 0; time < TIMES; time += 1) {
    const { data, errors } = await house.ask(query);
    shapes.push({ data, errors: errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort() });
  }
  undo();
  expect(shapes[0]?.errors?.length).toBeGreaterThan(0);
  for (const shape of shapes.slice(1)) expect(shape).toEqual(shapes[0]);
});
