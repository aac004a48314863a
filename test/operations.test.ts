import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSchema } from '../src/tools/schema-files.ts';
import { type House, type Reply, startHouse } from './e2e/harness.ts';
import { listening } from './e2e/listening.ts';
import { eventStream } from './e2e/sse.ts';
import { PROMISES } from './operations/promises.ts';
import { operations, rowsOf } from './operations/rows.ts';
import { holds, kindOf, placesOf, spreads, userErrors } from './operations/told.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../docs/FEATURES.md'), 'utf8');
const GRADE = /^(–|the same|.*(published|inferred|designed, unverified).*)$/;

const schema = loadSchema();
const rows = rowsOf(DOCUMENT);
const all = operations();
const exists = (coordinate: string): boolean => {
  const [type = '', field = ''] = coordinate.split('.');
  const found = schema.getType(type);
  return found !== undefined && 'getFields' in found && field in found.getFields();
};

describe('the table of features', () => {
  test('has an operation for each row, and a row for each operation', () => {
    const named = rows.flatMap(({ operation }) => operation ?? []);
    expect(named.filter((name) => !all.some((one) => one.name === name))).toEqual([]);
    expect(all.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });

  test('names fields of the graph; only those that are marked are not there yet', () => {
    const missing = rows.flatMap(({ coordinates, operation }) =>
      operation === null ? [] : coordinates.filter((coordinate) => !exists(coordinate)),
    );
    const stale = rows.flatMap(({ coordinates, operation }) => (operation === null ? coordinates.filter(exists) : []));
    expect({ missing, stale }).toEqual({ missing: [], stale: [] });
  });

  test('says where each row comes from and how sure that is', () => {
    for (const { what, rest, grade } of rows) {
      expect(what).not.toBe('');
      expect(rest, what).not.toBe('');
      expect(grade, what).toMatch(GRADE);
    }
  });

  test('can not be read where a row is broken, so that none is passed over', () => {
    for (const line of [
      '| A | `Client.id` | `GET /x` | published | |',
      '| A | nothing | `GET /x` | published | **not yet** |',
      '| A | `Client.id` | `GET /x` | published | [`a`](../test/operations/b.graphql) |',
      '| A | `Client.id` | published | **not yet** |',
    ])
      expect(() => rowsOf(line)).toThrow(/no row of features/);
  });
});

describe('an operation', () => {
  test('asks for every field that its rows name, without named fragments', () => {
    for (const { name, query } of all) {
      const places = placesOf(schema, query);
      const wanted = rows.filter(({ operation }) => operation === name).flatMap(({ coordinates }) => coordinates);
      expect(
        wanted.filter((coordinate) => !places.has(coordinate)),
        name,
      ).toEqual([]);
      for (const node of parse(query).definitions)
        expect(node.kind === Kind.OPERATION_DEFINITION && !spreads(node.selectionSet), name).toBe(true);
    }
  });
});

describe('what an answer holds', () => {
  test.each([
    [{ clients: { nodes: [{ name: null }, { name: 'x' }] } }, true],
    [{ clients: { nodes: [{ name: 0 }] } }, true],
    [{ clients: { nodes: [{ name: null }] } }, false],
    [{ clients: { nodes: [{ name: [] }] } }, false],
    [{ clients: { nodes: [] } }, false],
    [{ clients: null }, false],
    [null, false],
  ])('%j: %s', (data, expected) => {
    expect(holds(data, ['clients', 'nodes', 'name'])).toBe(expected);
  });

  test.each([
    ['an empty connection', { totalCount: 0, nodes: [] }, false],
    ['a connection of nulls', { nodes: [null] }, false],
    ['a connection', { totalCount: null, nodes: [{ id: 'x' }] }, true],
    ['a connection of edges', { edges: [{ node: { id: 'x' } }] }, true],
    ['a connection without edges', { edges: [], pageInfo: { hasNextPage: false } }, false],
    ['a payload that changed nothing', { plan: { id: 'x' }, changes: [], userErrors: [] }, false],
    ['a payload that changed something', { plan: null, changes: [{ id: 'x' }], userErrors: [] }, true],
    ['an object', { value: 0 }, true],
    ['an object of which nothing is known', {}, false],
  ])('%s', (_what, data, expected) => {
    expect(holds({ field: data }, ['field'])).toBe(expected);
    expect(holds({ field: [null, data] }, ['field'])).toBe(expected);
  });
});

describe('over HTTP', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ sandbox: { clients: 40 }, env: await listening() });
  });
  afterAll(() => house.stop());

  /** A house of its own for what changes something, or tells of a change: others count on what theirs holds. */
  const houseFor = async (kind: string, isTold: boolean, changes: boolean): Promise<House> => {
    if (kind === 'query' && !isTold && !changes) return house;
    return startHouse({ sandbox: { clients: 40 }, env: isTold ? await listening() : {} });
  };

  test('what is promised beside is promised of operations that are there', () => {
    expect([...PROMISES.keys()].filter((name) => !all.some((one) => one.name === name))).toEqual([]);
  });

  test.each(all)('$name gives what its row promises', async ({ name, query, variables }) => {
    const kind = kindOf(query);
    const promise = PROMISES.get(name);
    const isTold = kind === 'subscription' || placesOf(schema, query).has('Query.events');
    const own = await houseFor(kind, isTold, promise?.changes ?? false);
    try {
      const reply =
        kind === 'subscription'
          ? await firstOf(own, query, variables)
          : isTold
            ? await told(own, query, variables)
            : await own.ask(query, variables);
      expect(reply.errors).toBeUndefined();
      expect(userErrors(reply.data)).toEqual([]);
      const places = placesOf(schema, query);
      const wanted = rows.filter(({ operation }) => operation === name).flatMap(({ coordinates }) => coordinates);
      const empty = wanted.filter((coordinate) => !places.get(coordinate)?.some((path) => holds(reply.data, path)));
      expect(empty).toEqual([]);
      await promise?.holds(own, reply.data as Record<string, never>);
    } finally {
      if (own !== house) await own.stop();
    }
  });

  /** Something changes on a platform: the first client's title. */
  const change = (own: House): Promise<unknown> => {
    const [person] = own.sandbox.data.dynamicPlanner.clients.all();
    const id = Buffer.from(`Client:d:${person?.id}`).toString('base64url');
    const write = 'mutation ($id: ID!) { clientUpsert(input: { id: $id, title: "Dr" }) { userErrors { code } } }';
    return own.ask(write, { id });
  };

  /** What a query of events answers once the platform has told of a change. */
  async function told(own: House, query: string, variables: Record<string, unknown>): Promise<Reply> {
    await change(own);
    let reply = await own.ask(query, variables);
    await expect
      .poll(async () => {
        reply = await own.ask(query, variables);
        return reply.errors ?? reply.data.events.nodes.length;
      })
      .not.toBe(0);
    return reply;
  }

  /** The first answer of a subscription, over server-sent events: to a change of the first client, which is made when it listens. */
  async function firstOf(own: House, query: string, variables: object): Promise<{ data: unknown; errors?: unknown }> {
    const stream = await eventStream(`${own.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    try {
      await expect
        .poll(async () => {
          if (stream.events.length === 0) await change(own);
          return stream.events.length;
        })
        .toBeGreaterThan(0);
      return stream.events[0]?.data as { data: unknown };
    } finally {
      stream.stop();
    }
  }
});
