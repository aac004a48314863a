import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detailsTypeOf, graphName } from '../../../src/domains/plans/details/names.ts';
import { PLANNR_TYPES } from '../../../src/domains/shared/plan.ts';
import { INACTIVE_REASONS } from '../../../src/sandbox/plannr/plan-types.ts';
import { type House, startHouse } from '../harness.ts';
import {
  alone,
  bodies,
  CREATE,
  clientId,
  faults,
  fullDetails,
  least,
  planId,
  selection,
  sent,
  UPDATE,
} from './field.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 }, env: { CACHE: 'on', COST_PER_MINUTE: '1000000000' } });
});
afterAll(() => house.stop());

/** What is read of an owner. */
interface Owned {
  readonly percentage: number;
}

const stored = (id: string) => house.sandbox.data.plannr.plans.get(id);
const create = (more: object) => house.ask(CREATE, { input: least(house, more) });

describe.each(PLANNR_TYPES)('a full %s', (type) => {
  test('comes back as it was given', async () => {
    const { plannr } = house.sandbox.data;
    const business = alone(house, 'business');
    const other = alone(house);
    const [provider] = plannr.providers.values();
    const [adviser] = plannr.accounts.by('type', 'employee');
    const [wrap] = plannr.plans.by('client', other);
    const [circle] = plannr.circles.all();
    const details = fullDetails(type);
    const input = least(house, {
      name: `A full ${type}`,
      owners: [{ clientId: clientId('p', business), percentage: '75' }, { clientId: clientId('p', other) }],
      details: { [graphName(type)]: details.given },
      subType: 'sub',
      providerId: provider?.uuid,
      policyNumber: `FULL-${type}`,
      proposalReference: 'PR 1',
      openedOn: '2020-02-29',
      status: 'INACTIVE',
      inactiveOn: '2026-01-31',
      inactiveReason: 'MATURED',
      agencyInYourName: true,
      agencyInYourNameFrom: '2020-03-01',
      originallySoldByFirm: true,
      underAdvice: false,
      visibleOnClientPortal: false,
      includeInClientValuation: false,
      shownOnCircles: true,
      reviewOn: '2027-01-01',
      onPanel: true,
      sellerId: adviser?.uuid,
      activeAdviserId: adviser?.uuid,
      adviserSplitId: 'split-1',
      caseIds: ['case-1', 'case-2'],
      linkedOwnerIds: [clientId('p', other)],
      visibleToCircleIds: [circle?.uuid],
      currentValue: { decimal: '1234.56' },
      currentValueAt: '2026-10-30',
      isGroupScheme: true,
      isWrapProduct: true,
      wrapId: planId('p', wrap?.uuid),
      contractEnquiryAccountId: adviser?.uuid,
      beneficiaries: [{ name: 'A', percentage: '33.33' }, { name: 'B' }],
      externalReferences: [{ reference: 'N-1', thirdParty: 'NUCLEUS' }],
    });
    house.clear();
    const { data, errors } = await house.ask(
      `mutation ($input: PlanCreateInput!) { planCreate(input: $input) {
        plan { id name type rawType subType policyNumber status rawStatus openedOn provider { name } currentValue { pence currency }
          latestValuation { valuedOn } owners { percentage client { id } } sources { system id }
          administration { linkedOwners { id } wrap { system id } }
          details { __typename ... on ${detailsTypeOf(type)} { ${selection(type)} } } }
        changes { system resource id } userErrors { message path code } } }`,
      { input },
    );
    expect(errors).toBeUndefined();
    const { plan, changes, userErrors } = data.planCreate;
    expect(userErrors).toEqual([]);
    const [{ id }] = plan.sources;
    expect(plan).toEqual({
      id: planId('p', id),
      name: `A full ${type}`,
      type: type.toUpperCase(),
      rawType: type,
      subType: 'sub',
      policyNumber: `FULL-${type}`,
      status: 'INACTIVE',
      rawStatus: 'inactive',
      openedOn: '2020-02-29',
      provider: { name: provider?.name },
      currentValue: { pence: 123_456, currency: 'GBP' },
      latestValuation: { valuedOn: '2026-10-30' },
      owners: [
        { percentage: 75, client: { id: clientId('p', business) } },
        { percentage: 25, client: { id: clientId('p', other) } },
      ],
      sources: [{ system: 'PLANNR', id }],
      administration: { linkedOwners: [{ id: clientId('p', other) }], wrap: { system: 'PLANNR', id: wrap?.uuid } },
      details: { __typename: detailsTypeOf(type), ...details.read },
    });
    expect(changes).toEqual([{ system: 'PLANNR', resource: 'plan', id }]);
    expect(stored(id)).toMatchObject({
      type,
      inactive_reason: 'matured',
      inactive_at: '2026-01-31',
      agency_in_your_name: true,
      agency_in_your_name_from: '2020-03-01',
      originally_sold_by_firm: true,
      under_advice: false,
      visible_on_client_portal: false,
      include_in_client_valuation: false,
      shown_on_circles: true,
      review_date: '2027-01-01',
      on_panel: true,
      is_group_scheme: true,
      is_wrap_product: true,
      proposal_reference: 'PR 1',
      seller: { uuid: adviser?.uuid },
      active_adviser: { uuid: adviser?.uuid },
      external_references: [{ reference: 'N-1', third_party: 'nucleus' }],
      fields: details.wire,
    });
    // What no answer tells is looked at where the platform keeps it.
    expect(house.sandbox.data.plannr.untold.get(id)).toEqual({
      adviser_split_uuid: 'split-1',
      cases: ['case-1', 'case-2'],
      visible_to_circles_uuids: [circle?.uuid],
      contract_enquiry_account_uuid: adviser?.uuid,
      beneficiaries: [{ name: 'A', percentage: 33.33 }, { name: 'B' }],
    });
    expect(bodies(house)).toEqual([
      {
        name: `A full ${type}`,
        type,
        accounts: [{ account_uuid: business, ownership_percentage: 75 }, { account_uuid: other }],
        sub_type: 'sub',
        provider_uuid: provider?.uuid,
        policy_number: `FULL-${type}`,
        proposal_reference: 'PR 1',
        opened_at: '2020-02-29',
        status: 'inactive',
        inactive_at: '2026-01-31',
        inactive_reason: 'matured',
        agency_in_your_name: true,
        agency_in_your_name_from: '2020-03-01',
        originally_sold_by_firm: true,
        under_advice: false,
        visible_on_client_portal: false,
        include_in_client_valuation: false,
        shown_on_circles: true,
        review_date: '2027-01-01',
        on_panel: true,
        seller_uuid: adviser?.uuid,
        active_adviser_uuid: adviser?.uuid,
        adviser_split_uuid: 'split-1',
        cases: ['case-1', 'case-2'],
        linked_owners: [other],
        visible_to_circles_uuids: [circle?.uuid],
        current_value: 123_456,
        current_value_at: '2026-10-30',
        is_group_scheme: true,
        is_wrap_product: true,
        wrap_uuid: wrap?.uuid,
        contract_enquiry_account_uuid: adviser?.uuid,
        beneficiaries: [{ name: 'A', percentage: 33.33 }, { name: 'B' }],
        external_reference: [{ reference: 'N-1', third_party: 'nucleus' }],
        ...details.wire,
      },
    ]);
    expect(sent(house).map(({ method, template }) => `${method} ${template}`)).toEqual(['POST /api/v1/plans']);
  });
});

describe('a plan', () => {
  test('shares what is left equally, to two decimals exactly', async () => {
    const owners = [0, 1, 2].map((index) => ({ clientId: clientId('p', alone(house, 'individual', index)) }));
    const shares = async (percentages: (string | null)[]) => {
      const { data } = await house.ask(
        'mutation ($input: PlanCreateInput!) { planCreate(input: $input) { plan { owners { percentage } } userErrors { path } } }',
        { input: least(house, { owners: owners.map((owner, i) => ({ ...owner, percentage: percentages[i] })) }) },
      );
      expect(data.planCreate.userErrors).toEqual([]);
      const sum = data.planCreate.plan.owners.reduce(
        (all: number, one: Owned) => all + Math.round(one.percentage * 100),
        0,
      );
      expect(sum).toBe(10_000);
      return data.planCreate.plan.owners.map(({ percentage }: { percentage: number }) => percentage);
    };
    expect(await shares(['75', null, null])).toEqual([75, 12.5, 12.5]);
    expect(await shares(['33.33', '33.33', '33.34'])).toEqual([33.33, 33.33, 33.34]);
    expect(await shares(['0.01', '99.990', '0'])).toEqual([0.01, 99.99, 0]);
    expect(await shares([null, null, null])).toEqual([33.33, 33.33, 33.34]);
    expect(await shares(['99.99', null, null])).toEqual([99.99, 0, 0.01]);
    expect(await shares(['0.01', null, null])).toEqual([0.01, 49.99, 50]);
    expect(await shares(['100', null, null])).toEqual([100, 0, 0]);
    // Which are sent is what was given: the platform splits the rest.
    expect(bodies(house).at(-1)).toMatchObject({
      accounts: [
        { ownership_percentage: 100 },
        expect.not.objectContaining({ ownership_percentage: expect.anything() }),
        {},
      ],
    });
  });

  test('of which the platform keeps no percentages is read in two decimals that are 100', async () => {
    const owners = [0, 1, 2].map((index) => ({ clientId: clientId('p', alone(house, 'individual', index)) }));
    const [{ id }] = (await create({ owners })).data.planCreate.changes;
    const { plans } = house.sandbox.data.plannr;
    const read = async (percentages: (number | null)[]) => {
      const plan = plans.get(id);
      if (plan === undefined) throw new Error('no plan');
      const accounts = plan.accounts.map((owner, index) => ({
        ...owner,
        ownership_percentage: percentages[index] ?? null,
      }));
      plans.set(id, { ...plan, accounts });
      // A write, so that nothing of it is kept.
      await house.ask(UPDATE, { input: { id: planId('p', id), name: JSON.stringify(percentages) } });
      const reply = await house.ask('query ($id: ID!) { plan(id: $id) { owners { percentage } } }', {
        id: planId('p', id),
      });
      return reply.data.plan.owners.map(({ percentage }: Owned) => percentage);
    };
    expect(await read([null, null, null])).toEqual([33.34, 33.33, 33.33]);
    expect(await read([99.99, null, null])).toEqual([99.99, 0.01, 0]);
    expect(await read([75, null, null])).toEqual([75, 12.5, 12.5]);
  });

  test('is valued today where no day is given', async () => {
    const today = () => new Date().toISOString().slice(0, 10);
    // Midnight may lie between.
    const before = today();
    house.clear();
    const reply = await create({ currentValue: { pence: 5 } });
    const [{ id }] = reply.data.planCreate.changes;
    expect([before, today()]).toContain(stored(id)?.latest_valuations[0]?.valued_at.slice(0, 10));
    expect(bodies(house)).toEqual([expect.not.objectContaining({ current_value_at: expect.anything() })]);
  });

  test('takes each of the 33 reasons for being inactive', async () => {
    expect(INACTIVE_REASONS).toHaveLength(33);
    for (const reason of INACTIVE_REASONS) {
      const reply = await create({ status: 'INACTIVE', inactiveReason: reason.toUpperCase() });
      expect(stored(reply.data.planCreate.changes[0].id)?.inactive_reason).toBe(reason);
    }
  });

  test('sends what was given and nothing else; null is sent as null', async () => {
    house.clear();
    const plain = await create({ name: 'Plain', details: { pension: { termAge: null } }, policyNumber: null });
    const plan = stored(plain.data.planCreate.changes[0].id);
    const accounts = [{ account_uuid: alone(house) }];
    expect(bodies(house)).toEqual([{ name: 'Plain', type: 'pension', accounts, term_age: null, policy_number: null }]);
    expect(plan?.fields).toEqual({ term_age: null });
    // What nobody said is as the platform has it by default.
    expect(plan).toMatchObject({
      visible_on_client_portal: true,
      include_in_client_valuation: true,
      policy_number: null,
      status: 'active',
    });
  });

  test('has a list that is empty, or none, as it was given', async () => {
    house.clear();
    const empty = {
      caseIds: [],
      linkedOwnerIds: [],
      visibleToCircleIds: [],
      beneficiaries: [],
      externalReferences: [],
    };
    const made = await create(empty);
    const lists = { cases: [], linked_owners: [], visible_to_circles_uuids: [], beneficiaries: [] };
    expect(bodies(house)[0]).toMatchObject({ ...lists, external_reference: [] });
    const [{ id }] = made.data.planCreate.changes;
    const { linked_owners, ...untold } = lists;
    expect(house.sandbox.data.plannr.untold.get(id)).toEqual(untold);
    house.clear();
    const nulls = Object.fromEntries([...Object.keys(empty), 'wrapId', 'adviserSplitId'].map((name) => [name, null]));
    const input = { id: planId('p', id), ...nulls };
    expect(faults(await house.ask(UPDATE, { input }), 'planUpdate')).toEqual([]);
    const sentNulls = [...Object.keys(lists), 'external_reference', 'wrap_uuid', 'adviser_split_uuid'];
    expect(bodies(house)).toEqual([Object.fromEntries(sentNulls.map((name) => [name, null]))]);
  });
});

const owned =
  (...percentages: (string | null)[]) =>
  () => ({
    owners: percentages.map((percentage, index) => ({
      clientId: clientId('p', alone(house, 'individual', index)),
      percentage,
    })),
  });

describe('what is known to be wrong is told at its place, and nothing is sent:', () => {
  test.each([
    ['a name of blanks', () => ({ name: ' ' }), 'input.name', 'REQUIRED'],
    ['a key of blanks', () => ({ idempotencyKey: ' ' }), 'input.idempotencyKey', 'OUT_OF_RANGE'],
    ['a long key', () => ({ idempotencyKey: 'x'.repeat(201) }), 'input.idempotencyKey', 'OUT_OF_RANGE'],
    ['no owners', () => ({ owners: [] }), 'input.owners', 'OUT_OF_RANGE'],
    ['more than 100', owned('60', '40.01'), 'input.owners', 'OUT_OF_RANGE'],
    ['too many cases', () => ({ caseIds: Array(101).fill('c') }), 'input.caseIds', 'OUT_OF_RANGE'],
    ['three decimals', owned('33.333', null), 'input.owners.0.percentage', 'BAD_USER_INPUT'],
    ['a negative percentage', owned(null, '-1'), 'input.owners.1.percentage', 'BAD_USER_INPUT'],
    ['an owner of more than all', owned('100.01'), 'input.owners.0.percentage', 'BAD_USER_INPUT'],
    [
      'one owner twice',
      () => ({ owners: [0, 0].map((index) => ({ clientId: clientId('p', alone(house, 'individual', index)) })) }),
      'input.owners.1',
      'DUPLICATE',
    ],
    ['an id that is none', () => ({ owners: [{ clientId: 'nonsense' }] }), 'input.owners.0.clientId', 'BAD_USER_INPUT'],
    [
      "an account of somebody else's",
      () => ({ owners: [{ clientId: clientId('p', alone(house)), accountId: alone(house, 'business') }] }),
      'input.owners.0.accountId',
      'UNKNOWN_REFERENCE',
    ],
    ['a reason while active', () => ({ inactiveReason: 'LAPSED' }), 'input.inactiveReason', 'NOT_ALLOWED'],
    [
      'a reason while proposed',
      () => ({ status: 'PROPOSED', inactiveReason: 'LAPSED' }),
      'input.inactiveReason',
      'NOT_ALLOWED',
    ],
    ['a day without a value', () => ({ currentValueAt: '2026-10-30' }), 'input.currentValueAt', 'NOT_ALLOWED'],
    ['a third of a penny', () => ({ currentValue: { decimal: '0.003' } }), 'input.currentValue', 'BAD_USER_INPUT'],
    [
      'a third of a penny in details',
      () => ({ details: { pension: { fundAmount: { decimal: '0.003' } } } }),
      'input.details.pension.fundAmount',
      'BAD_USER_INPUT',
    ],
    ['a group scheme of a person', () => ({ isGroupScheme: true }), 'input.isGroupScheme', 'NOT_ALLOWED'],
    [
      'beneficiaries of more than all',
      () => ({ beneficiaries: ['50', '50.01'].map((percentage) => ({ name: 'B', percentage })) }),
      'input.beneficiaries',
      'OUT_OF_RANGE',
    ],
    [
      'nobody',
      () => ({ owners: [{ clientId: clientId('p', 'nobody') }] }),
      'input.owners.0.clientId',
      'UNKNOWN_REFERENCE',
    ],
    ['no such adviser', () => ({ activeAdviserId: 'nobody' }), 'input.activeAdviserId', 'UNKNOWN_REFERENCE'],
    ['an adviser id that can be none', () => ({ sellerId: 'a,b' }), 'input.sellerId', 'UNKNOWN_REFERENCE'],
    ['no such circle', () => ({ visibleToCircleIds: ['none'] }), 'input.visibleToCircleIds.0', 'UNKNOWN_REFERENCE'],
    ['no such wrap', () => ({ wrapId: planId('p', 'none') }), 'input.wrapId', 'UNKNOWN_REFERENCE'],
  ])('%s', async (_what, more, path, code) => {
    house.clear();
    const reply = await create(more());
    expect(reply.errors).toBeUndefined();
    expect(faults(reply, 'planCreate')).toEqual([[path, code]]);
    expect(reply.data.planCreate).toMatchObject({ plan: null, changes: [] });
    expect(sent(house)).toEqual([]);
  });

  test('a client without an account in Plannr, and one with several', async () => {
    const { dynamicPlanner, oddities, plannrAccountsOf } = house.sandbox.data;
    const none = dynamicPlanner.clients.all().find(({ id }) => plannrAccountsOf(id).length === 0);
    const [two] = oddities.twoAccounts;
    const without = await create({ owners: [{ clientId: clientId('d', none?.id) }] });
    expect(faults(without, 'planCreate')).toEqual([['input.owners.0.clientId', 'NOT_IN_PLANNR']]);
    const open = await create({ owners: [{ clientId: clientId('d', two) }] });
    expect(faults(open, 'planCreate')).toEqual([['input.owners.0.accountId', 'REQUIRED']]);
    const accountId = plannrAccountsOf(two ?? '')[1]?.uuid;
    const named = await create({ owners: [{ clientId: clientId('d', two), accountId }] });
    expect(named.data.planCreate.userErrors).toEqual([]);
    expect(stored(named.data.planCreate.changes[0].id)?.accounts).toEqual([
      { account_uuid: accountId, ownership_percentage: 100 },
    ]);
  });
});

describe('what only the platform can judge', () => {
  test('is told at its place in our input, without its words', async () => {
    const reply = await create({ providerId: 'nobody', details: { mortgage: {} } });
    expect(faults(reply, 'planCreate')).toEqual([['input.providerId', 'INVALID']]);
    expect(reply.text).not.toContain('selected');
  });

  test.each([
    ['accounts.1.ownership_percentage', 'input.owners.1.percentage'],
    ['accounts[0].account_uuid', 'input.owners.0.clientId'],
    ['external_reference.0.third_party', 'input.externalReferences.0.thirdParty'],
    ['term_age', 'input.details.pension.termAge'],
    ['fund_amount.amount', 'input.details.pension.fundAmount'],
    ['type', 'input.details'],
    ['visible_to_circles_uuids.3', 'input.visibleToCircleIds.3'],
    ['something_else', 'input'],
    ['constructor', 'input'],
  ])('under %s is at %s', async (field, path) => {
    house.sandbox.plannr.addFault({
      kind: 'status',
      method: 'POST',
      path: /^\/api\/v1\/plans$/,
      status: 422,
      times: 1,
      body: { message: 'x', errors: { [field]: ['The secret value 4711 is required.'] } },
    });
    const key = least(house).idempotencyKey;
    const reply = await create({ idempotencyKey: key, details: { pension: {} } });
    expect(faults(reply, 'planCreate')).toEqual([[path, 'REQUIRED']]);
    expect(reply.text).not.toContain('4711');
    // Nothing was made, so the key is free again, also for what was put right.
    const again = await create({ idempotencyKey: key, details: { pension: {} }, name: 'Put right' });
    expect(again.data.planCreate.userErrors).toEqual([]);
  });
});

test('what was made is read anew by the same operation and by those that follow', async () => {
  const owner = clientId('p', alone(house));
  const question = 'query ($id: ID!) { client(id: $id) { plans(first: 200) { totalCount } } }';
  const count = async () => (await house.ask(question, { id: owner })).data.client.plans.totalCount;
  const before = await count();
  expect(await count()).toBe(before);
  const { data } = await house.ask(
    `mutation ($one: PlanCreateInput!, $two: PlanCreateInput!) {
      one: planCreate(input: $one) { plan { owners { client { plans(first: 200) { totalCount } } } } }
      two: planCreate(input: $two) { plan { owners { client { plans(first: 200) { totalCount } } } } } }`,
    { one: least(house), two: least(house) },
  );
  const total = (alias: string) => data[alias].plan.owners[0].client.plans.totalCount;
  expect([total('one'), total('two'), await count()]).toEqual([before + 1, before + 2, before + 2]);
});

test('a GET may not change anything', async () => {
  house.clear();
  const query = new URLSearchParams({ query: CREATE, variables: JSON.stringify({ input: least(house) }) });
  const reply = await fetch(`${house.gateway.url}/graphql?${query}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(reply.status).toBe(405);
  const form = await fetch(`${house.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ query: CREATE, variables: { input: least(house) } }),
  });
  expect(form.status).toBeGreaterThanOrEqual(400);
  expect(sent(house)).toEqual([]);
});
