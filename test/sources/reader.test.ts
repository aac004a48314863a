import { describe, expect, it } from 'vitest';
import { BrokenField } from '../../src/platform/errors.ts';
import { type DynamicPlannerContract, readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { crm } from '../../src/sources/dynamic-planner/crm.ts';
import { finances } from '../../src/sources/dynamic-planner/finances.ts';
import { DynamicPlannerReader } from '../../src/sources/dynamic-planner/reader.ts';
import { callScope, failureOf, recorder, uuids } from './helpers.ts';

const EMPTY = { items: [], pageNumber: 1, pageSize: 100, totalCount: 0 };

function contractOf(overrides: unknown): DynamicPlannerContract {
  const result = readContract(overrides);
  if ('faults' in result) throw new TypeError(result.faults.join());
  return result.contract;
}

/** A reader over a platform that answers with this. */
function reading(body: (url: URL, index: number) => unknown = () => EMPTY, overrides: unknown = {}) {
  const { send, calls, paths } = recorder((call, index) => body(new URL(call.url), index));
  return { reader: new DynamicPlannerReader('https://dp.test/', contractOf(overrides), send), calls, paths };
}

/** Answers like the platform: as many of these items as the page holds. */
const pagesOf =
  (ids: readonly string[], cap = 100) =>
  (url: URL) => {
    const size = Math.min(cap, Number(url.searchParams.get('pageSize') ?? 50));
    const number = Number(url.searchParams.get('pageNumber'));
    const items = ids.slice((number - 1) * size, number * size).map((id) => ({ id }));
    return { items, pageNumber: number, pageSize: size, totalCount: ids.length };
  };

const idsIn = (path: string): number => path.split(',').length;

describe('lists of Dynamic Planner', () => {
  it('are read by pages of the cap, which is always sent, to the end', async () => {
    const { reader, paths } = reading(pagesOf(uuids(250)));
    expect((await reader.all(callScope(), 'organisationUnits')).map(({ item }) => item.id)).toEqual(uuids(250));
    expect(paths()).toEqual([1, 2, 3].map((n) => `/crm/v1/organisation-units?pageSize=100&pageNumber=${n}`));
  });

  it('are read by windows of positions', async () => {
    const { reader, paths } = reading(pagesOf(uuids(250)));
    const stretch = await crm(reader).clientWindow(
      callScope(),
      { organisationUnitIds: ['o1', 'o2'], status: 'active' },
      200,
      100,
    );
    expect(stretch.items).toHaveLength(50);
    expect(paths()).toEqual(['/crm/v1/clients?organisationUnitIds=o1,o2&status=active&pageSize=100&pageNumber=3']);
  });

  it('take ids in the query or in the path, with commas that are not encoded, and ask for no expansion that nobody wants', async () => {
    const { reader, paths } = reading();
    await crm(reader).clients(callScope(), ['a', 'b']);
    await crm(reader).relationships(callScope(), ['a', 'b']);
    await finances(reader).ofClients(callScope(), ['a', 'b'], ['cashflows', 'latestHistoricalValuation']);
    await finances(reader).ofClients(callScope(), ['a'], []);
    expect(paths()).toEqual([
      '/crm/v1/clients?ids=a,b&pageSize=100&pageNumber=1',
      '/crm/v1/relationships?clientIds=a,b&pageSize=100&pageNumber=1',
      '/finances/v1/clients/a,b/finances?unions=includes&fields=cashflows,latestHistoricalValuation&pageSize=100&pageNumber=1',
      '/finances/v1/clients/a/finances?unions=includes&pageSize=100&pageNumber=1',
    ]);
  });

  it('have their ids encoded, and a template without ids for logs', async () => {
    const { reader, calls } = reading();
    await reader.belongingTo(callScope(), 'finances', ['a/../b', 'c?d=$&', 'e,f']);
    expect(calls[0]?.url).toContain('/clients/a%2F..%2Fb,c%3Fd%3D%24%26,e%2Cf/finances?');
    expect(calls[0]?.template).toBe('/finances/v1/clients/{ids}/finances');
  });

  it('are not asked for nobody', async () => {
    const { reader, calls } = reading();
    expect(await reader.belongingTo(callScope(), 'clients', [])).toEqual({
      items: [],
      groups: new Map(),
      failed: new Map(),
    });
    expect(calls).toEqual([]);
  });
});

describe('many ids', () => {
  it('go in chunks of 100, and what comes with two chunks is there once', async () => {
    const joint = { id: 'joint' };
    const { reader, paths } = reading((_url, index) => ({
      ...EMPTY,
      items: [joint, { id: `own-${index}` }],
      totalCount: 2,
    }));
    const found = await reader.belongingTo(callScope(), 'finances', uuids(250));
    expect(paths().map(idsIn)).toEqual([100, 100, 50]);
    expect(found.items.map(({ item }) => item.id).sort()).toEqual(['joint', 'own-0', 'own-1', 'own-2']);
  });

  it('go in shorter chunks where the contract says so, in the path by themselves', async () => {
    const { reader, paths } = reading(() => EMPTY, {
      maxIds: 40,
      resources: { finances: { path: '/f/{ids}', maxPathIdsLength: 250 } },
    });
    await reader.belongingTo(callScope(), 'clients', uuids(100));
    expect(paths().map(idsIn)).toEqual([40, 40, 20]);
    await reader.belongingTo(callScope(), 'finances', uuids(13));
    expect(paths().slice(3).map(idsIn)).toEqual([6, 6, 1]);
    for (const path of paths().slice(3))
      expect((path.split('?')[0] ?? '').length).toBeLessThanOrEqual('/f/'.length + 250);
  });

  it('never make a URL longer than the contract allows', async () => {
    const { reader, calls } = reading(() => EMPTY, { maxIds: 1_000, maxUrlLength: 2_000 });
    const { ofClients } = finances(reader);
    await ofClients(callScope(), uuids(300), ['cashflows', 'latestHistoricalValuation', 'holdings', 'transactions']);
    expect(calls.length).toBeGreaterThan(5);
    for (const { url } of calls) expect(url.length).toBeLessThanOrEqual(2_000);
    expect(calls.flatMap(({ url }) => /clients\/([^/]*)/.exec(url)?.[1]?.split(',') ?? [])).toEqual(uuids(300));
  });

  it('fit on one page each where an id has one item', async () => {
    const { reader, paths } = reading(() => EMPTY, {
      resources: { clients: { path: '/crm/v1/clients', pageCap: 25 } },
    });
    await crm(reader).clients(callScope(), uuids(60));
    expect(paths().map((path) => [idsIn(path), new URLSearchParams(path.split('?')[1]).get('pageSize')])).toEqual([
      [25, '25'],
      [25, '25'],
      [10, '25'],
    ]);
  });
});

describe('the envelope', () => {
  it('may be called anything, and so may the parameters', async () => {
    const { reader, paths } = reading(
      (url) => ({ data: [{ id: `p${url.searchParams.get('page')}` }], size: 1, count: 2 }),
      {
        envelope: { items: 'data', pageSize: 'size', totalCount: 'count' },
        parameters: { pageNumber: 'page', pageSize: 'limit', ids: 'id' },
        pageCap: 1,
      },
    );
    const found = await reader.belongingTo(callScope(), 'clients', ['a']);
    expect(found.items.map(({ item }) => item.id)).toEqual(['p1', 'p2']);
    expect(paths()).toEqual(['/crm/v1/clients?id=a&limit=1&page=1', '/crm/v1/clients?id=a&limit=1&page=2']);
  });

  it('may be missing: a bare array is read to its first short page', async () => {
    const ids = uuids(150);
    const { reader, calls } = reading((url) => pagesOf(ids)(url).items);
    expect(await reader.all(callScope(), 'employees')).toHaveLength(150);
    expect(calls).toHaveLength(2);
  });

  it.each([[null], [{}], ['soon'], [{ items: {} }], [{ data: [] }]])(
    'that holds no list is a coded error: %j',
    async (body) => {
      const { reader } = reading(() => body);
      expect(await failureOf(reader.all(callScope(), 'clients'))).toMatchObject({ code: 'UPSTREAM_INVALID_DATA' });
    },
  );

  it('may hold items without an id: they are left out and reported, and keep their position in a window', async () => {
    const items = [{ id: 'a' }, { name: 'nobody' }, null, { id: 7 }, { id: 'b,c' }, { id: 'd' }];
    const { reader } = reading(() => ({ ...EMPTY, items, totalCount: items.length }));
    const scope = callScope();
    expect((await reader.all(scope, 'clients')).map(({ item }) => item.id)).toEqual(['a', 'd']);
    expect(scope.reported).toHaveLength(4);
    expect(scope.reported.every((problem) => problem instanceof BrokenField)).toBe(true);
    expect((await reader.window(scope, 'clients', {}, 0, 10)).items).toEqual(items);
  });
});
