import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DpFinance } from '../../src/sandbox/dynamic-planner/wire.ts';
import { type House, startHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 } });
});
afterAll(() => house.stop());

const store = () => house.sandbox.data.dynamicPlanner;
const FINANCES = '/finances/v1/clients/{clientIds}/finances';
const TRACKING = /^\/tracking\//;
const pence = (pounds: number): number => Math.round(pounds * 100);
const idOf = (type: string, id: string): string => Buffer.from(`${type}:d:${id}`).toString('base64url');
const of = (id: string, ...types: string[]): DpFinance[] =>
  store()
    .finances.by('client', id)
    .filter(({ type }) => types.includes(type));

const PAYMENT =
  'id name subType amount { pence currency } frequency startsOn endsOn updatedAt owners { percentage client { id } } sources { id }';
const ALL = `query ($first: Int = 60) { clients(first: $first, filter: { system: DYNAMIC_PLANNER }) { nodes {
  id sources { id }
  incomes { totalCount nodes { ${PAYMENT} isGross } }
  expenditures { totalCount nodes { ${PAYMENT} } }
  assets { nodes { ...P } } liabilities { nodes { ...P } } protections { nodes { ...P } }
  plans(first: 200) { nodes { ...P } } } } }
fragment P on Plan { id type rawType ownership contractReference policyNumber sources { system id }
  owners { percentage }
  financeDetails { __typename
    ... on FinanceArrangement { growthMethod characteristics { name value } }
    ... on FinanceAsset { value { pence } valuedOn }
    ... on FinanceLiability { outstandingBalance { pence } interestRate payment { amount { pence } frequency } endsOn }
    ... on FinanceProtection { sumAssured { pence } premium { amount { pence } frequency } endsOn } } }`;

interface PlanNode {
  id: string;
  type: string;
  ownership: string | null;
  owners: unknown[];
  contractReference: string | null;
  sources: { system: string; id: string }[];
  financeDetails: Record<string, unknown> | null;
}

interface Person {
  id: string;
  sources: { id: string }[];
  incomes: { totalCount: number; nodes: Record<string, unknown>[] };
  expenditures: { totalCount: number; nodes: Record<string, unknown>[] };
  plans: { nodes: PlanNode[] };
  assets: { nodes: PlanNode[] };
  liabilities: { nodes: PlanNode[] };
  protections: { nodes: PlanNode[] };
}

async function all(where: House = house): Promise<Person[]> {
  const reply = await where.ask(ALL);
  expect(reply.errors).toBeUndefined();
  return reply.data.clients.nodes;
}

/** What the graph has to tell of a finance by its type, worked out from the sandbox's data. */
function details(finance: DpFinance): Record<string, unknown> | null {
  const payment = (one: DpFinance['payment']) =>
    one == null ? null : { amount: { pence: pence(one.amount) }, frequency: one.frequency };
  switch (finance.type) {
    case 'investment':
    case 'pension':
      return {
        __typename: 'FinanceArrangement',
        growthMethod: finance.growthMethod ?? null,
        characteristics: (finance.characteristics ?? []).map(({ name, value }) => ({ name, value: String(value) })),
      };
    case 'asset':
      return {
        __typename: 'FinanceAsset',
        value: { pence: pence(finance.value ?? 0) },
        valuedOn: finance.valuedOn ?? null,
      };
    case 'liability':
      return {
        __typename: 'FinanceLiability',
        outstandingBalance: { pence: pence(finance.outstandingBalance ?? 0) },
        interestRate: finance.interestRate == null ? null : String(finance.interestRate),
        payment: payment(finance.payment),
        endsOn: finance.endsOn ?? null,
      };
    case 'protection':
      return {
        __typename: 'FinanceProtection',
        sumAssured: { pence: pence(finance.sumAssured ?? 0) },
        premium: payment(finance.premium),
        endsOn: finance.endsOn ?? null,
      };
    default:
      return null;
  }
}

describe('the combined collection', () => {
  test('gives incomes, expenditures and plans of all kinds for one call', async () => {
    house.clear();
    await house.ask(ALL, { first: 40 });
    const calls = house.calls().filter(({ template }) => template === FINANCES);
    const people = store().clients.all().slice(0, 40);
    const found = store().finances.byAny(
      'client',
      people.map(({ id }) => id),
    );
    expect(calls).toHaveLength(Math.ceil(found.length / 100));
    expect(calls.map(({ query }) => query.fields)).toEqual(calls.map(() => undefined));
    expect(house.calls().filter(({ template }) => TRACKING.test(template))).toEqual([]);
  });

  test('incomes and expenditures are as the platform has them', async () => {
    let count = 0;
    for (const person of await all())
      for (const [kind, { nodes, totalCount }] of [
        ['income', person.incomes],
        ['expenditure', person.expenditures],
      ] as const) {
        const own = of(person.sources[0]?.id ?? '', kind);
        expect(totalCount).toBe(own.length);
        expect(nodes).toMatchObject(
          own.map((one) => ({
            id: idOf(kind === 'income' ? 'Income' : 'Expenditure', one.id),
            name: one.name,
            subType: one.subType ?? null,
            amount: { pence: pence(one.amount ?? 0), currency: one.currency ?? 'GBP' },
            frequency: one.frequency,
            startsOn: one.startsOn ?? null,
            endsOn: one.endsOn ?? null,
            owners: one.owners.map(({ clientId }) => ({ client: { id: idOf('Client', clientId) } })),
            sources: [{ id: one.id }],
            ...(kind === 'income' ? { isGross: one.isGross } : {}),
          })),
        );
        count += own.length;
      }
    expect(count).toBeGreaterThan(10);
  });

  test('what depends on a type stands in financeDetails, and whose it is in ownership', async () => {
    const seen = new Set<unknown>();
    for (const { plans } of await all())
      for (const plan of plans.nodes) {
        const finance = store().finances.get(plan.sources.find(({ system }) => system === 'DYNAMIC_PLANNER')?.id ?? '');
        expect(plan.financeDetails).toEqual(finance === undefined ? null : details(finance));
        expect(plan.contractReference).toBe(finance?.contractReference ?? null);
        expect(plan.ownership).toBe(plan.owners.length > 1 ? 'JOINT' : 'INDIVIDUAL');
        seen.add(plan.financeDetails?.__typename).add(plan.ownership);
      }
    expect([...seen].map(String).sort()).toEqual([
      'FinanceArrangement',
      'FinanceAsset',
      'FinanceLiability',
      'FinanceProtection',
      'INDIVIDUAL',
      'JOINT',
      'undefined',
    ]);
  });

  test('assets, liabilities and protections are the plans of these types', async () => {
    const KINDS = {
      assets: ['FIXED_ASSET', 'CASH_ACCOUNT'],
      liabilities: ['MORTGAGE', 'LOAN_CREDIT'],
      protections: ['PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE'],
    } as const;
    const counts = { assets: 0, liabilities: 0, protections: 0 };
    for (const person of await all())
      for (const kind of ['assets', 'liabilities', 'protections'] as const) {
        const expected = person.plans.nodes.filter(({ type }) => (KINDS[kind] as readonly string[]).includes(type));
        expect(person[kind].nodes).toEqual(expected);
        counts[kind] += expected.length;
      }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  });

  test('an income can be read again by its id, and is no plan', async () => {
    const income = store()
      .finances.all()
      .find(({ type }) => type === 'income');
    const ids = [
      idOf('Income', income?.id ?? ''),
      idOf('Plan', income?.id ?? ''),
      idOf('Expenditure', income?.id ?? ''),
    ];
    const reply = await house.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(reply.data.nodes).toEqual([{ __typename: 'Income', id: ids[0] }, null, null]);
  });

  test('gives the same where each type has a path of its own', async () => {
    const names = ['income', 'expenditure', 'investment', 'pension', 'asset', 'protection', 'structured_product'];
    const byType = {
      ...Object.fromEntries(names.slice(0, 6).map((name) => [name, `/finances/v1/clients/{ids}/${name}s`])),
      liability: '/finances/v1/clients/{ids}/liabilities',
    };
    const apart = await startHouse({ beside: house, contract: { resources: { finances: { byType } } } });
    apart.clear();
    const sorted = (people: Person[]) =>
      people.map(({ plans, assets, liabilities, protections, ...person }) => ({
        ...person,
        plans: plans.nodes
          // A type that has no path is not asked for.
          .filter(({ financeDetails, sources }) => financeDetails !== null || sources[0]?.system === 'PLANNR')
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      }));
    const found = sorted(await all(apart));
    expect(apart.calls().some(({ template }) => template === FINANCES)).toBe(false);
    expect(
      new Set(
        apart
          .calls()
          .filter(({ path }) => /^\/finances\/v1\/clients/.test(path))
          .map(({ template }) => template),
      ).size,
    ).toBe(7);
    expect(found).toEqual(sorted(await all()));
    await apart.stop();
  });

  test('that can not be had is null at its place, with a coded error; the rest is there', async () => {
    const done = house.sandbox.dynamicPlanner.addFault({ path: /\/finances$/, kind: 'status', status: 503 });
    const reply = await house.ask(
      '{ clients(first: 2) { nodes { displayName incomes { nodes { name } } assets { missing nodes { name } } lookThrough { totals { pence } } } } }',
    );
    done();
    for (const node of reply.data.clients.nodes)
      expect(node).toMatchObject({ incomes: null, assets: { missing: ['DYNAMIC_PLANNER'] }, lookThrough: null });
    expect(new Set(reply.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(reply.errors?.map(({ path }) => path?.join('.'))).toEqual(
      expect.arrayContaining(['clients.nodes.0.incomes', 'clients.nodes.0.assets', 'clients.nodes.0.lookThrough']),
    );
  });
});

describe('a breakdown by fund', () => {
  const QUERY = `query ($ids: [ID!]!) { lookThrough(clientIds: $ids) { totals { pence currency } unknown { id } funds { isin name percentage value { pence currency } riskLevel { level } plans { id } } } }`;

  test('of a plan adds its holdings up, with the funds’ own risk from the tracking', async () => {
    house.clear();
    const reply = await house.ask(
      '{ clients(first: 20) { nodes { plans(first: 100) { nodes { sources { system id } holdings { isin riskLevel { level label scale } } fundBreakdown { isin percentage value { pence } riskLevel { level } plans { id } } } } } } }',
    );
    expect(reply.errors).toBeUndefined();
    for (const view of ['investments', 'pensions'])
      expect(house.calls().filter(({ template }) => template.endsWith(view))).toHaveLength(1);
    const levels = new Set<number | undefined>();
    for (const { plans } of reply.data.clients.nodes)
      for (const plan of plans.nodes) {
        const finance = store().finances.get(
          plan.sources.find(({ system }: { system: string }) => system === 'DYNAMIC_PLANNER')?.id ?? '',
        );
        if (finance === undefined) {
          expect([plan.holdings, plan.fundBreakdown]).toEqual([null, null]);
          continue;
        }
        const sums = new Map<string, number>();
        for (const { isin, value } of finance.holdings ?? []) sums.set(isin, (sums.get(isin) ?? 0) + pence(value));
        expect(
          plan.fundBreakdown
            .map(({ isin, value }: { isin: string; value: { pence: number } }) => [isin, value.pence])
            .sort(),
        ).toEqual([...sums].sort());
        for (const { riskLevel } of plan.holdings) levels.add(riskLevel?.level);
      }
    expect(levels.size).toBeGreaterThan(2);
  });

  test('of clients together counts each plan once and only their shares', async () => {
    const people = store().clients.all().slice(0, 25);
    house.clear();
    const reply = await house.ask(QUERY, { ids: people.map(({ id }) => idOf('Client', id)) });
    expect(reply.errors).toBeUndefined();
    const { funds, totals } = reply.data.lookThrough;
    expect(house.calls().filter(({ template }) => template === FINANCES).length).toBeLessThanOrEqual(2);
    const chosen = new Set(people.map(({ id }) => id));
    let expected = 0;
    for (const finance of store().finances.all()) {
      if (!['investment', 'pension'].includes(finance.type) || (finance.currency ?? 'GBP') !== 'GBP') continue;
      if ((finance.status ?? 'active') !== 'active') continue;
      const given = finance.owners.reduce((sum, { percentage }) => sum + (percentage ?? 0), 0);
      const open = finance.owners.filter(({ percentage }) => percentage == null).length;
      const own = finance.owners
        .filter(({ clientId }) => chosen.has(clientId))
        .reduce((sum, { percentage }) => sum + (percentage ?? Math.max(0, 100 - given) / open), 0);
      for (const { value } of finance.holdings ?? []) expected += (pence(value) * own) / 100;
    }
    const total = totals.find(({ currency }: { currency: string }) => currency === 'GBP').pence;
    // Each holding is split to the penny.
    expect(Math.abs(total - expected)).toBeLessThan(funds.length * people.length);
    const inPounds = funds.filter(({ value }: { value: { currency: string } }) => value.currency === 'GBP');
    expect(inPounds.reduce((sum: number, { value }: { value: { pence: number } }) => sum + value.pence, 0)).toBe(total);
    expect(inPounds.reduce((sum: number, { percentage }: { percentage: number }) => sum + percentage, 0)).toBeCloseTo(
      100,
      0,
    );
  });

  test('of a couple is the sum of both partners’ own, to the penny of each holding', async () => {
    const [one, other] = store()
      .clients.all()
      .slice(0, 2)
      .map(({ id }) => idOf('Client', id));
    const totalOf = async (ids: unknown[]): Promise<number> => {
      const reply = await house.ask(QUERY, { ids });
      expect(reply.errors).toBeUndefined();
      return reply.data.lookThrough.totals.find(({ currency }: { currency: string }) => currency === 'GBP')?.pence ?? 0;
    };
    expect(await totalOf([one, other])).toBe((await totalOf([one])) + (await totalOf([other])));
  });

  test('refuses too many ids, and those of other things', async () => {
    for (const ids of [Array.from({ length: 201 }, () => idOf('Client', 'x')), [idOf('Plan', 'x')]]) {
      const reply = await house.ask(QUERY, { ids });
      expect(reply.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('a plan’s risk against its owners’', () => {
  test('is above, within or below by the levels of one framework', async () => {
    house.clear();
    const reply = await house.ask(
      '{ clients(first: 60, filter: { system: DYNAMIC_PLANNER }) { nodes { plans(first: 100) { nodes { riskLevel { level framework } riskAlignment owners { client { currentProfilingResults { framework riskLevel { level } } } } } } } } }',
    );
    expect(reply.errors).toBeUndefined();
    expect(house.calls().filter(({ template }) => template.endsWith('/results')).length).toBeLessThanOrEqual(3);
    const seen = new Set<string | null>();
    interface Level {
      framework: string;
      riskLevel: { level: number };
    }
    for (const { plans } of reply.data.clients.nodes)
      for (const { riskLevel, riskAlignment, owners } of plans.nodes) {
        const levels = owners.flatMap(({ client }: { client: { currentProfilingResults: Level[] | null } | null }) =>
          (client?.currentProfilingResults ?? []).flatMap((result) =>
            result.framework === riskLevel?.framework ? [result.riskLevel.level] : [],
          ),
        );
        const expected =
          riskLevel === null || levels.length === 0
            ? null
            : riskLevel.level > Math.min(...levels)
              ? 'ABOVE'
              : riskLevel.level < Math.max(...levels)
                ? 'BELOW'
                : 'WITHIN';
        expect(riskAlignment).toBe(expected);
        seen.add(riskAlignment);
      }
    expect([...seen].map(String).sort()).toEqual(['ABOVE', 'BELOW', 'WITHIN', 'null']);
  });
});
