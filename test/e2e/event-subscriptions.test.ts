import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_WEBHOOKS } from '../../src/sources/dynamic-planner/contract-webhooks.ts';
import { type House, type Reply, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { type Issuer, startIssuer } from './tokens.ts';

const TOPICS = '{ eventTopics { system topic description isWanted } }';
const SUBSCRIPTIONS = '{ eventSubscriptions { id system topics url isActive isOurs } }';
/** What Plannr is asked for where no setting says otherwise. */
const EVENTS = ['account', 'circle', 'plan'].flatMap((about) =>
  ['created', 'updated', 'deleted'].map((happened) => `${about}.${happened}`),
);
const WANTED = Object.values(DEFAULT_WEBHOOKS.subscriptions).map((one) => one?.topic ?? '');
const FOREIGN = {
  dynamicPlanner: '5c000000-0000-4000-8000-000000000001',
  plannr: '5c000000-0000-4000-8000-000000000002',
};
/** All that could open something: none of it may ever be told. */
const SECRET = /hunter2|signing|a long secret/;

let house: House;
let issuer: Issuer;
let publicUrl: string;
let top: string;
let unit: string;
beforeAll(async () => {
  issuer = await startIssuer();
  const env = await listening(issuer.env);
  publicUrl = env.PUBLIC_URL ?? '';
  house = await startHouse({ sandbox: { clients: 10 }, env });
  const { dynamicPlanner, plannr } = house.sandbox.data;
  const units = dynamicPlanner.organisationUnits.all();
  top = units.find(({ parentId }) => parentId == null)?.id ?? '';
  unit = units.find(({ parentId }) => parentId != null)?.id ?? '';
  // What other programs have registered, with secrets where people put them.
  dynamicPlanner.subscriptions.set(FOREIGN.dynamicPlanner, {
    id: FOREIGN.dynamicPlanner,
    topic: 'client.deleted',
    callbackUrl: 'https://user:hunter2@crm.example:8443/hooks/hunter2?key=hunter2#hunter2',
    hmac: { algorithm: 'sha1', secret: 'hunter2' },
    status: 'paused',
  });
  plannr.webhookSubscriptions.set(FOREIGN.plannr, {
    uuid: FOREIGN.plannr,
    url: 'data:text/plain,hunter2',
    events: ['task.created', 'plan.created'],
    signing_secret: 'hunter2',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    last_outgoing_webhook_call_at: null,
  });
});
afterEach(() => {
  house.sandbox.dynamicPlanner.clearFaults();
  house.sandbox.plannr.clearFaults();
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

async function ask(query: string, units: string[] = [top], own: House = house, scope = 'events:read'): Promise<Reply> {
  const token = await issuer.sign({ organisationUnitIds: units, scope });
  return own.ask(query, {}, { authorization: `Bearer ${token}` });
}

/** Of which platforms an answer tells. */
const systemsOf = (items: { system: string }[]): string[] => [...new Set(items.map(({ system }) => system))].sort();

describe('the platforms’ subscriptions', () => {
  test('are told with whose they are, and without anything secret', async () => {
    const { data, errors, text } = await ask(SUBSCRIPTIONS);
    expect(errors).toBeUndefined();
    const all: { id: string; system: string; topics: string[]; url: string; isOurs: boolean }[] =
      data.eventSubscriptions;
    const ours = all.filter(({ isOurs }) => isOurs);
    const [atPlannr] = house.sandbox.data.plannr.webhookSubscriptions.keys();
    expect(ours.map(({ id }) => id).sort()).toEqual([...Object.keys(DEFAULT_WEBHOOKS.subscriptions), atPlannr].sort());
    for (const one of ours.filter(({ system }) => system === 'DYNAMIC_PLANNER'))
      expect(one).toEqual({
        id: one.id,
        system: 'DYNAMIC_PLANNER',
        topics: [DEFAULT_WEBHOOKS.subscriptions[one.id]?.topic],
        url: `${publicUrl}/webhooks/dynamic-planner/${one.id}`,
        isActive: true,
        isOurs: true,
      });
    expect(ours.find(({ system }) => system === 'PLANNR')).toEqual({
      id: atPlannr,
      system: 'PLANNR',
      topics: EVENTS,
      url: `${publicUrl}/webhooks/plannr`,
      isActive: null,
      isOurs: true,
    });
    expect(all.filter(({ isOurs }) => !isOurs)).toEqual([
      {
        id: FOREIGN.dynamicPlanner,
        system: 'DYNAMIC_PLANNER',
        topics: ['client.deleted'],
        url: 'https://crm.example:8443',
        isActive: false,
        isOurs: false,
      },
      {
        id: FOREIGN.plannr,
        system: 'PLANNR',
        topics: ['task.created', 'plan.created'],
        url: null,
        isActive: null,
        isOurs: false,
      },
    ]);
    expect(text).not.toMatch(SECRET);
    for (const { signing_secret: secret } of house.sandbox.data.plannr.webhookSubscriptions.values())
      expect(text).not.toContain(secret);
  });

  test.each([
    ['dynamicPlanner', 'DYNAMIC_PLANNER', 'PLANNR'],
    ['plannr', 'PLANNR', 'DYNAMIC_PLANNER'],
  ] as const)('of one platform are told also where %s is down', async (down, missing, there) => {
    house.sandbox[down].addFault({ kind: 'status', status: 503, body: { message: 'hunter2' }, path: /subscriptions/ });
    const { data, errors, text } = await ask(SUBSCRIPTIONS);
    expect(systemsOf(data.eventSubscriptions)).toEqual([there]);
    expect(errors).toMatchObject([
      { path: ['eventSubscriptions'], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { system: missing } } },
    ]);
    expect(text).not.toMatch(SECRET);
  });

  test('are null, and not none, where no platform can be asked', async () => {
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
      platform.addFault({ kind: 'status', status: 503, path: /subscriptions/ });
    const { data, errors } = await ask(SUBSCRIPTIONS);
    expect(data.eventSubscriptions).toBeNull();
    expect(errors?.map(({ extensions }) => (extensions.upstream as { system: string }).system).sort()).toEqual([
      'DYNAMIC_PLANNER',
      'PLANNR',
    ]);
  });

  test('are nothing for who does not see the whole firm: nobody is asked', async () => {
    for (const units of [[unit], []]) {
      house.clear();
      const { data, errors } = await ask(SUBSCRIPTIONS, units);
      expect({ data, errors }).toEqual({ data: { eventSubscriptions: null }, errors: undefined });
      expect(house.calls()).toEqual([]);
    }
  });

  test('are Plannr’s alone for who holds one top unit of several, and need the scope', async () => {
    const { organisationUnits } = house.sandbox.data.dynamicPlanner;
    const other = { id: '5d000000-0000-4000-8000-000000000001', name: 'Another firm', parentId: null };
    organisationUnits.set(other.id, other);
    const env = issuer.env;
    const second = await startHouse({ env, beside: house });
    organisationUnits.delete(other.id);
    const { data } = await ask(SUBSCRIPTIONS, [top], second);
    expect(systemsOf(data.eventSubscriptions)).toEqual(['PLANNR']);
    // Nobody knows this gateway's address: so none is its own.
    expect(data.eventSubscriptions.map(({ isOurs }: { isOurs: boolean }) => isOurs)).toEqual([false, false]);
    expect(systemsOf((await ask(SUBSCRIPTIONS, [top, other.id], second)).data.eventSubscriptions)).toHaveLength(2);
    await second.stop();
    const refused = await ask(SUBSCRIPTIONS, [top], house, 'clients:read');
    expect(refused.data).toEqual({ eventSubscriptions: null });
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('topics', () => {
  const wantedOf = (items: { system: string; topic: string; isWanted: boolean }[], system: string): string[] =>
    items.filter((one) => one.system === system && one.isWanted).map(({ topic }) => topic);

  test('are those of both platforms, in their words', async () => {
    const { data, errors } = await ask(TOPICS, [unit]);
    expect(errors).toBeUndefined();
    expect(wantedOf(data.eventTopics, 'DYNAMIC_PLANNER')).toEqual(WANTED);
    expect(wantedOf(data.eventTopics, 'PLANNR')).toEqual(EVENTS);
    expect(data.eventTopics[0]).toEqual({
      system: 'DYNAMIC_PLANNER',
      topic: 'client.created',
      description: 'A client was created',
      isWanted: true,
    });
  });

  test('that are wanted are known without the platform, which an error beside them tells', async () => {
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503, path: /topics/ });
    const { data, errors } = await ask(TOPICS);
    expect(wantedOf(data.eventTopics, 'DYNAMIC_PLANNER')).toEqual(WANTED);
    expect(wantedOf(data.eventTopics, 'PLANNR')).toEqual(EVENTS);
    expect(errors).toMatchObject([
      { path: ['eventTopics'], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { system: 'DYNAMIC_PLANNER' } } },
    ]);
  });

  test('tell what the contract does not want, and what it wants and the platform does not have', async () => {
    const [first = '', second = ''] = Object.keys(DEFAULT_WEBHOOKS.subscriptions);
    const contract = { webhooks: { subscriptions: { [first]: null, [second]: { topic: 'client.moved' } } } };
    const env = issuer.env;
    const other = await startHouse({ env, contract, beside: house, without: 'PLANNR_' });
    const { data } = await ask(TOPICS, [unit], other);
    expect(systemsOf(data.eventTopics)).toEqual(['DYNAMIC_PLANNER']);
    const isWanted = Object.fromEntries(
      data.eventTopics.map((one: { topic: string; isWanted: boolean }) => [one.topic, one.isWanted]),
    );
    expect(isWanted).toMatchObject({
      'client.created': false,
      'client.updated': false,
      'client.moved': true,
      'results.updated': true,
    });
    await other.stop();
  });
});
