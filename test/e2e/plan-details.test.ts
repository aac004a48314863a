import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detailsTypeOf, FIELDS_OF } from '../../src/domains/plans/details/names.ts';
import { PLANNR_TYPES } from '../../src/domains/shared/plan.ts';
import type { PlannrPlan } from '../../src/sandbox/index.ts';
import { type House, startHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 } });
});
afterAll(() => house.stop());

/** Everything that the graph tells of every type. */
const ALL = PLANNR_TYPES.map((type) => {
  const fields = [...(FIELDS_OF.get(type) ?? [])].map(([name, { kind }]) => {
    if (kind === 'text') return name;
    return `${name} { ${kind === 'money' ? 'value { pence }' : `${kind}: value`} raw }`;
  });
  return `... on ${detailsTypeOf(type)} { ${fields.join(' ')} }`;
}).join('\n');
const QUERY = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Plan { sources { id } details { __typename ${ALL} } } } }`;

const planId = ({ uuid }: PlannrPlan) => Buffer.from(`Plan:p:${uuid}`).toString('base64url');
const plansOf = (type: string) =>
  house.sandbox.data.plannr.plans
    .all()
    .filter((plan) => plan.type === type)
    .slice(0, 20);

describe.each(PLANNR_TYPES)('a plan of type %s', (type) => {
  test('tells each of its fields as Plannr sent it', async () => {
    const plans = plansOf(type);
    expect(plans.length).toBeGreaterThan(0);
    const { data, errors } = await house.ask(QUERY, { ids: plans.map(planId) });
    expect(errors).toBeUndefined();
    const told = new Set<string>();
    for (const [index, plan] of plans.entries()) {
      const { details } = data.nodes[index];
      if (plan.fields === null) {
        expect(details).toBeNull();
        continue;
      }
      expect(details.__typename).toBe(detailsTypeOf(type));
      for (const [name, { name: wireName, kind }] of FIELDS_OF.get(type) ?? []) {
        const sent = plan.fields[wireName] ?? null;
        const raw = sent === null ? null : typeof sent === 'object' ? JSON.stringify(sent) : String(sent);
        if (kind === 'text') expect(details[name], wireName).toBe(raw);
        else expect(details[name]?.raw ?? null, wireName).toBe(raw);
        if (raw !== null) told.add(wireName);
        if (kind !== 'money' || details[name]?.value == null) continue;
        const amount = typeof sent === 'object' ? (sent as { amount: unknown }).amount : sent;
        expect(details[name].value.pence, wireName).toBe(Number(amount));
      }
    }
    // The sandbox has something to tell of every field.
    expect([...told].sort()).toEqual([...(FIELDS_OF.get(type)?.values() ?? [])].map(({ name }) => name).sort());
  });
});

test('what is shared is read through an interface, whatever the type', async () => {
  const plans = PLANNR_TYPES.flatMap((type) =>
    plansOf(type)
      .filter(({ fields }) => fields !== null)
      .slice(0, 1),
  );
  const { data, errors } = await house.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Plan { details {
      __typename ... on TermedDetails { termType } ... on InterestBearingDetails { interestRate { raw } } } } } }`,
    { ids: plans.map(planId) },
  );
  expect(errors).toBeUndefined();
  const having = (field: string) =>
    data.nodes.flatMap(({ details }: never) =>
      field in details ? [(details as { __typename: string }).__typename] : [],
    );
  expect(having('interestRate')).toEqual([
    'CashAccountDetails',
    'InvestmentDetails',
    'LoanCreditDetails',
    'MortgageDetails',
  ]);
  expect(having('termType')).toHaveLength(8);
});

test('details come with the plans, in no call of their own, and only where they are selected', async () => {
  const ask = async (selection: string) => {
    house.clear();
    const reply = await house.ask(`{ clients(first: 20) { nodes { plans { nodes { id ${selection} } } } } }`);
    expect(reply.errors).toBeUndefined();
    return house.calls();
  };
  const without = await ask('');
  const withThem = await ask('details { __typename }');
  expect(withThem.map(({ template }) => template).sort()).toEqual(without.map(({ template }) => template).sort());
  const includes = (calls: typeof without) =>
    calls.filter(({ template }) => template === '/api/v1/plans').map(({ query }) => query.include?.split(','));
  expect(includes(without).every((include) => !include?.includes('fields'))).toBe(true);
  expect(includes(withThem).length).toBeGreaterThan(0);
  expect(includes(withThem).every((include) => include?.includes('fields'))).toBe(true);
});

test('a policy that stands in both platforms has the details of Plannr', async () => {
  const { plannr, dynamicPlanner } = house.sandbox.data;
  const pair = house.sandbox.data.samePolicies.find(({ planUuid }) => plannr.plans.get(planUuid)?.fields);
  expect(dynamicPlanner.finances.get(pair?.financeId ?? '')).toBeDefined();
  const id = Buffer.from(`Plan:d:${pair?.financeId}`).toString('base64url');
  const { data } = await house.ask('query ($id: ID!) { plan(id: $id) { sources { system } details { __typename } } }', {
    id,
  });
  const type = plannr.plans.get(pair?.planUuid ?? '')?.type as (typeof PLANNR_TYPES)[number];
  expect(data.plan).toEqual({
    sources: [{ system: 'DYNAMIC_PLANNER' }, { system: 'PLANNR' }],
    details: { __typename: detailsTypeOf(type) },
  });
});
