import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { done, globalId, person, run, writesOf } from './writing.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 40 }, env: { CACHE: 'on' } });
});
afterAll(() => house.stop());

const store = () => house.sandbox.data.dynamicPlanner;
const unit = (place: number): string => store().organisationUnits.all()[place]?.id ?? '';
const idOf = (payload: { changes: { id: string }[] }): string => payload.changes[0]?.id ?? '';

/** The bodies that are stored, as the platform has them. */
const made = async (more: object = {}) => {
  const payload = await done(house, 'clientUpsert', person(unit(4), more));
  return { payload, id: idOf(payload), node: payload.client.id as string };
};

describe('a person', () => {
  test('keeps what is not given; null empties, and a list goes whole', async () => {
    const { id, node } = await made({
      title: 'Ms',
      middleNames: 'Ann',
      adviserId: globalId('Employee', store().employees.all()[0]?.id),
      phones: [{ number: '01', isPrimary: true }, { number: '02' }],
      emails: [{ address: 'nell@example.com' }],
    });
    const before = { ...store().clients.get(id) };
    await done(house, 'clientUpsert', { input: { id: node, lastName: 'Quinn' } });
    expect(store().clients.get(id)).toEqual({ ...before, lastName: 'Quinn', updatedAt: expect.any(String) });
    const { client } = await done(house, 'clientUpsert', {
      input: { id: node, middleNames: null, adviserId: null, phones: [{ number: '03', type: null }], emails: [] },
    });
    expect(store().clients.get(id)).toMatchObject({
      title: 'Ms',
      middleNames: null,
      adviserId: null,
      phones: [{ number: '03', type: null }],
      emails: [],
    });
    expect(client).toMatchObject({ name: { title: 'Ms', middle: null }, adviser: null, emails: [] });
    expect(client.phones).toMatchObject([{ number: '03' }]);
    expect(Object.keys(store().clients.get(id)?.phones?.[0] ?? {})).toEqual(['number', 'type']);
  });

  test('who stands in both platforms is written by either id, and Plannr stays as it is', async () => {
    const account = house.sandbox.data.plannr.accounts.all().find((one) => house.sandbox.data.dpClientOf(one) !== null);
    const id = account === undefined ? '' : (house.sandbox.data.dpClientOf(account) ?? '');
    const before = JSON.stringify(account);
    house.clear();
    const node = Buffer.from(`Client:p:${account?.uuid}`).toString('base64url');
    const payload = await done(house, 'clientUpsert', { input: { id: node, title: 'Prof' } });
    expect(payload.client.id).toBe(globalId('Client', id));
    expect(store().clients.get(id)?.title).toBe('Prof');
    expect(writesOf(house)).toEqual([`PUT /crm/v1/clients/${id}`]);
    expect(JSON.stringify(house.sandbox.data.plannr.accounts.get(account?.uuid ?? ''))).toBe(before);
  });

  test('of Plannr alone can not be written, and of nobody neither', async () => {
    house.clear();
    const [alone] = house.sandbox.data.plannrAlone();
    const node = Buffer.from(`Client:p:${alone?.uuid}`).toString('base64url');
    const { payload } = await run(house, 'clientUpsert', { input: { id: node, title: 'Prof' } });
    expect(payload?.userErrors).toMatchObject([{ path: ['input', 'id'], code: 'BAD_USER_INPUT' }]);
    const missing = await run(house, 'clientUpsert', { input: { id: globalId('Client', 'nobody'), title: 'Prof' } });
    expect(missing.payload).toMatchObject({ client: null, changes: [], userErrors: [{ path: ['input', 'id'] }] });
    expect(writesOf(house)).toEqual([]);
  });
});

describe('one key', () => {
  test('makes one person, however often it comes, and at once', async () => {
    const variables = person(unit(4));
    const payloads = await Promise.all([1, 2, 3, 4].map(() => done(house, 'clientUpsert', variables)));
    const again = await done(house, 'clientUpsert', variables);
    expect(new Set([...payloads, again].map(idOf)).size).toBe(1);
    expect(
      store()
        .clients.all()
        .filter(({ id }) => id === idOf(again)),
    ).toHaveLength(1);
  });

  test('makes the same person at another gateway, and after a restart', async () => {
    const variables = person(unit(4));
    const first = await done(house, 'clientUpsert', variables);
    // Nothing is shared with the first one but the platforms: no Redis, another folder.
    const other = await startHouse({ beside: house });
    try {
      expect(idOf(await done(other, 'clientUpsert', variables))).toBe(idOf(first));
    } finally {
      await other.stop();
    }
  });

  test('makes another thing of each kind', async () => {
    const key = 'one-key';
    const people = await done(house, 'clientUpsert', person(unit(4), { idempotencyKey: key }));
    const employee = await done(house, 'employeeUpsert', {
      input: {
        idempotencyKey: key,
        firstName: 'Ines',
        lastName: 'F',
        organisationUnitIds: [globalId('OrganisationUnit', unit(4))],
      },
    });
    expect(idOf(employee)).not.toBe(idOf(people));
  });

  test('of a tie belongs to the two people: for others it makes another one, and moves none', async () => {
    const [a, b, c] = (await Promise.all([made(), made(), made()])).map(({ node }) => node);
    const input = { idempotencyKey: 'tie', type: 'Marriage' };
    const one = await done(house, 'relationshipUpsert', { input: { ...input, clientIds: [a, b] } });
    const same = await done(house, 'relationshipUpsert', { input: { ...input, clientIds: [b, a] } });
    const other = await done(house, 'relationshipUpsert', { input: { ...input, clientIds: [b, c] } });
    expect(idOf(same)).toBe(idOf(one));
    expect(idOf(other)).not.toBe(idOf(one));
    expect(
      store()
        .relationships.get(idOf(one))
        ?.clientIds.map((id) => globalId('Client', id))
        .sort(),
    ).toEqual([a, b].sort());
  });
});

describe('a tie', () => {
  test('is seen from both sides, is changed by either id, and is deleted once', async () => {
    const [one, other] = [await made(), await made()];
    const { relationship } = await done(house, 'relationshipUpsert', {
      input: { idempotencyKey: 'tie-2', type: 'Marriage', clientIds: [one.node, other.node], startedOn: '2020-01-01' },
    });
    expect(relationship).toMatchObject({ type: 'Marriage', startedOn: '2020-01-01', client: { id: other.node } });
    expect(relationship.client.relationships).toEqual([{ type: 'Marriage', client: { id: one.node } }]);
    const mirrored = Buffer.from(relationship.id, 'base64url').toString().split(':');
    const fromOther = globalId('Relationship', `${other.id}:${mirrored.at(-1)}`);
    const changed = await done(house, 'relationshipUpsert', { input: { id: fromOther, startedOn: null } });
    expect(changed.relationship).toMatchObject({ id: fromOther, type: 'Marriage', startedOn: null });
    const gone = await done(house, 'relationshipDelete', { id: relationship.id });
    expect(gone.changes).toHaveLength(1);
    house.clear();
    const twice = await done(house, 'relationshipDelete', { id: fromOther });
    expect(twice).toMatchObject({ deletedId: fromOther, changes: [] });
    expect(writesOf(house)).toEqual([]);
    const { data } = await house.ask('query ($id: ID!) { client(id: $id) { relationships { id } } }', { id: one.node });
    expect(data.client.relationships).toEqual([]);
  });
});

describe('an employee', () => {
  test('keeps what is not given', async () => {
    const ids = [4, 5].map((place) => globalId('OrganisationUnit', unit(place)));
    const { employee } = await done(house, 'employeeUpsert', {
      input: {
        idempotencyKey: 'joiner',
        firstName: 'Ines',
        lastName: 'F',
        email: 'i@example.com',
        organisationUnitIds: ids,
        licences: [{ product: 'a', isActive: true }],
      },
    });
    const changed = await done(house, 'employeeUpsert', { input: { id: employee.id, role: 'adviser', email: null } });
    expect(changed.employee).toMatchObject({
      firstName: 'Ines',
      role: 'adviser',
      email: null,
      organisationUnits: ids.map((id) => ({ id })),
      licences: [{ product: 'a', isActive: true, expiresOn: null }],
    });
  });
});

describe('a finance', () => {
  const owned = async (more: object) => {
    const { node, id } = await made();
    const payload = await done(house, 'financeUpsert', {
      input: { idempotencyKey: `f-${id}`, owners: [{ clientId: node }], ...more },
    });
    return { payload, node, person: id, id: idOf(payload) };
  };

  test.each([
    [
      'INCOME',
      { amount: { decimal: '5200' }, frequency: 'monthly', isGross: true, startsOn: '2019-05-01' },
      { amount: 5200, isGross: true },
    ],
    [
      'EXPENDITURE',
      { amount: { pence: 210001 }, frequency: 'weekly', endsOn: null },
      { amount: 2100.01, endsOn: null },
    ],
    ['ASSET', { value: { pence: 52500000 }, valuedOn: '2026-03-31' }, { value: 525000, valuedOn: '2026-03-31' }],
    [
      'LIABILITY',
      {
        outstandingBalance: { decimal: '141000.5' },
        interestRate: '4.15',
        payment: { amount: { pence: 91000 }, frequency: 'monthly' },
      },
      { outstandingBalance: 141000.5, interestRate: 4.15, payment: { amount: 910, frequency: 'monthly' } },
    ],
    [
      'PROTECTION',
      { sumAssured: { pence: 25000000 }, premium: { amount: { decimal: '31.40' }, frequency: 'monthly' } },
      { sumAssured: 250000, premium: { amount: 31.4 } },
    ],
    [
      'INVESTMENT',
      {
        status: 'PROPOSED',
        provider: { id: 'p', name: 'Aviva' },
        currency: 'EUR',
        transactions: [{ kind: 'buy', tradedOn: '2026-01-02', amount: { pence: 1 }, units: '0.5' }],
      },
      {
        status: 'proposed',
        provider: { name: 'Aviva' },
        currency: 'EUR',
        transactions: [{ amount: 0.01, units: 0.5 }],
      },
    ],
    [
      'PENSION',
      { policyNumber: 'P-1', cashflows: [{ kind: 'withdrawal', amount: { pence: 5 }, frequency: 'monthly' }] },
      { reference: 'P-1', cashflows: [{ amount: 0.05 }] },
    ],
  ])('of type %s goes as it is given', async (type, given, stored) => {
    const { payload, id, node } = await owned({ type, name: 'Thing', ...given });
    expect(store().finances.get(id)).toMatchObject({ type: type.toLowerCase(), name: 'Thing', ...stored });
    const isPlan = type !== 'INCOME' && type !== 'EXPENDITURE';
    expect(payload.plan?.id ?? null).toBe(isPlan ? payload.financeId : null);
    expect(payload.owners).toMatchObject([{ id: node }]);
    if (isPlan) expect(payload.owners[0].plans.nodes).toContainEqual({ id: payload.financeId });
    const changed = await done(house, 'financeUpsert', { input: { id: payload.financeId, name: 'Other' } });
    expect(changed.financeId).toBe(payload.financeId);
    expect(store().finances.get(id)).toMatchObject({ name: 'Other', ...stored });
    const gone = await done(house, 'financeDelete', { id: payload.financeId });
    expect(gone.changes).toMatchObject([{ id }]);
    expect(store().finances.has(id)).toBe(false);
    expect(await done(house, 'financeDelete', { id: payload.financeId })).toMatchObject({ changes: [] });
  });

  test('has percentages that go to the hundredth, and may make just 100', async () => {
    const others = (await Promise.all([made(), made()])).map(({ node }) => node);
    const { id, node } = await made();
    const shares = ['33.34', '33.33', '33.330'];
    const { plan, changes } = await done(house, 'financeUpsert', {
      input: {
        idempotencyKey: `shares-${id}`,
        type: 'INVESTMENT',
        name: 'ISA',
        owners: [node, ...others].map((clientId, index) => ({ clientId, percentage: shares[index] })),
        holdings: [{ name: 'Fund', percentage: '66.67' }, { name: 'Cash' }],
      },
    });
    const stored = store().finances.get(changes[0]?.id ?? '');
    expect(stored?.owners.map(({ percentage }) => percentage)).toEqual([33.34, 33.33, 33.33]);
    expect(stored?.holdings).toEqual([{ name: 'Fund', percentage: 66.67 }, { name: 'Cash' }]);
    expect(plan.owners.map(({ percentage }: { percentage: number }) => percentage)).toEqual([33.34, 33.33, 33.33]);
  });

  test('has references and characteristics that are read back, whole lists of them', async () => {
    const marks = [
      { name: 'wrapper', value: { text: 'onshore' } },
      { name: 'retirement_age', value: { number: '67.5' } },
      { name: 'in_drawdown', value: { flag: false } },
      { name: 'note', value: null },
    ];
    const given = { type: 'PENSION', name: 'SIPP', policyNumber: 'P-77', contractReference: 'C-77' };
    const { payload, id } = await owned({ ...given, characteristics: marks });
    expect(store().finances.get(id)).toMatchObject({
      reference: 'P-77',
      contractReference: 'C-77',
      characteristics: [
        { name: 'wrapper', value: 'onshore' },
        { name: 'retirement_age', value: 67.5 },
        { name: 'in_drawdown', value: false },
        { name: 'note', value: null },
      ],
    });
    const read = (plan: Record<string, unknown>) => [plan.contractReference, plan.financeDetails];
    expect(read(payload.plan)).toMatchObject([
      'C-77',
      {
        characteristics: [
          { name: 'wrapper', value: 'onshore' },
          { name: 'retirement_age', value: '67.5' },
          { name: 'in_drawdown', value: 'false' },
          { name: 'note', value: null },
        ],
      },
    ]);
    const change = async (input: object) =>
      read((await done(house, 'financeUpsert', { input: { id: payload.financeId, ...input } })).plan);
    expect(await change({ contractReference: null })).toMatchObject([null, { characteristics: { length: 4 } }]);
    expect(await change({ characteristics: marks.slice(0, 1) })).toMatchObject([
      null,
      { characteristics: [{ name: 'wrapper', value: 'onshore' }] },
    ]);
    expect(await change({ characteristics: [] })).toMatchObject([null, { characteristics: [] }]);
  });

  test('has a fund breakdown that follows from the holdings that are written', async () => {
    const holding = { isin: 'GB00B41YBW71', name: 'Global equity fund' };
    const { payload } = await owned({
      type: 'INVESTMENT',
      name: 'ISA',
      holdings: [
        { ...holding, value: { pence: 100_00 } },
        { ...holding, value: { pence: 50_01 } },
      ],
    });
    expect(payload.plan.fundBreakdown).toMatchObject([{ isin: holding.isin, value: { pence: 150_01 } }]);
  });

  test('that changes hands leaves the one list and comes into the other', async () => {
    const { payload, node } = await owned({ type: 'ASSET', name: 'Boat', value: { pence: 100 } });
    const other = await made();
    const plans = async (id: string) => {
      const { data } = await house.ask(
        'query ($id: ID!) { client(id: $id) { plans { nodes { name } } wealth { total { pence } } } }',
        { id },
      );
      return data.client;
    };
    expect((await plans(node)).plans.nodes).toEqual([{ name: 'Boat' }]);
    expect((await plans(other.node)).plans.nodes).toEqual([]);
    await done(house, 'financeUpsert', {
      input: { id: payload.financeId, owners: [{ clientId: other.node, percentage: '100' }] },
    });
    expect((await plans(node)).plans.nodes).toEqual([]);
    expect(await plans(other.node)).toMatchObject({
      plans: { nodes: [{ name: 'Boat' }] },
      wealth: { total: { pence: 100 } },
    });
  });

  test('that is one with a policy of Plannr is written in Dynamic Planner only', async () => {
    const policy = house.sandbox.data.samePolicies[0];
    const plan = house.sandbox.data.plannr.plans.get(policy?.planUuid ?? '');
    const before = JSON.stringify(plan);
    house.clear();
    const id = Buffer.from(`Plan:p:${plan?.uuid}`).toString('base64url');
    const payload = await done(house, 'financeUpsert', { input: { id, growthMethod: 'cpi' } });
    expect(payload.changes).toEqual([{ system: 'DYNAMIC_PLANNER', resource: 'finance', id: policy?.financeId }]);
    expect(writesOf(house)).toEqual([`PUT /finances/v1/finances/${policy?.financeId}`]);
    expect(JSON.stringify(house.sandbox.data.plannr.plans.get(plan?.uuid ?? ''))).toBe(before);
  });

  test('has valuations that are recorded and changed', async () => {
    const { payload, id, node, person } = await owned({ type: 'INVESTMENT', name: 'ISA' });
    const planId = payload.financeId;
    const record = (input: object) => done(house, 'valuationRecord', { input: { planId, ...input } });
    const first = await record({ idempotencyKey: 'v1', valuedOn: '2026-11-01', value: { decimal: '100.01' } });
    expect(first).toMatchObject({
      valuation: { valuedOn: '2026-11-01', value: { pence: 10001, currency: 'GBP' } },
      plan: { id: planId, currentValue: { pence: 10001 } },
    });
    const second = await record({ idempotencyKey: 'v2', valuedOn: '2026-11-02', value: { pence: 9000 } });
    expect(second.plan.valuations.nodes.map(({ value }: { value: { pence: number } }) => value.pence)).toEqual([
      9000, 10001,
    ]);
    expect((await record({ idempotencyKey: 'v2', valuedOn: '2026-11-02', value: { pence: 9000 } })).changes).toEqual(
      second.changes,
    );
    const changed = await record({ id: second.valuation.id, value: { pence: 9100 } });
    expect(changed.plan).toMatchObject({ currentValue: { pence: 9100 }, latestValuation: { valuedOn: '2026-11-02' } });
    expect(store().valuations.of(id)).toHaveLength(2);
    const valued = 'query ($id: ID!) { plan(id: $id) { valuations(first: 9) { nodes { id } } } }';
    expect((await house.ask(valued, { id: planId })).data.plan.valuations.nodes).toHaveLength(2);
    const foreign = await run(house, 'valuationRecord', {
      input: { planId, id: globalId('Valuation', `${id}:nothing`), value: { pence: 1 } },
    });
    expect(foreign.payload?.userErrors).toMatchObject([{ path: ['input', 'id'], code: 'UNKNOWN_REFERENCE' }]);
    // Made again by the same key it has the same id, and nothing of what it was.
    await done(house, 'financeDelete', { id: planId });
    const owners = [{ clientId: node }];
    const again = { idempotencyKey: `f-${person}`, type: 'INVESTMENT', name: 'ISA', owners };
    expect((await done(house, 'financeUpsert', { input: again })).financeId).toBe(planId);
    expect((await house.ask(valued, { id: planId })).data.plan.valuations.nodes).toEqual([]);
  });
});

describe('several fields of one operation', () => {
  test('are done one after the other, and each sees what the ones before have done', async () => {
    const { node } = await made({ lastName: 'Zero' });
    const reply = await house.ask(
      `mutation ($id: ID!) {
        a: clientUpsert(input: { id: $id, lastName: "One" }) { client { displayName } }
        b: clientUpsert(input: { id: $id, lastName: "Two" }) { client { displayName } }
        c: clientUpsert(input: { id: $id, title: "Dr" }) { client { displayName name { title } } }
      }`,
      { id: node },
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toMatchObject({
      a: { client: { displayName: 'Nell One' } },
      b: { client: { displayName: 'Nell Two' } },
      c: { client: { displayName: 'Nell Two', name: { title: 'Dr' } } },
    });
  });
});
