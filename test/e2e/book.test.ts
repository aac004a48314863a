import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordedRequest } from '../../src/sandbox/index.ts';
import { expectedBookCalls } from './expected-calls.ts';
import { type House, startHouse, waves } from './harness.ts';

const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8');
const BOOK_AFTER = BOOK.replace('query Book($first: Int!)', 'query Book($first: Int!, $after: String)').replace(
  'clients(first: $first)',
  'clients(first: $first, after: $after)',
);

let house: House;
beforeAll(async () => {
  // Long enough that a slow machine has sent all calls of a wave before the first of them is answered.
  house = await startHouse({ sandbox: { latencyMs: 100 } });
});
afterAll(() => house.stop());

function byTemplate(calls: readonly RecordedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { template } of calls) counts[template] = (counts[template] ?? 0) + 1;
  return counts;
}

async function cursorOf(position: number): Promise<string | null> {
  let cursor: string | null = null;
  for (let left = position; left > 0; left -= 200) {
    const reply = await house.ask(
      'query ($n: Int!, $after: String) { clients(first: $n, after: $after) { pageInfo { endCursor } } }',
      { n: Math.min(200, left), after: cursor },
    );
    cursor = reply.data.clients.pageInfo.endCursor;
  }
  return cursor;
}

describe('the Book query', () => {
  test.each([10, 50, 100])(
    'for %i clients costs the least that the contract allows, in at most 4 waves',
    async (first) => {
      house.clear();
      const reply = await house.ask(BOOK, { first });
      expect(reply.errors).toBeUndefined();
      expect(reply.data.clients.nodes).toHaveLength(first);
      expect(byTemplate(house.calls())).toEqual(expectedBookCalls(house.sandbox, 0, first));
      expect(waves(house.calls())).toBeLessThanOrEqual(4);
    },
  );

  // Windows that cut couples apart, lie across the border to the people of Plannr alone, or behind it.
  test.each([
    [1, 10],
    [61, 50],
    [101, 100],
    [200, 50],
    [230, 10],
  ])('from position %i for %i clients too', async (offset, first) => {
    const after = await cursorOf(offset);
    house.clear();
    const reply = await house.ask(BOOK_AFTER, { first, after });
    expect(reply.errors).toBeUndefined();
    expect(reply.data.clients.totalCount).toBe(house.sandbox.data.peopleCount());
    const expected = expectedBookCalls(house.sandbox, offset, first);
    // Behind the border only the total still needs Dynamic Planner's list: its smallest page.
    const behind = offset >= house.sandbox.data.dynamicPlanner.clients.size;
    if (behind) expected['/crm/v1/clients'] = (expected['/crm/v1/clients'] ?? 0) + 1;
    expect(byTemplate(house.calls())).toEqual(expected);
  });

  test('sends a page size with every list and never the same request twice', async () => {
    house.clear();
    await house.ask(BOOK, { first: 100 });
    for (const { template, query } of house.calls())
      expect(query.pageSize ?? query.per_page, template).toMatch(/^(100|500)$/);
    const urls = house.calls().map(({ path, query }) => `${path} ${JSON.stringify(query)}`);
    expect(new Set(urls).size).toBe(urls.length);
  });

  test('asks for nothing that is not selected', async () => {
    house.clear();
    await house.ask('{ clients(first: 20) { nodes { displayName plans { nodes { name } } } } }');
    const queries = house.calls().map(({ query }) => query);
    expect(queries.map(({ fields }) => fields).filter(Boolean)).toEqual([]);
    expect(queries.map(({ include }) => include).filter((include) => include?.includes('valuations'))).toEqual([]);
    house.clear();
    const skipped =
      'query ($no: Boolean!) { clients(first: 5) { nodes { plans { nodes { name holdings @include(if: $no) { isin } ...F } } } } } fragment F on Plan { cashflows { kind } }';
    await house.ask(skipped, { no: false });
    expect(house.calls().find(({ template }) => template.includes('finances'))?.query.fields).toBe('cashflows');
  });

  test('gives each person the right things, whatever the order of answers', async () => {
    const { data } = house.sandbox;
    const reply = await house.ask(BOOK, { first: 100 });
    for (const [index, person] of data.dynamicPlanner.clients.all().slice(0, 100).entries()) {
      const node = reply.data.clients.nodes[index];
      expect(node.displayName).toBe(`${person.firstName} ${person.lastName}`);
      const adviser = data.dynamicPlanner.employees.get(person.adviserId ?? '');
      expect(node.adviser?.displayName).toBe(adviser && `${adviser.firstName} ${adviser.lastName}`);
      expect(node.organisationUnit?.name).toBe(
        data.dynamicPlanner.organisationUnits.get(person.organisationUnitId)?.name,
      );
      const others = data.dynamicPlanner.relationships.by('client', person.id).map(({ clientIds }) => {
        const other = data.dynamicPlanner.clients.get(clientIds.find((id) => id !== person.id) ?? '');
        return `${other?.firstName} ${other?.lastName}`;
      });
      expect(
        node.relationships.map(({ client }: { client: { displayName: string } }) => client.displayName).sort(),
      ).toEqual(others.sort());
      const complete = data.dynamicPlanner.results
        .by('client', person.id)
        .filter(({ framework, status }) => framework === 'dynamic-planner' && status === 'complete')
        .sort((a, b) => (b.completedOn ?? '').localeCompare(a.completedOn ?? ''));
      expect(node.riskLevel?.level ?? null).toBe(complete[0] ? Number(String(complete[0].riskLevel).slice(2)) : null);
    }
  });
});

test('valuations(first: 3) adds the Dynamic Planner windows and one call for each Plannr plan, 8 at a time', async () => {
  const query = BOOK.replace(
    /latestValuation \{[^}]*\{[^}]*\}[^}]*\}/,
    'valuations(first: 3) { nodes { valuedOn value { pence } system } }',
  );
  expect(query).toContain('valuations(first: 3)');
  house.clear();
  const reply = await house.ask(query, { first: 50 });
  expect(reply.errors).toBeUndefined();
  const { data } = house.sandbox;
  const people = data.dynamicPlanner.clients.all().slice(0, 50);
  const accounts = people.flatMap(({ id }) => data.plannrAccountsOf(id).map(({ uuid }) => uuid));
  const plans = new Set(accounts.flatMap((uuid) => data.plannr.plans.by('client', uuid).map((plan) => plan.uuid)));
  const histories = house.calls().filter(({ path }) => /^\/api\/v1\/plans\/.+\/valuations/.test(path));
  expect(histories).toHaveLength(plans.size);
  expect(mostAtOnce(histories)).toBeLessThanOrEqual(8);
  const windows = house.calls().filter(({ path }) => path.startsWith('/finances/v1/finances/'));
  const chunked = windows.filter(({ path }) => path.includes(','));
  const finances = new Set(
    people
      .flatMap(({ id }) => data.dynamicPlanner.finances.by('client', id))
      .filter(({ type }) => !['asset', 'liability', 'protection', 'income', 'expenditure'].includes(type))
      .map(({ id }) => id),
  );
  expect(chunked.length).toBe(expectedMixedPages([...finances], house));
  for (const node of reply.data.clients.nodes[0].plans.nodes) {
    const dates = node.valuations.nodes.map(({ valuedOn }: { valuedOn: string }) => valuedOn);
    expect(dates).toEqual(dates.toSorted().toReversed());
  }
  const checked = reply.data.clients.nodes.flatMap(
    (node: { plans: { nodes: { id: string; valuations: { nodes: { valuedOn: string }[] } }[] } }) => node.plans.nodes,
  );
  expect(checked.some((plan: { valuations: { nodes: unknown[] } }) => plan.valuations.nodes.length === 3)).toBe(true);
});

/** Pages of the mixed list until each finance has three, at most 4 for each chunk of 100. */
function expectedMixedPages(ids: readonly string[], { sandbox }: House): number {
  let calls = 0;
  for (let start = 0; start < ids.length; start += 100) {
    const chunk = ids.slice(start, start + 100);
    const mixed = chunk
      .flatMap((id) => sandbox.data.dynamicPlanner.valuations.of(id))
      .sort((a, b) => (a.valuedOn === b.valuedOn ? (a.id < b.id ? -1 : 1) : a.valuedOn < b.valuedOn ? 1 : -1));
    const last = Math.ceil(mixed.length / 100);
    let pages = 0;
    do {
      pages += 1;
      const seen = mixed.slice(0, pages * 100);
      if (chunk.every((id) => seen.filter(({ financeId }) => financeId === id).length >= 3)) break;
    } while (pages < Math.min(4, last));
    calls += pages;
  }
  return calls;
}

function mostAtOnce(calls: readonly RecordedRequest[]): number {
  return Math.max(
    0,
    ...calls.map(
      ({ startedAt }) =>
        calls.filter((other) => other.startedAt <= startedAt && (other.endedAt ?? 0) > startedAt).length,
    ),
  );
}
