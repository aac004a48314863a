import { afterAll, afterEach, expect, test } from 'vitest';
import { BOOK, bearerOfPlatform, emptyDatabase } from '../cache-book.ts';
import { type House, type HouseOptions, startHouse } from '../harness.ts';
import { done, globalId, person, run, writesOf } from './writing.ts';

const database = await emptyDatabase(7);
afterAll(() => database?.stop());
const houses: House[] = [];
const open = async (options: HouseOptions = {}): Promise<House> => {
  const env = { CACHE: 'on', COST_PER_MINUTE: '100000000', ...options.env };
  const house = await startHouse({ sandbox: { clients: 40 }, ...options, env });
  houses.unshift(house);
  return house;
};
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

const SEE = `query ($id: ID!, $employee: ID!) {
  client(id: $id) { displayName adviser { displayName role } relationships { type client { displayName } } plans(first: 200) { nodes { name
    owners { percentage } latestValuation { value { pence } } valuations(first: 200) { nodes { value { pence } } } } } wealth { total { pence } }
    documents(first: 100) { totalCount nodes { id name type sizeBytes } } }
  employees(first: 200) { nodes { id role } }
  node(id: $employee) { ... on Employee { role } }
  plans(first: 200) { totalCount }
  clients(first: 200) { totalCount nodes { displayName } }
}`;

/**
 * One write of each kind through the first gateway. After each, every gateway must answer as one does that keeps nothing.
 * @param at who reads
 */
async function eachWriteIsSeen(
  house: House,
  at: readonly House[],
  headers: Record<string, string> = {},
): Promise<void> {
  const plain = await open({ beside: house, env: { CACHE: 'off' } });
  const store = house.sandbox.data.dynamicPlanner;
  const { client, changes } = await done(house, 'clientUpsert', person(store.organisationUnits.all()[4]?.id), headers);
  const [other, employee] = [store.clients.all()[3], store.employees.all()[0]];
  const variables = { id: client.id, employee: globalId('Employee', employee?.id) };
  let before = '';
  const seen = async (): Promise<void> => {
    const truth = JSON.stringify((await plain.ask(SEE, variables, plain === house ? {} : headers)).data);
    expect(truth).not.toBe(before);
    before = truth;
    for (const one of at) {
      expect(JSON.stringify((await one.ask(SEE, variables, headers)).data)).toBe(truth);
      // And whatever is kept of it from now on.
      expect(JSON.stringify((await one.ask(SEE, variables, headers)).data)).toBe(truth);
    }
  };
  const write = async (name: string, given: Record<string, unknown>) => {
    const payload = await done(house, name, given, headers);
    await seen();
    return payload;
  };
  await seen();
  await write('clientUpsert', { input: { id: client.id, lastName: 'Quinn', adviserId: variables.employee } });
  await write('employeeUpsert', { input: { id: variables.employee, role: `role of ${changes[0]?.id}` } });
  const pair = [client.id, globalId('Client', other?.id)];
  const tie = { idempotencyKey: 't', type: 'Trustee of', clientIds: pair };
  const { relationship } = await write('relationshipUpsert', { input: tie });
  await write('relationshipDelete', { id: relationship.id });
  const owners = pair.map((clientId) => ({ clientId, percentage: '50' }));
  const asset = { idempotencyKey: 'f', type: 'INVESTMENT', name: 'ISA', owners };
  const { financeId } = await write('financeUpsert', { input: asset });
  const value = { planId: financeId, idempotencyKey: 'v', valuedOn: '2026-11-20', value: { pence: 12345 } };
  const { valuation } = await write('valuationRecord', { input: value });
  await write('valuationRecord', { input: { planId: financeId, id: valuation.id, value: { pence: 54321 } } });
  await write('financeUpsert', { input: { id: financeId, owners: [{ clientId: pair[1], percentage: '100' }] } });
  await write('financeUpsert', { input: { id: financeId, owners: [{ clientId: pair[0], percentage: '40' }] } });
  await write('financeDelete', { id: financeId });
  const letter = { idempotencyKey: 'd', clientId: client.id, name: 'Letter' };
  const { document } = await write('documentUpload', { input: letter });
  const put = await fetch(house.gateway.url + document.contentUrl, {
    method: 'PUT',
    headers: { 'content-type': 'text/plain', ...headers },
    body: 'Dear Nell',
  });
  expect(put.status).toBe(204);
  await seen();
  await write('documentUpload', { input: { id: document.id, name: 'Old letter', type: 'letter' } });
  await write('documentDelete', { id: document.id });
}

test('each write is seen by every later operation', async () => {
  const house = await open();
  await eachWriteIsSeen(house, [house]);
});

test.skipIf(database === null)('also through another gateway that shares a Redis', async () => {
  const env = { REDIS_URL: database?.url ?? '' };
  const house = await open({ env });
  const second = await open({ beside: house, env });
  await eachWriteIsSeen(house, [second, house]);
});

test('what was not written is taken from the cache as before', async () => {
  const house = await open();
  const store = house.sandbox.data.dynamicPlanner;
  const other = store.clients.all()[3];
  const finance = store.finances.all().find(({ owners }) => owners.length === 1 && owners[0]?.clientId !== other?.id);
  const one = store.clients.get(finance?.owners[0]?.clientId ?? '');
  const query = 'query ($id: ID!) { client(id: $id) { displayName plans { nodes { name } } } }';
  const see = (id: string | undefined) => house.ask(query, { id: globalId('Client', id) });
  await Promise.all([see(one?.id), see(other?.id)]);
  await done(house, 'financeUpsert', { input: { id: globalId('Plan', finance?.id), name: 'Boat' } });
  house.clear();
  await see(other?.id);
  expect(house.calls()).toEqual([]);
  expect((await see(one?.id)).data.client.plans.nodes).toContainEqual({ name: 'Boat' });
  expect(house.calls()).not.toEqual([]);
});

test('with the caller’s own token it goes to the platform with that token, and is seen by the others', async () => {
  const house = await open({ env: { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', AUTH_AUDIENCE: '' } });
  const [ann, bob] = [await bearerOfPlatform(house), await bearerOfPlatform(house)];
  const [one] = house.sandbox.data.dynamicPlanner.clients.all();
  const id = globalId('Client', one?.id);
  const see = async () =>
    (await house.ask(BOOK, { first: 10 }, bob)).data.clients.nodes.find((n: { id: string }) => n.id === id);
  expect((await see()).displayName).not.toContain('Quinn');
  house.clear();
  await done(house, 'clientUpsert', { input: { id, lastName: 'Quinn' } }, ann);
  expect(writesOf(house)).toEqual([`PUT /crm/v1/clients/${one?.id}`]);
  for (const { headers } of house.sandbox.dynamicPlanner.requests)
    expect(headers.authorization).toBe(ann.authorization);
  expect((await see()).displayName).toContain('Quinn');
  // A token that the platform does not accept writes nothing.
  house.clear();
  const refused = await run(
    house,
    'clientUpsert',
    { input: { id, lastName: 'Hart' } },
    { authorization: 'Bearer none' },
  );
  expect(refused.payload).toBeNull();
  expect(refused.reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_REJECTED');
  expect(writesOf(house)).toEqual([]);
});
