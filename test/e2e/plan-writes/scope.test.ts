import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bearerOfPlatform } from '../cache-book.ts';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer, topUnitOf } from '../tokens.ts';
import { alone, CREATE, clientId, faults, least, OWN, planId, sent, UPDATE, VALUE } from './field.ts';

let issuer: Issuer;
let house: House;
/** A unit without units below, one of its people with an account, and a person of another unit with one. */
let unit: string;
let seen: { person: string; account: string };
let hidden: { person: string; account: string };
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 120 },
    env: {
      ...issuer.env,
      COST_PER_MINUTE: '1000000000',
      CACHE: 'on',
    },
  });
  const { dynamicPlanner, plannrAccountsOf } = house.sandbox.data;
  const units = dynamicPlanner.organisationUnits.all();
  const linked = dynamicPlanner.clients.all().flatMap(({ id, organisationUnitId }) => {
    const [account, ...others] = plannrAccountsOf(id);
    return account === undefined || others.length > 0 || organisationUnitId == null
      ? []
      : [{ person: id, account: account.uuid, unit: organisationUnitId }];
  });
  const mine = linked.find((one) => !units.some(({ parentId }) => parentId === one.unit));
  const theirs = linked.find((one) => one.unit !== mine?.unit);
  if (mine === undefined || theirs === undefined) throw new Error('nobody is apart');
  unit = mine.unit;
  [seen, hidden] = [mine, theirs];
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});
beforeEach(() => house.clear());

const READ_AND_WRITE = 'clients:read plans:read plans:write';
const as = async (query: string, input: object, scope = READ_AND_WRITE, units = [unit]) => {
  const token = await issuer.sign({ organisationUnitIds: units, scope });
  return house.ask(query, { input }, { authorization: `Bearer ${token}` });
};
const top = () => topUnitOf(house.sandbox);
const topAs = (query: string, input: object) => as(query, input, READ_AND_WRITE, [top() ?? '']);
const codes = (reply: { errors?: { extensions: Record<string, unknown> }[] }) =>
  (reply.errors ?? []).map(({ extensions }) => extensions.code);

const own = (more: object = {}) => least(house, { owners: [{ clientId: clientId('d', seen.person) }], ...more });
/** A plan of these accounts. */
const make = async (...accounts: string[]): Promise<string> => {
  const owners = accounts.map((account) => ({ clientId: clientId('p', account) }));
  const reply = await topAs(CREATE, least(house, { owners }));
  house.clear();
  return reply.data.planCreate.changes[0].id;
};

test('a caller may write what is theirs, and reads it back', async () => {
  const reply = await as(CREATE, own());
  expect(reply.errors).toBeUndefined();
  expect(reply.data.planCreate).toMatchObject({ plan: { name: 'Made by a test' }, userErrors: [] });
});

test('without plans:write nothing is asked at all; without plans:read what was done is told and not shown', async () => {
  for (const [query, input] of [
    [CREATE, own()],
    [UPDATE, { id: planId('p', 'x'), name: 'x' }],
    [OWN, { id: planId('p', 'x'), owners: [] }],
    [VALUE, { idempotencyKey: 'k', valuations: [] }],
  ] as const) {
    const reply = await as(query, input, 'clients:read plans:read');
    expect(codes(reply)).toEqual(['FORBIDDEN']);
    expect(reply.errors?.[0]?.extensions.missingScopes).toEqual(['plans:write']);
  }
  expect(house.calls()).toEqual([]);
  const blind = await as(CREATE, own(), 'plans:write');
  expect(blind.data.planCreate.plan).toBeNull();
  expect(blind.data.planCreate.changes).toHaveLength(1);
  expect(blind.errors?.map(({ path }) => path?.join('.'))).toEqual(['planCreate.plan']);
});

describe('a write that concerns a hidden person is FORBIDDEN, and nothing is sent:', () => {
  const wrong = async (query: string, input: object, path: string) => {
    const reply = await as(query, input);
    expect(codes(reply)).toEqual(['FORBIDDEN']);
    expect(reply.errors?.[0]?.extensions.inputPath).toEqual(path.split('.'));
    expect(Object.values(reply.data)).toEqual([null]);
    expect(sent(house)).toEqual([]);
  };
  const owners = (...ids: string[]) => ({ owners: ids.map((id) => ({ clientId: id })) });

  test('as an owner, by either platform, alone or beside a visible one', async () => {
    for (const id of [clientId('d', hidden.person), clientId('p', hidden.account), clientId('p', alone(house))]) {
      await wrong(CREATE, own(owners(id)), 'input.owners.0.clientId');
      await wrong(CREATE, own(owners(clientId('d', seen.person), id)), 'input.owners.1.clientId');
    }
  });

  test('as anyone else that a plan names', async () => {
    const other = await make(hidden.account);
    const { plannr } = house.sandbox.data;
    const outsider = plannr.accounts.by('type', 'external')[0]?.uuid;
    const circle = plannr.circles.all().find(({ accounts }) => !accounts.some(({ uuid }) => uuid === seen.account));
    await wrong(CREATE, own({ sellerId: hidden.account }), 'input.sellerId');
    await wrong(CREATE, own({ activeAdviserId: hidden.account }), 'input.activeAdviserId');
    await wrong(CREATE, own({ contractEnquiryAccountId: outsider }), 'input.contractEnquiryAccountId');
    await wrong(CREATE, own({ linkedOwnerIds: [clientId('d', hidden.person)] }), 'input.linkedOwnerIds.0');
    await wrong(CREATE, own({ wrapId: planId('p', other) }), 'input.wrapId');
    await wrong(CREATE, own({ visibleToCircleIds: [circle?.uuid] }), 'input.visibleToCircleIds.0');
    await wrong(CREATE, own({ activeAdviserId: 'nobody' }), 'input.activeAdviserId');
  });

  test('as the owner of the plan that is to be changed', async () => {
    const other = await make(hidden.account);
    await wrong(UPDATE, { id: planId('p', other), name: 'x' }, 'input.id');
    await wrong(UPDATE, { id: planId('p', 'none'), name: 'x' }, 'input.id');
    await wrong(OWN, { id: planId('p', other), ...owners(clientId('d', seen.person)) }, 'input.id');
    const valuation = { value: { pence: 1 }, valuedOn: '2026-10-01' };
    const mine = await make(seen.account);
    const valuations = [mine, other].map((id) => ({ ...valuation, planId: planId('p', id) }));
    await wrong(VALUE, { idempotencyKey: randomUUID(), valuations }, 'input.valuations.1.planId');
  });

  test('as an owner before or after a change of owners', async () => {
    const [mine, joint] = [await make(seen.account), await make(seen.account, hidden.account)];
    await wrong(OWN, { id: planId('p', mine), ...owners(clientId('d', hidden.person)) }, 'input.owners.0.clientId');
    await wrong(OWN, { id: planId('p', joint), ...owners(clientId('d', seen.person)) }, 'input.id');
    // What is not about who owns it may be changed by whoever sees one of the owners.
    const reply = await as(UPDATE, { id: planId('p', joint), proposalReference: 'PR' });
    expect(reply.data.planUpdate.userErrors).toEqual([]);
  });
});

test('what was visible a moment ago is looked at anew', async () => {
  const { dynamicPlanner } = house.sandbox.data;
  const mine = await make(seen.account);
  const read = await as('query { clients(first: 100) { nodes { id } } }', {});
  expect(read.data.clients.nodes).toContainEqual({ id: clientId('d', seen.person) });
  const person = dynamicPlanner.clients.get(seen.person);
  const elsewhere = dynamicPlanner.clients.get(hidden.person)?.organisationUnitId;
  if (person === undefined) throw new Error('nobody');
  dynamicPlanner.clients.set(person.id, { ...person, organisationUnitId: elsewhere ?? '' });
  try {
    house.clear();
    expect(codes(await as(UPDATE, { id: planId('p', mine), name: 'x' }))).toEqual(['FORBIDDEN']);
    expect(codes(await as(CREATE, own()))).toEqual(['FORBIDDEN']);
    expect(sent(house)).toEqual([]);
  } finally {
    dynamicPlanner.clients.set(person.id, person);
  }
});

test('while it can not be known who is visible nothing is written', async () => {
  const mine = await make(seen.account);
  const stop = house.sandbox.dynamicPlanner.addFault({ kind: 'status', path: /^\/crm/, status: 503 });
  house.clear();
  for (const reply of [
    await as(CREATE, own()),
    await as(UPDATE, { id: planId('p', mine), name: 'x' }),
    await topAs(CREATE, own()),
    await topAs(UPDATE, { id: planId('p', mine), name: 'x' }),
  ])
    expect(codes(reply)).toEqual(['UPSTREAM_UNAVAILABLE']);
  stop();
  expect(sent(house)).toEqual([]);
});

test('with the caller’s own token nothing of Plannr is written: its token is the gateway’s', async () => {
  const passing = await startHouse({
    beside: house,
    env: { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', AUTH_AUDIENCE: '' },
  });
  try {
    const headers = await bearerOfPlatform(house);
    house.clear();
    const reply = await passing.ask(CREATE, { input: own() }, headers);
    expect(codes(reply)).toEqual(['FORBIDDEN']);
    expect(sent(house)).toEqual([]);
  } finally {
    await passing.stop();
  }
});

test('without Plannr it says so', async () => {
  const apart = await startHouse({
    beside: house,
    without: 'PLANNR_',
    env: issuer.env,
  });
  try {
    const token = await issuer.sign({ organisationUnitIds: [unit], scope: READ_AND_WRITE });
    const reply = await apart.ask(CREATE, { input: own() }, { authorization: `Bearer ${token}` });
    expect(codes(reply)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(reply.errors?.[0]?.message).toMatch(/not configured/);
  } finally {
    await apart.stop();
  }
});

test('whoever sees everything is told what is not there, at its place', async () => {
  const reply = await topAs(UPDATE, { id: planId('p', 'none'), name: 'x' });
  expect(faults(reply, 'planUpdate')).toEqual([['input.id', 'UNKNOWN_REFERENCE']]);
});
