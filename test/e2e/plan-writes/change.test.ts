import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlannrPlan } from '../../../src/sandbox/index.ts';
import { type House, startHouse } from '../harness.ts';
import { alone, CREATE, clientId, faults, least, OWN, planId, sent, UPDATE, VALUE } from './field.ts';

let house: House;
let uuid: string;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 }, env: { CACHE: 'on', COST_PER_MINUTE: '1000000000' } });
});
afterAll(() => house.stop());

const make = async (more: object = {}): Promise<string> => {
  const reply = await house.ask(CREATE, { input: least(house, more) });
  expect(reply.data.planCreate.userErrors).toEqual([]);
  return reply.data.planCreate.changes[0].id;
};
beforeEach(async () => {
  uuid = await make({ details: { pension: { termAge: '60', reason: 'Before' } }, policyNumber: 'P-1' });
  house.clear();
});

const stored = (id = uuid): PlannrPlan | undefined => house.sandbox.data.plannr.plans.get(id);
const update = (more: object) => house.ask(UPDATE, { input: { id: planId('p', uuid), ...more } });

describe('planUpdate', () => {
  test('changes what is given, empties what is null, and leaves the rest', async () => {
    const before = stored();
    const reply = await update({
      name: 'After',
      policyNumber: null,
      details: { pension: { reason: null, waiver: true } },
    });
    expect(reply.data.planUpdate).toEqual({
      plan: { id: planId('p', uuid), name: 'After' },
      changes: [{ system: 'PLANNR', resource: 'plan', id: uuid }],
      userErrors: [],
    });
    expect(stored()).toEqual({
      ...before,
      name: 'After',
      policy_number: null,
      fields: { term_age: 60, reason: null, waiver: true },
      updated_at: stored()?.updated_at,
    });
    expect(sent(house).map(({ method, template }) => `${method} ${template}`)).toEqual(['PUT /api/v1/plans/{uuid}']);
  });

  test('is seen by whoever reads next, also where the answer was kept', async () => {
    const query = 'query ($id: ID!) { plan(id: $id) { name details { ... on PensionDetails { reason } } } }';
    const read = async () => (await house.ask(query, { id: planId('p', uuid) })).data.plan;
    expect(await read()).toEqual({ name: 'Made by a test', details: { reason: 'Before' } });
    await read();
    await update({ name: 'Seen', details: { pension: { reason: 'After' } } });
    expect(await read()).toEqual({ name: 'Seen', details: { reason: 'After' } });
  });

  test('is sent as often as it is asked for: no answer of a mutation is kept', async () => {
    for (const _ of [1, 2, 3, 4]) expect(faults(await update({ name: 'Again' }), 'planUpdate')).toEqual([]);
    expect(sent(house)).toHaveLength(4);
  });

  test('knows the status that the plan has', async () => {
    expect(faults(await update({ inactiveReason: 'LAPSED' }), 'planUpdate')).toEqual([
      ['input.inactiveReason', 'NOT_ALLOWED'],
    ]);
    expect(faults(await update({ status: 'INACTIVE', inactiveReason: 'LAPSED' }), 'planUpdate')).toEqual([]);
    expect(faults(await update({ inactiveReason: 'MATURED' }), 'planUpdate')).toEqual([]);
    expect(stored()).toMatchObject({ status: 'inactive', inactive_reason: 'matured' });
  });

  test.each([
    ['a field that another type has', { details: { mortgage: { reason: 'x' } } }, undefined],
    [
      'details of another type',
      { details: { mortgage: { onRisk: true } } },
      [['input.details.mortgage', 'WRONG_TYPE']],
    ],
    ['no name', { name: null }, [['input.name', 'REQUIRED']]],
    ['nothing', {}, [['input', 'REQUIRED']]],
    ['a group scheme of a person', { isGroupScheme: true }, [['input.isGroupScheme', 'NOT_ALLOWED']]],
  ])('refuses %s', async (_what, more, wanted) => {
    const reply = await update(more);
    if (wanted === undefined) expect(reply.status).toBe(400);
    else expect(faults(reply, 'planUpdate')).toEqual(wanted);
    expect(sent(house)).toEqual([]);
  });

  test('of a finance that Plannr has not says so, of one that it has changes Plannr alone', async () => {
    const { dynamicPlanner, plannr, samePolicies } = house.sandbox.data;
    const twins = new Set(samePolicies.map(({ financeId }) => financeId));
    const single = dynamicPlanner.finances.all().find(({ id, type }) => type === 'asset' && !twins.has(id));
    const apart = await house.ask(UPDATE, { input: { id: planId('d', single?.id), name: 'x' } });
    expect(faults(apart, 'planUpdate')).toEqual([['input.id', 'NOT_IN_PLANNR']]);
    const pair = samePolicies.find(({ disagreement }) => disagreement === null);
    const finance = dynamicPlanner.finances.get(pair?.financeId ?? '');
    house.clear();
    const both = await house.ask(UPDATE, { input: { id: planId('d', pair?.financeId), proposalReference: 'PR-9' } });
    expect(both.data.planUpdate).toMatchObject({
      plan: { id: planId('d', pair?.financeId) },
      changes: [{ system: 'PLANNR', resource: 'plan', id: pair?.planUuid }],
      userErrors: [],
    });
    expect(plannr.plans.get(pair?.planUuid ?? '')?.proposal_reference).toBe('PR-9');
    expect(dynamicPlanner.finances.get(pair?.financeId ?? '')).toEqual(finance);
    expect(sent(house)).toHaveLength(1);
  });

  test('of a plan of a type that is none of the ten changes what all plans have, and no details', async () => {
    const [odd] = house.sandbox.data.oddities.unknownPlanType;
    const change = (more: object) => house.ask(UPDATE, { input: { id: planId('p', odd), ...more } });
    const refused = await change({ details: { annuity: {} } });
    expect(faults(refused, 'planUpdate')).toEqual([['input.details.annuity', 'WRONG_TYPE']]);
    expect(refused.text).toContain('none of the ten');
    expect(faults(await change({ proposalReference: 'PR-10' }), 'planUpdate')).toEqual([]);
    expect(stored(odd)?.proposal_reference).toBe('PR-10');
  });

  test('of a plan that is being deleted is told as a conflict', async () => {
    house.sandbox.data.plannr.plansBeingDeleted.add(uuid);
    expect(faults(await update({ name: 'x' }), 'planUpdate')).toEqual([['input', 'CONFLICT']]);
  });
});

describe('planOwnershipUpdate', () => {
  test('sets the owners and nothing else, and old and new owners see it', async () => {
    const [old, next] = [alone(house), alone(house, 'individual', 1)];
    const has = async (owner: string) => {
      const { data } = await house.ask('query ($id: ID!) { client(id: $id) { plans(first: 200) { nodes { id } } } }', {
        id: clientId('p', owner),
      });
      return data.client.plans.nodes.some(({ id }: { id: string }) => id === planId('p', uuid));
    };
    expect([await has(old), await has(next)]).toEqual([true, false]);
    const before = stored();
    house.clear();
    const owners = [{ clientId: clientId('p', next), percentage: '33.33' }];
    const reply = await house.ask(OWN, { input: { id: planId('p', uuid), owners } });
    expect(reply.data.planOwnershipUpdate).toEqual({
      plan: { owners: [{ percentage: 33.33, client: { id: clientId('p', next) } }] },
      changes: [{ system: 'PLANNR', resource: 'plan', id: uuid }],
      userErrors: [],
    });
    expect(sent(house).map(({ method, template }) => `${method} ${template}`)).toEqual([
      'PUT /api/v1/plans/{uuid}/ownership',
    ]);
    expect(stored()).toEqual({
      ...before,
      accounts: [{ account_uuid: next, ownership_percentage: 33.33 }],
      client: { uuid: next },
      updated_at: stored()?.updated_at,
    });
    expect([await has(old), await has(next)]).toEqual([false, true]);
  });

  test('refuses what can not be', async () => {
    const set = async (owners: object[]) =>
      faults(await house.ask(OWN, { input: { id: planId('p', uuid), owners } }), 'planOwnershipUpdate');
    const owner = { clientId: clientId('p', alone(house)) };
    expect(await set([])).toEqual([['input.owners', 'OUT_OF_RANGE']]);
    expect(await set([{ ...owner, percentage: '12.345' }])).toEqual([['input.owners.0.percentage', 'BAD_USER_INPUT']]);
    expect(await set([owner, owner])).toEqual([['input.owners.1', 'DUPLICATE']]);
    expect(sent(house)).toEqual([]);
  });
});

describe('planValuationsRecord', () => {
  const record = (valuations: object[], idempotencyKey: string = randomUUID()) =>
    house.ask(VALUE, { input: { idempotencyKey, valuations } });
  const valued = (pence: number, valuedOn: string, id = uuid) => ({
    planId: planId('p', id),
    value: { pence },
    valuedOn,
  });

  test('records values that the next read shows', async () => {
    const reply = await record([valued(100, '2026-10-01'), valued(12_345, '2026-11-01')]);
    expect(reply.errors).toBeUndefined();
    expect(reply.data.planValuationsRecord).toMatchObject({
      plans: [{ id: planId('p', uuid), currentValue: { pence: 12_345 } }],
      userErrors: [],
    });
    const recorded = house.sandbox.data.plannr.valuations.of(uuid).map(({ uuid: id }) => id);
    expect(reply.data.planValuationsRecord.changes.map(({ id }: { id: string }) => id).sort()).toEqual(
      recorded.toSorted(),
    );
  });

  test('splits more than 1,000, in order, and sends no lot twice under one key', async () => {
    const many = Array.from({ length: 2_300 }, (_, index) => valued(index, '2026-10-01'));
    const key = randomUUID();
    house.clear();
    const reply = await record(many, key);
    expect(reply.errors).toBeUndefined();
    expect(reply.data.planValuationsRecord.userErrors).toEqual([]);
    expect(reply.data.planValuationsRecord.changes).toHaveLength(2_300);
    expect(sent(house)).toHaveLength(3);
    expect(house.sandbox.data.plannr.valuations.of(uuid)).toHaveLength(2_300);
    const again = await record(many, key);
    expect(again.data.planValuationsRecord).toEqual(reply.data.planValuationsRecord);
    expect(sent(house)).toHaveLength(3);
  });

  test('tells what was recorded where a later lot is refused, and goes on from there', async () => {
    const many = Array.from({ length: 2_001 }, (_, index) => valued(index, '2026-10-01'));
    const key = randomUUID();
    const refuse = house.sandbox.plannr.addFault({
      kind: 'status',
      path: /bulk/,
      status: 422,
      body: { message: 'x', errors: { 'valuations.7.valued_at': ['The date is invalid.'] } },
    });
    const nothing = await record(many, key);
    expect(faults(nothing, 'planValuationsRecord')).toEqual([['input.valuations.7.valuedOn', 'INVALID']]);
    expect(nothing.data.planValuationsRecord.changes).toEqual([]);
    refuse();
    // The first two lots pass, a millisecond late, and the third does not.
    house.sandbox.plannr.addFault({ kind: 'hang', path: /bulk/, delayMs: 1, times: 2 });
    const refuseThird = house.sandbox.plannr.addFault({
      kind: 'status',
      path: /bulk/,
      status: 422,
      body: { message: 'x', errors: { 'valuations.0.value': ['The value is invalid.'] } },
    });
    const partly = await record(many, 'half');
    expect(faults(partly, 'planValuationsRecord')).toEqual([['input.valuations.2000.value', 'INVALID']]);
    expect(partly.data.planValuationsRecord.changes).toHaveLength(2_000);
    expect(partly.data.planValuationsRecord.plans).toHaveLength(1);
    refuseThird();
    house.clear();
    const whole = await record(many, 'half');
    expect(whole.data.planValuationsRecord.userErrors).toEqual([]);
    expect(whole.data.planValuationsRecord.changes).toHaveLength(2_001);
    expect(sent(house)).toHaveLength(1);
  });

  test('asks for all plans together, whatever platform their ids are of', async () => {
    const others = await Promise.all([make(), make(), make()]);
    const pair = house.sandbox.data.samePolicies.find(({ disagreement }) => disagreement === null);
    house.clear();
    const reply = await record([
      ...others.map((id, index) => valued(index, '2026-10-01', id)),
      { planId: planId('d', pair?.financeId), value: { decimal: '1.99' }, valuedOn: '2026-11-02' },
    ]);
    expect(reply.data.planValuationsRecord.userErrors).toEqual([]);
    expect(reply.data.planValuationsRecord.plans.map(({ id }: { id: string }) => id)).toEqual([
      ...others.map((id) => planId('p', id)),
      planId('d', pair?.financeId),
    ]);
    expect(house.sandbox.data.plannr.plans.get(pair?.planUuid ?? '')?.value?.amount).toBe(199);
    const reads = house.calls().filter(({ method, template }) => method === 'GET' && template === '/api/v1/plans');
    expect(reads.filter(({ query }) => query['filter[uuid]']?.includes(others[0] ?? '')).length).toBeLessThanOrEqual(2);
  });

  describe('of sub-accounts', () => {
    const withSubAccount = async (account: string): Promise<string> => {
      const id = await make();
      const sub_accounts = [{ uuid: account, name: 'Cash', policy_number: null }];
      house.sandbox.data.plannr.plans.set(id, { ...(stored(id) as PlannrPlan), sub_accounts });
      return id;
    };
    const readsWith = (include: string) => house.calls().filter(({ query }) => query.include?.includes(include));

    test('are recorded where each is one of its plan, which takes one read', async () => {
      const [one, other] = [await withSubAccount('cash-1'), await withSubAccount('cash-2')];
      house.clear();
      const reply = await record([
        { ...valued(100, '2026-10-01', one), subAccountId: 'cash-1' },
        { ...valued(200, '2026-10-02', other), subAccountId: 'cash-2' },
        { ...valued(300, '2026-10-03', one), subAccountId: null },
      ]);
      expect(reply.errors).toBeUndefined();
      expect(faults(reply, 'planValuationsRecord')).toEqual([]);
      expect(house.sandbox.data.plannr.valuations.of(one).map(({ sub_account }) => sub_account?.uuid ?? null)).toEqual(
        expect.arrayContaining(['cash-1', null]),
      );
      expect(readsWith('sub_accounts')).toHaveLength(1);
    });

    test('are refused where any is of another plan or of none, and nothing is sent', async () => {
      const [one, other] = [await withSubAccount('cash-1'), await withSubAccount('cash-2')];
      house.clear();
      const reply = await record([
        { ...valued(1, '2026-10-01', one), subAccountId: 'cash-1' },
        { ...valued(1, '2026-10-01', one), subAccountId: 'cash-2' },
        { ...valued(1, '2026-10-01', other), subAccountId: '' },
        { ...valued(1, '2026-10-01'), subAccountId: 'cash-1' },
      ]);
      expect(faults(reply, 'planValuationsRecord')).toEqual(
        [1, 2, 3].map((index) => [`input.valuations.${index}.subAccountId`, 'UNKNOWN_REFERENCE']),
      );
      expect(sent(house)).toEqual([]);
    });

    test('are not asked for where none is given', async () => {
      expect(faults(await record([valued(1, '2026-10-01')]), 'planValuationsRecord')).toEqual([]);
      expect(readsWith('sub_accounts')).toEqual([]);
    });

    test('are not guessed where Plannr can not be asked', async () => {
      const id = await withSubAccount('cash-1');
      house.clear();
      const valuation = { ...valued(1, '2026-10-01', id), subAccountId: 'cash-1' };
      house.sandbox.data.plannr.plans.set(id, { ...(stored(id) as PlannrPlan), sub_accounts: 'none' as never });
      const reply = await record([valuation]);
      expect(reply.data.planValuationsRecord).toBeNull();
      expect(reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_INVALID_DATA');
      expect(sent(house)).toEqual([]);
    });
  });

  test.each([
    ['none', () => [], 'input.valuations', 'OUT_OF_RANGE'],
    [
      'an id that is none',
      () => [{ ...valued(1, '2026-10-01'), planId: 'x' }],
      'input.valuations.0.planId',
      'BAD_USER_INPUT',
    ],
    [
      'no such plan',
      () => [valued(1, '2026-10-01'), valued(1, '2026-10-01', 'none')],
      'input.valuations.1.planId',
      'UNKNOWN_REFERENCE',
    ],
    [
      'too many decimals',
      () => [{ ...valued(1, '2026-10-01'), value: { decimal: '1.999' } }],
      'input.valuations.0.value',
      'BAD_USER_INPUT',
    ],
  ])('refuses %s, and nothing is sent', async (_what, valuations, path, code) => {
    house.clear();
    expect(faults(await record(valuations()), 'planValuationsRecord')).toEqual([[path, code]]);
    expect(sent(house)).toEqual([]);
  });

  test.each(['', ' ', 'x'.repeat(201)])('refuses a key that is none', async (key) => {
    house.clear();
    expect(faults(await record([valued(1, '2026-10-01')], key), 'planValuationsRecord')).toEqual([
      ['input.idempotencyKey', 'OUT_OF_RANGE'],
    ]);
    expect(house.calls()).toEqual([]);
  });

  test('costs by how many there are', async () => {
    const cost = async (count: number) =>
      (await record(Array.from({ length: count }, () => valued(1, '2026-10-01')))).extensions.cost as {
        requested: number;
      };
    const [few, many] = [await cost(1), await cost(500)];
    expect(many.requested).toBeGreaterThan(few.requested + 499 * 5);
  });
});
