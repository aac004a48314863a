import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../../src/sandbox/index.ts';
import { type House, startHouse } from '../harness.ts';
import { done, globalId, person, run, writesOf } from './writing.ts';

let house: House;
let unit: string;
let owner: string;
beforeAll(async () => {
  house = await startHouse({
    sandbox: { clients: 20 },
    env: { UPSTREAM_RETRIES: '3', UPSTREAM_RETRY_BASE_MS: '1', CACHE: 'on' },
  });
  unit = house.sandbox.data.dynamicPlanner.organisationUnits.all()[4]?.id ?? '';
  owner = globalId('Client', house.sandbox.data.dynamicPlanner.clients.all()[3]?.id);
});
afterAll(() => house.stop());
beforeEach(() => house.clear());
afterEach(() => house.sandbox.dynamicPlanner.clearFaults());

const store = () => house.sandbox.data.dynamicPlanner;
const fault = (given: Partial<Fault>): void => {
  house.sandbox.dynamicPlanner.addFault({ method: 'PUT', kind: 'status', status: 503, times: 1, ...given });
};
const finance = (idempotencyKey: string) => ({
  input: { idempotencyKey, type: 'ASSET', name: 'Boat', owners: [{ clientId: owner }] },
});

/** What goes wrong, and whether the platform had done it by then. */
const FAULTS: [string, Partial<Fault>][] = [
  ['answered with 503', {}],
  ['reset', { kind: 'reset' }],
  ['done, and its answer cut off', { kind: 'halfJson' }],
];

test.each(FAULTS)('a PUT that is %s is made again, and makes one thing', async (_what, given) => {
  fault(given);
  const before = store().finances.size;
  const payload = await done(house, 'financeUpsert', finance(_what));
  const [put, again, ...others] = writesOf(house);
  expect(again).toBe(put);
  expect(others).toEqual([]);
  expect(store().finances.size).toBe(before + 1);
  expect(payload.plan.name).toBe('Boat');
  // The caller asks again, in an operation of its own.
  expect((await done(house, 'financeUpsert', finance(_what))).changes).toEqual(payload.changes);
  expect(store().finances.size).toBe(before + 1);
});

test.each(FAULTS)('a DELETE that is %s is made again, and already gone is success', async (_what, given) => {
  const { financeId, changes } = await done(house, 'financeUpsert', finance(`gone ${_what}`));
  house.clear();
  fault({ ...given, method: 'DELETE' });
  expect((await done(house, 'financeDelete', { id: financeId })).changes).toEqual(changes);
  expect(writesOf(house)).toHaveLength(2);
  expect(store().finances.has(changes[0]?.id ?? '')).toBe(false);
});

test('one that fails to the end is an error, and what may have come of it is seen at once', async () => {
  const { client, changes } = await done(house, 'clientUpsert', person(unit));
  const query = 'query ($id: ID!) { client(id: $id) { displayName } }';
  const see = async () => (await house.ask(query, { id: client.id })).data.client.displayName;
  expect(await see()).toBe('Nell Gwyn');
  house.clear();
  // Each attempt is done, and no answer is whole.
  fault({ kind: 'halfJson', times: 4 });
  const { reply, payload } = await run(house, 'clientUpsert', { input: { id: client.id, lastName: 'Quinn' } });
  expect(payload).toBeNull();
  expect(reply.errors?.[0]?.extensions.code).toMatch(/^UPSTREAM_/);
  expect(store().clients.get(changes[0]?.id ?? '')?.lastName).toBe('Quinn');
  expect(await see()).toBe('Nell Quinn');
});

test.each(['/crm/v1/clients', '/crm/v1/organisation-units'])(
  'nothing is written where %s can not be asked',
  async (path) => {
    const variables = person(unit);
    house.sandbox.dynamicPlanner.addFault({ method: 'GET', kind: 'status', status: 503, path: new RegExp(`^${path}`) });
    const { reply, payload } = await run(house, 'clientUpsert', variables);
    expect(payload).toBeNull();
    expect(reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(writesOf(house)).toEqual([]);
  },
);

test('a write that is done is told, also where what it made can not be read', async () => {
  const variables = person(unit);
  const { changes } = await done(house, 'clientUpsert', variables);
  let seen = 0;
  house.sandbox.data.told.dynamicPlanner.add(() => {
    seen += 1;
    house.sandbox.dynamicPlanner.addFault({ method: 'GET', kind: 'status', status: 503 });
  });
  const { reply, payload } = await run(house, 'clientUpsert', { input: { ...variables.input, title: 'Dr' } });
  expect(seen).toBe(1);
  expect(payload).toMatchObject({ client: null, changes, userErrors: [] });
  expect(reply.errors?.[0]).toMatchObject({ path: ['clientUpsert', 'client'] });
});
