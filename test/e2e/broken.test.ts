import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

let house: House;
beforeEach(async () => {
  house = await startHouse({ sandbox: { clients: 30 } });
});
afterEach(() => house.stop());

const QUERY = `{ clients(first: 30) { totalCount missing nodes { displayName emails { address } organisationUnit { name } wealth { total { pence } }
  plans { missing nodes { id type status owners { percentage } } } } } }`;

/** Breaks a record by putting these fields into it. */
function breakItem<T extends object>(store: Map<string, T>, index: number, fields: object): void {
  const [id, item] = [...store][index] ?? [];
  if (id !== undefined && item !== undefined) store.set(id, { ...item, ...fields });
}

describe('one broken record among good ones takes nothing else along', () => {
  test.each([
    ['a client without a usable name', 'clients', { lastName: { a: 1 } }, 'client.lastName'],
    ['a client whose unit is broken', 'clients', { organisationUnitId: { a: 1 } }, 'client.organisationUnitId'],
    ['a client whose e-mails are broken', 'clients', { emails: 'a@b.c' }, 'client.emails'],
    [
      'a finance with a broken percentage',
      'finances',
      { owners: [{ clientId: '7b0c1d2e-0000-4000-8000-000000000001', percentage: 'half' }] },
      'owners.percentage',
    ],
    ['a finance with a broken type', 'finances', { subType: { a: 1 } }, 'subType'],
    ['a finance with a broken status', 'finances', { status: [] }, 'status'],
  ] as const)('%s', async (_name, store, fields, told) => {
    const whole = await house.ask(QUERY);
    expect(whole.errors).toBeUndefined();
    breakItem(house.sandbox.data.dynamicPlanner[store] as Map<string, object>, 0, fields);
    const reply = await house.ask(QUERY);
    expect(reply.data.clients.missing).toEqual([]);
    expect(reply.data.clients.nodes.length).toBeGreaterThanOrEqual(29);
    const others = (text: string) => JSON.parse(text).data.clients.nodes.slice(-25);
    expect(others(reply.text)).toEqual(others(whole.text));
    expect(reply.errors?.length).toBeGreaterThan(0);
    for (const { message, extensions } of reply.errors ?? []) {
      expect(message).toContain(told);
      expect(extensions).toMatchObject({ code: 'UPSTREAM_INVALID_DATA', upstream: { system: 'DYNAMIC_PLANNER' } });
    }
  });

  test('a Plannr plan whose money is broken', async () => {
    const [uuid, plan] = [...house.sandbox.data.plannr.plans].find(([, { value }]) => value !== null) ?? [];
    if (uuid === undefined || plan === undefined) throw new Error('no plan');
    house.sandbox.data.plannr.plans.set(uuid, {
      ...plan,
      value: { amount: 'a lot', currency: 'GBP', formatted: '?' },
    } as unknown as typeof plan);
    const reply = await house.ask(
      '{ clients(first: 30) { nodes { plans { missing nodes { id currentValue { pence } } } } } }',
    );
    expect(reply.data.clients.nodes).toHaveLength(30);
    for (const { plans } of reply.data.clients.nodes) expect(plans.missing).toEqual([]);
    for (const { message } of reply.errors ?? [])
      expect(message).toBe('Plannr sent a plan.value that is not an amount of money.');
    expect(reply.errors?.length).toBeGreaterThan(0);
  });
});

test('conditions may have default values', async () => {
  const reply = await house.ask(
    'query ($x: Boolean = true, $n: Int = 2) { clients(first: $n) { nodes { id @include(if: $x) displayName @skip(if: $x) } } }',
  );
  expect(reply.errors).toBeUndefined();
  expect(Object.keys(reply.data.clients.nodes[0])).toEqual(['id']);
  const bad = await house.ask('query ($x: Boolean!) { clients(first: 1) { nodes { id @include(if: $x) } } }');
  expect(bad.status).toBe(400);
  expect(bad.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('a long list of wrong variables is refused without making an error for each', async () => {
  const ids = Array.from({ length: 100_000 }, () => null);
  const reply = await house.ask('query ($i: [ID!]!) { nodes(ids: $i) { id } }', { i: ids });
  expect(reply.status).toBe(400);
  expect(reply.text.length).toBeLessThan(100_000);
});

test.each([
  ['50 objects', `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`, 'BAD_USER_INPUT'],
  // These are refused before they are read at all.
  ['5,000 objects', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 'BAD_REQUEST'],
  ['50,000 lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'BAD_REQUEST'],
])('variables of %s within each other are refused', async (_name, value, code) => {
  const body = `{"query":"query ($f: ClientFilter) { clients(filter: $f) { totalCount } }","variables":{"f":${value}}}`;
  const reply = await fetch(`${house.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain(`"${code}"`);
});

test('a list that is longer than any argument takes is refused before anything is asked', async () => {
  house.clear();
  const units = Array.from({ length: 15_000 }, (_, n) => Buffer.from(`OrganisationUnit:d:${n}`).toString('base64url'));
  const query = 'query ($u: [ID!]) { clients(filter: { organisationUnitIds: $u }) { totalCount } }';
  expect((await house.ask(query, { u: units })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect((await house.ask(query, { u: units.slice(0, 201) })).errors?.[0]?.message).toContain('at most 200');
  expect(house.calls()).toEqual([]);
});

test('nothing is fetched twice in one operation', async () => {
  const query = `{ a: clients(first: 5) { totalCount nodes { id adviser { id } } } b: clients(first: 5) { nodes { displayName } } plans(first: 5) { totalCount nodes { id } }
    named: clients(filter: { nameContains: "a" }) { totalCount nodes { id } } employees(first: 100) { nodes { id } } }`;
  house.clear();
  expect((await house.ask(query)).errors).toBeUndefined();
  const made = house.calls().map(({ path, query: parameters }) => `${path} ${JSON.stringify(parameters)}`);
  expect(made.length).toBe(new Set(made).size);
});

describe('one policy whose owners the platforms disagree about', () => {
  test('is one plan for everyone, and counted once', async () => {
    const { dynamicPlanner: dp, plannr } = house.sandbox.data;
    const linked = dp.clients.all().filter(({ id }) => house.sandbox.data.plannrAccountsOf(id).length === 1);
    const [ann, bob] = linked;
    const finance = dp.finances.all().find(({ type, owners }) => type === 'investment' && owners.length === 1);
    const plan = plannr.plans.all().find(({ type }) => type === 'investment');
    if (ann === undefined || bob === undefined || finance === undefined || plan === undefined)
      throw new Error('nothing to try');
    const account = (id: string) => house.sandbox.data.plannrAccountsOf(id)[0]?.uuid ?? '';
    dp.finances.set(finance.id, {
      ...finance,
      reference: 'QQ-424242',
      owners: [{ clientId: ann.id, percentage: 100 }],
    });
    plannr.plans.set(plan.uuid, {
      ...plan,
      policy_number: 'qq 424242',
      accounts: [ann, bob].map(({ id }) => ({ account_uuid: account(id), ownership_percentage: 50 })),
    });
    const ids = [ann, bob].map(({ id }) => Buffer.from(`Client:d:${id}`).toString('base64url'));
    const planId = Buffer.from(`Plan:d:${finance.id}`).toString('base64url');
    const fields =
      'wealth { total { pence } byType { type value { pence } } } plans(first: 200, filter: { policyNumber: "QQ424242" }) { nodes { id sources { id } owners { percentage client { id } } discrepancies { field } } }';
    // Each alone, so that nobody else's plans are at hand.
    for (const id of ids) {
      const reply = await house.ask(`query ($id: ID!) { client(id: $id) { ${fields} } }`, { id });
      expect(reply.errors).toBeUndefined();
      expect(reply.data.client.plans.nodes).toEqual([
        {
          id: planId,
          sources: [{ id: finance.id }, { id: plan.uuid }],
          owners: [{ percentage: 100, client: { id: ids[0] } }],
          discrepancies: expect.arrayContaining([{ field: 'owners' }]),
        },
      ]);
    }
    const total = async () => {
      const reply = await house.ask(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { wealth { total { pence } } } } }',
        { ids },
      );
      return reply.data.nodes.reduce(
        (sum: number, { wealth }: { wealth: { total: { pence: number } } }) => sum + wealth.total.pence,
        0,
      );
    };
    const together = await total();
    plannr.plans.delete(plan.uuid);
    // Without Plannr's record the sum differs at most by which figure is the newest, never by a second share.
    const value = finance.latestHistoricalValuation?.value ?? 0;
    expect(Math.abs(together - (await total()))).toBeLessThan(value * 100 * 0.5);
  });
});

test('a person’s filter by co-owner tells nothing of people whom the caller may not see', async () => {
  const [person] = house.sandbox.data.dynamicPlanner.clients.all();
  const id = Buffer.from(`Client:d:${person?.id}`).toString('base64url');
  const stranger = Buffer.from('Client:d:7b0c1d2e-9999-4000-8000-000000000001').toString('base64url');
  const reply = await house.ask(
    'query ($id: ID!, $s: ID!) { client(id: $id) { plans(filter: { clientIds: [$s] }) { totalCount } } }',
    { id, s: stranger },
  );
  expect(reply.data.client.plans.totalCount).toBe(0);
});
