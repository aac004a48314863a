import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { done, globalId, person, run, writesOf } from './writing.ts';

let house: House;
let unit: string;
let owner: string;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 20 } });
  unit = house.sandbox.data.dynamicPlanner.organisationUnits.all()[4]?.id ?? '';
  owner = globalId('Client', house.sandbox.data.dynamicPlanner.clients.all()[3]?.id);
});
afterAll(() => house.stop());
afterEach(() => house.sandbox.dynamicPlanner.clearFaults());

const finance = (more: object) => ({
  input: { idempotencyKey: 'f', type: 'INVESTMENT', name: 'ISA', owners: [{ clientId: owner }], ...more },
});
const faultsOf = async (name: string, variables: Record<string, unknown>) => {
  const { reply, payload } = await run(house, name, variables);
  expect(reply.errors).toBeUndefined();
  expect(payload?.changes).toEqual([]);
  return payload?.userErrors.map(({ path, code }) => [path?.join('.'), code]);
};

describe('what the platform does not accept is told at its place in the input', () => {
  test.each([
    [{ dateOfBirth: null }, 'input.dateOfBirth', 'REQUIRED'],
    [{ lastName: ' ' }, 'input.lastName', 'INVALID'],
    [{ phones: [{ number: '01' }, { number: 'call me' }] }, 'input.phones.1.number', 'INVALID'],
    [{ emails: [{ address: 'nobody' }] }, 'input.emails.0.address', 'INVALID'],
    [{ addresses: [{ line1: 'x', country: 'Great Britain' }] }, 'input.addresses.0.country', 'INVALID'],
  ])('of a person %j', async (more, place, code) => {
    expect(await faultsOf('clientUpsert', person(unit, more))).toEqual([[place, code]]);
  });

  test.each([
    [{ name: null }, 'input.name', 'REQUIRED'],
    [
      { transactions: [{ kind: '', tradedOn: '2026-01-01', amount: { pence: 1 } }] },
      'input.transactions.0.kind',
      'INVALID',
    ],
    [{ contractReference: ' ' }, 'input.contractReference', 'INVALID'],
    [{ characteristics: [{ name: 'a' }, { name: '' }] }, 'input.characteristics.1.name', 'INVALID'],
    [
      { characteristics: [{ name: 'a', value: { number: '9'.repeat(30) } }] },
      'input.characteristics.0.value',
      'BAD_USER_INPUT',
    ],
    [{ premium: { amount: { pence: 1 }, frequency: '' } }, 'input.premium.frequency', 'INVALID'],
  ])('of a finance %j', async (more, place, code) => {
    expect(await faultsOf('financeUpsert', finance(more))).toEqual([[place, code]]);
  });

  test('of an owner', async () => {
    const owners = [{ clientId: owner }, { clientId: owner }];
    expect(await faultsOf('financeUpsert', finance({ owners }))).toEqual([['input.owners.1.clientId', 'CONFLICT']]);
  });

  test('a second tie of two people is a conflict about the two', async () => {
    const clientIds = house.sandbox.data.dynamicPlanner.relationships
      .all()[0]
      ?.clientIds.map((id) => globalId('Client', id));
    const tie = { input: { idempotencyKey: 'second', type: 'Marriage', clientIds } };
    expect(await faultsOf('relationshipUpsert', tie)).toEqual([['input.clientIds', 'CONFLICT']]);
  });

  test.each([
    [
      422,
      { error: 'x', details: { field: 'owners.0.percentage', issue: 'out_of_range' } },
      [['input.owners.0.percentage', 'OUT_OF_RANGE']],
    ],
    [
      400,
      { error: 'x', details: { field: '/cashflows/2/endsOn', issue: 'invalid_format' } },
      [['input.cashflows.2.endsOn', 'INVALID']],
    ],
    [
      400,
      {
        error: 'x',
        details: [
          { field: 'reference', issue: 'too_long' },
          { field: '$.provider.name', issue: 'required' },
        ],
      },
      [
        ['input.policyNumber', 'OUT_OF_RANGE'],
        ['input.provider.name', 'REQUIRED'],
      ],
    ],
    [409, { error: 'conflict' }, [['input', 'CONFLICT']]],
    [400, { error: 'validation_failed', details: { field: 'constructor', issue: 5 } }, [['input', 'REJECTED']]],
    [400, { statusCode: 400, message: 'bad' }, [['input', 'REJECTED']]],
    [422, 'not JSON at all: {', [['input', 'REJECTED']]],
    [400, { error: 'x', details: { field: 'x'.repeat(9_000), issue: 'y'.repeat(9_000) } }, [['input', 'REJECTED']]],
  ])('whatever its form: %i %j', async (status, body, expected) => {
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', method: 'PUT', status, body });
    const { payload } = await run(house, 'financeUpsert', finance({}));
    expect(payload?.userErrors.map(({ path, code }) => [path?.join('.'), code])).toEqual(expected);
  });

  test('and nothing of what it wrote is told', async () => {
    const body = { error: 'Hart', message: 'Amelia Hart', details: { field: 'name', issue: 'Amelia Hart has it' } };
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', method: 'PUT', status: 400, body });
    const { reply, payload } = await run(house, 'financeUpsert', finance({}));
    expect(payload?.userErrors).toMatchObject([{ path: ['input', 'name'] }]);
    expect(reply.text).not.toMatch(/Hart|Amelia/);
  });

  test('with the names that the contract gives', async () => {
    const contract = {
      resources: {
        clients: { fields: { lastName: 'surname', phones: 'telephones', 'phones.number': 'telephones.no' } },
      },
    };
    const renamed = await startHouse({ beside: house, contract });
    try {
      house.sandbox.dynamicPlanner.addFault({
        kind: 'status',
        method: 'PUT',
        status: 400,
        body: { error: 'x', details: [{ field: 'surname', issue: 'required' }] },
      });
      const { payload } = await run(renamed, 'clientUpsert', person(unit));
      expect(payload?.userErrors).toMatchObject([{ path: ['input', 'lastName'], code: 'REQUIRED' }]);
    } finally {
      await renamed.stop();
    }
  });
});

describe('what can be told without the platform goes nowhere', () => {
  test.each([
    ['clientUpsert', { input: { firstName: 'A' } }, 'input.idempotencyKey', 'REQUIRED'],
    ['clientUpsert', { input: { id: 'x', idempotencyKey: 'y' } }, 'input.idempotencyKey', 'BAD_USER_INPUT'],
    ['clientUpsert', { input: { id: 'nonsense' } }, 'input.id', 'BAD_USER_INPUT'],
    ['clientUpsert', { input: { idempotencyKey: 'k', adviserId: 'nonsense' } }, 'input.adviserId', 'BAD_USER_INPUT'],
    ['relationshipUpsert', { input: { idempotencyKey: 'k', type: 'x' } }, 'input.clientIds', 'REQUIRED'],
    ['relationshipUpsert', { input: { idempotencyKey: 'k', clientIds: null } }, 'input.clientIds', 'REQUIRED'],
    ['relationshipUpsert', { input: { idempotencyKey: 'k', clientIds: ['x'] } }, 'input.clientIds', 'BAD_USER_INPUT'],
    [
      'relationshipUpsert',
      { input: { idempotencyKey: 'k', clientIds: ['x', 'y'] } },
      'input.clientIds.0',
      'BAD_USER_INPUT',
    ],
    ['relationshipDelete', { id: 'nonsense' }, 'id', 'BAD_USER_INPUT'],
    ['financeDelete', { id: 'nonsense' }, 'id', 'BAD_USER_INPUT'],
    ['financeUpsert', { input: { idempotencyKey: 'k', name: 'x' } }, 'input.owners', 'REQUIRED'],
    ['financeUpsert', { input: { idempotencyKey: 'k', owners: [] } }, 'input.owners', 'REQUIRED'],
    ['valuationRecord', { input: { planId: 'x', idempotencyKey: 'k' } }, 'input.planId', 'BAD_USER_INPUT'],
  ])('%s %j', async (name, variables, place, code) => {
    house.clear();
    expect(await faultsOf(name, variables)).toEqual([[place, code]]);
    expect(writesOf(house)).toEqual([]);
  });

  test.each([
    [['101'], 'input.owners.0.percentage', 'BAD_USER_INPUT'],
    [['50', '-0.01'], 'input.owners.1.percentage', 'BAD_USER_INPUT'],
    [['33.333'], 'input.owners.0.percentage', 'BAD_USER_INPUT'],
    [['33.34', '33.33', '33.34'], 'input.owners', 'OUT_OF_RANGE'],
    [['100', null, '0.01'], 'input.owners', 'OUT_OF_RANGE'],
  ])('owners who have %j percent', async (percentages, place, code) => {
    house.clear();
    const clients = house.sandbox.data.dynamicPlanner.clients.all();
    const owners = percentages.map((percentage, index) => ({
      clientId: globalId('Client', clients[index]?.id),
      percentage,
    }));
    expect(await faultsOf('financeUpsert', finance({ owners }))).toEqual([[place, code]]);
    expect(writesOf(house)).toEqual([]);
  });

  test('holdings whose percentages are none, each at its place', async () => {
    house.clear();
    const holdings = ['100', '100.01', '0.001', '-1'].map((percentage) => ({ name: 'Fund', percentage }));
    expect(await faultsOf('financeUpsert', finance({ holdings }))).toEqual(
      [1, 2, 3].map((index) => [`input.holdings.${index}.percentage`, 'BAD_USER_INPUT']),
    );
    expect(writesOf(house)).toEqual([]);
  });

  test('money that is not exact, and two people who are one', async () => {
    house.clear();
    const amounts = { value: { decimal: '1.005' }, premium: { amount: { decimal: '0.001' }, frequency: 'monthly' } };
    expect(await faultsOf('financeUpsert', finance(amounts))).toEqual([
      ['input.value', 'BAD_USER_INPUT'],
      ['input.premium.amount', 'BAD_USER_INPUT'],
    ]);
    const tie = { input: { idempotencyKey: 'k', type: 'Marriage', clientIds: [owner, owner] } };
    expect(await faultsOf('relationshipUpsert', tie)).toEqual([['input.clientIds', 'BAD_USER_INPUT']]);
    expect(writesOf(house)).toEqual([]);
  });
});

test('without Dynamic Planner nothing is written, and it is said why', async () => {
  const alone = await startHouse({ beside: house, without: 'DP_' });
  try {
    const { reply, payload } = await run(alone, 'clientUpsert', person(unit));
    expect(payload).toBeNull();
    expect(reply.errors?.[0]).toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(reply.errors?.[0]?.message).toContain('not configured');
  } finally {
    await alone.stop();
  }
});

test('a mutation is no GET', async () => {
  house.clear();
  const url = new URL(`${house.gateway.url}/graphql`);
  url.searchParams.set('query', 'mutation { financeDelete(id: "x") { deletedId } }');
  const reply = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
  expect(reply.status).toBe(405);
  expect(house.calls()).toEqual([]);
  await done(house, 'clientUpsert', person(unit));
});
