import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

const FORWARD =
  'query ($n: Int, $c: String) { clients(first: $n, after: $c) { totalCount nodes { sources { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }';
const BACKWARD =
  'query ($n: Int, $c: String) { clients(last: $n, before: $c) { totalCount nodes { sources { id } } pageInfo { hasPreviousPage startCursor } } }';

/** Everyone in the order that the graph promises, by the first of their own ids. */
function everyone({ sandbox }: House): string[] {
  return [
    ...sandbox.data.dynamicPlanner.clients.all().map(({ id }) => id),
    ...sandbox.data.plannrAlone().map(({ uuid }) => uuid),
  ];
}

async function walk(house: House, size: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = null, more = true; more; ) {
    const reply = await house.ask(FORWARD, { n: size, c: cursor });
    expect(reply.errors).toBeUndefined();
    const { nodes, pageInfo, totalCount } = reply.data.clients;
    expect(totalCount).toBe(house.sandbox.data.peopleCount());
    expect(pageInfo.hasPreviousPage).toBe(cursor !== null);
    found.push(...nodes.map(({ sources }: { sources: { id: string }[] }) => sources[0]?.id));
    cursor = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return found;
}

async function walkBack(house: House, size: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = null, more = true; more; ) {
    const reply = await house.ask(BACKWARD, { n: size, c: cursor });
    expect(reply.errors).toBeUndefined();
    const { nodes, pageInfo } = reply.data.clients;
    found.unshift(...nodes.map(({ sources }: { sources: { id: string }[] }) => sources[0]?.id));
    cursor = pageInfo.startCursor;
    more = pageInfo.hasPreviousPage;
  }
  return found;
}

// The platform's real cap, and the one that the contract tells: a cap that is lower than told is found out, not fallen for.
describe.each([
  [10, 10],
  [10, 100],
  [50, 50],
  [50, 100],
  [100, 100],
])('over a page cap of %i where the contract says %i', (real, told) => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({
      sandbox: { clients: 250, pageCaps: { dynamicPlanner: real, plannr: real } },
      contract: { pageCap: told },
    });
  });
  afterAll(() => house.stop());

  test.each([7, 30, 50, 200])('walking by %i gives every person exactly once, in order', async (size) => {
    expect(await walk(house, size)).toEqual(everyone(house));
  });

  test('walking back by 30 gives the same', async () => {
    expect(await walkBack(house, 30)).toEqual(everyone(house));
  });
});

test('any window over any cap and any number of people gives every person once, in order', async () => {
  const cases = fc.record({
    clients: fc.integer({ min: 0, max: 90 }),
    real: fc.constantFrom(1, 3, 10, 50, 100),
    told: fc.constantFrom(10, 50, 100),
    size: fc.integer({ min: 5, max: 200 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ clients, real, told, size }) => {
      const house = await startHouse({
        sandbox: { clients, pageCaps: { dynamicPlanner: real, plannr: 50 } },
        contract: { pageCap: told },
      });
      try {
        expect(await walk(house, size)).toEqual(everyone(house));
      } finally {
        await house.stop();
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a filtered walk finds what the filter says, and its total', async () => {
  const house = await startHouse();
  try {
    const people = house.sandbox.data.dynamicPlanner.clients.all();
    const query =
      'query ($f: ClientFilter) { clients(filter: $f, first: 200) { totalCount nodes { displayName status } pageInfo { hasNextPage } } }';
    const active = await house.ask(query, { f: { status: 'ACTIVE' } });
    expect(active.data.clients.totalCount).toBe(people.filter(({ status }) => status === 'active').length);
    const unknown = await house.ask(query, { f: { status: 'UNKNOWN' } });
    const words = new Set(['active', 'inactive', 'prospect', 'archived', 'deceased']);
    const odd = people.filter(({ status }) => typeof status === 'string' && !words.has(status));
    expect(odd.length).toBeGreaterThan(0);
    expect(unknown.data.clients.nodes).toHaveLength(odd.length);
    const name = people.find(({ lastName }) => /[^ -~]/.test(String(lastName)))?.lastName ?? '';
    const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
    const named = await house.ask(query, { f: { nameContains: plain } });
    expect(named.data.clients.nodes.length).toBeGreaterThan(0);
    expect(named.data.clients.totalCount).toBe(named.data.clients.nodes.length);
    const linked = await house.ask(query, { f: { system: 'PLANNR' } });
    const expected = people.filter(({ id }) => house.sandbox.data.plannrAccountsOf(id).length > 0).length;
    expect(linked.data.clients.totalCount).toBe(expected + house.sandbox.data.plannrAlone().length);
  } finally {
    await house.stop();
  }
});
