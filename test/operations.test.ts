import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSchema } from '../src/tools/schema-files.ts';
import { type House, startHouse } from './e2e/harness.ts';
import { operations, rowsOf } from './operations/rows.ts';
import { holds, isMutation, placesOf, spreads, userErrors } from './operations/told.ts';

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
});

describe('over HTTP', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ sandbox: { clients: 40 } });
  });
  afterAll(() => house.stop());

  test.each(all)('$name gives what its row promises', async ({ name, query, variables }) => {
    // What changes something has a sandbox of its own: others count on what it holds.
    const own = isMutation(query) ? await startHouse({ sandbox: { clients: 40 } }) : house;
    try {
      const reply = await own.ask(query, variables);
      expect(reply.errors).toBeUndefined();
      expect(reply.status).toBe(200);
      expect(userErrors(reply.data)).toEqual([]);
      const places = placesOf(schema, query);
      const wanted = rows.filter(({ operation }) => operation === name).flatMap(({ coordinates }) => coordinates);
      const empty = wanted.filter((coordinate) => !places.get(coordinate)?.some((path) => holds(reply.data, path)));
      expect(empty).toEqual([]);
    } finally {
      if (own !== house) await own.stop();
    }
  });
});
