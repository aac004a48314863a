import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Cache } from '../../src/platform/cache/cache.ts';
import type { CachedRead, Item } from '../../src/platform/cache/index.ts';
import { kindOf } from '../../src/platform/cache/tags.ts';
import { globalId, startKeeping } from './cache-book.ts';
import type { House } from './harness.ts';

/** Something that a source brought, and what it was read as. */
interface Seen {
  readonly read: CachedRead<unknown>;
  readonly id: string;
  readonly item: Item<unknown>;
}

const seen: Seen[] = [];
let house: House;

/** Takes down all that comes through the cache. */
function listen(): void {
  const { many } = Cache.prototype;
  vi.spyOn(Cache.prototype, 'many').mockImplementation(function (this: Cache, scope, read, ids) {
    const heard: typeof read = {
      ...read,
      read: async (some, within) => {
        const brought = await read.read(some, within);
        for (const [id, item] of brought.values) if (!(item instanceof Error)) seen.push({ read, id, item });
        return brought;
      },
    };
    return many.call(this, scope, heard, ids) as never;
  });
}

const PLAN = `id cashflows { kind } holdings { isin } transactions { kind } currentValue { pence } owners { client { displayName } }
  latestValuation { value { pence } } valuations(first: 3) { nodes { value { pence } } }`;
const EVERYTHING_THAT_IS_READ = `query ($ids: [ID!]!) {
  clients(first: 100) { nodes { id displayName adviser { displayName } organisationUnit { name } relationships { client { displayName } }
    wealth { total { pence } } riskLevel { level } plannrRisk { level } profilingResults(first: 5) { nodes { id } }
    selfRelationship { id } documents { nodes { id } } incomes { nodes { id } } circles { id } accounts { id circles { id } } } }
  few: clients(first: 5) { nodes { plans { nodes { ${PLAN} } } } }
  last: clients(last: 20) { nodes { displayName plans { nodes { id } } } }
  tracked: clients(first: 5) { nodes { plans { nodes { riskAlignment } } currentProfilingResults { responses { question { text } } } } }
  employees(first: 20) { nodes { id } }
  organisationUnits(first: 20) { nodes { id } }
  questionnaires(first: 20) { nodes { id } }
  nodes(ids: $ids) { id ... on Plan { ${PLAN} } ... on Client { displayName } }
}`;

beforeAll(async () => {
  listen();
  house = await startKeeping({ sandbox: { clients: 110 } });
  const { dynamicPlanner: dp, plannr } = house.sandbox.data;
  const ids = [
    ...dp.finances
      .all()
      .slice(0, 8)
      .map(({ id }) => globalId('Plan', id)),
    ...plannr.plans
      .all()
      .slice(0, 8)
      .map(({ uuid }) => Buffer.from(`Plan:p:${uuid}`).toString('base64url')),
    ...dp.clients
      .all()
      .slice(-8)
      .map(({ id }) => globalId('Client', id)),
    ...house.sandbox.data
      .plannrAlone()
      .slice(0, 4)
      .map(({ uuid }) => Buffer.from(`Client:p:${uuid}`).toString('base64url')),
    globalId('Client', '7b0c1d2e-9999-4000-8000-000000000001'),
  ];
  const reply = await house.ask(EVERYTHING_THAT_IS_READ, { ids });
  expect(reply.errors).toBeUndefined();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await house.stop();
});

test('all kinds of things come through the cache', () => {
  expect([...new Set(seen.map(({ read }) => `${read.system} ${read.kind}`))].sort()).toMatchInlineSnapshot(`
    [
      "DYNAMIC_PLANNER clients",
      "DYNAMIC_PLANNER documents",
      "DYNAMIC_PLANNER employees",
      "DYNAMIC_PLANNER finances",
      "DYNAMIC_PLANNER financesById",
      "DYNAMIC_PLANNER organisationUnits",
      "DYNAMIC_PLANNER questionnaires",
      "DYNAMIC_PLANNER relationships",
      "DYNAMIC_PLANNER results",
      "DYNAMIC_PLANNER selfRelationships",
      "DYNAMIC_PLANNER trackedInvestments",
      "DYNAMIC_PLANNER trackedPensions",
      "DYNAMIC_PLANNER valuations",
      "PLANNR accounts",
      "PLANNR circles",
      "PLANNR plans",
      "PLANNR risks",
      "PLANNR valuations",
    ]
  `);
});

test('whatever is kept has the tags that its read told of, and no kind of tag that it did not', () => {
  for (const { read, id, item } of seen) {
    const told = read.tagsOf(id);
    const kinds = new Set(told.map(kindOf));
    // Who comes behind a drop joins no read that may bring something of its kind.
    for (const tag of item.tags) expect(kinds, `${read.resource} ${tag}`).toContain(kindOf(tag));
    for (const tag of told) expect(item.tags, read.resource).toContain(tag);
  }
});

test('everything that has an id has its tag in whatever it came with', () => {
  let count = 0;
  for (const { read, item } of seen)
    for (const own of idsIn(item.value)) {
      count += 1;
      expect(
        item.tags.some((tag) => tag.endsWith(`:${own}`)),
        `${read.resource} ${own}`,
      ).toBe(true);
    }
  expect(count).toBeGreaterThan(500);
});

test('what something takes is told about rightly', () => {
  for (const { read, item } of seen) {
    const size = JSON.stringify(item.value).length;
    // Names of fields may have been changed since, and an equal share is not each one's own.
    if (size > 1_000) expect(item.bytes / size, read.resource).toBeGreaterThan(0.3);
    expect(item.bytes, read.resource).toBeLessThan(10 * size + 2_000);
  }
});

/** Ids of the records that a value is a list or a page of. */
function idsIn(value: unknown): string[] {
  const items = Array.isArray(value) ? value : ((value as { items?: unknown[] } | null)?.items ?? []);
  return items.flatMap((one: unknown) => {
    const { id, uuid } = one as { id?: unknown; uuid?: unknown };
    return [id ?? uuid].filter((own) => typeof own === 'string');
  });
}
