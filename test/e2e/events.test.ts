import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, follow } from './streams.ts';
import { startIssuer } from './tokens.ts';

const EVENTS =
  'query ($after: String, $topics: [String!]) { events(first: 200, after: $after, topics: $topics) { nodes { cursor topic system resource { type id } client { id displayName } } pageInfo { endCursor hasNextPage } } }';

const FOLLOW = 'subscription ($after: String) { events(after: $after) { cursor topic resource { type id } } }';

interface Told {
  cursor: string;
  topic: string;
  resource: { type: string; id: string };
}

/** What an event is about, in a word. */
const about = ({ topic, resource }: { topic: string; resource: { id: string } }): string => `${topic} ${resource.id}`;

async function eventsOf(house: House, variables: Record<string, unknown> = {}, headers = {}): Promise<Told[]> {
  const { data, errors } = await house.ask(EVENTS, variables, headers);
  expect(errors).toBeUndefined();
  return data.events.nodes;
}

describe('events of both platforms', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ env: await listening({ CACHE: 'on' }) });
  });
  afterAll(() => house.stop());

  test('are registered for, taken in, kept in order, and read from a cursor on', async () => {
    const changes = (['client', 'valuation', 'plan', 'finance', 'account'] as const).map((kind) =>
      house.sandbox.change(kind),
    );
    const count = changes.reduce((sum, change) => sum + change.dynamicPlanner.length + change.plannr.length, 0);
    await expect.poll(async () => (await eventsOf(house)).length).toBe(count);
    const all = await eventsOf(house);
    expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(count);
    expect(await eventsOf(house, { after: all[1]?.cursor })).toEqual(all.slice(2));
    expect((await eventsOf(house, { topics: ['client.updated'] })).map(({ topic }) => topic)).toEqual([
      'client.updated',
    ]);
  });

  test('drop what is kept of what has changed before they are answered: the next query sees it', async () => {
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    const query = '{ clients(first: 3) { nodes { displayName emails { address } phones { number } } } }';
    const contacts = async () => JSON.stringify((await house.ask(query)).data.clients.nodes[0]);
    const before = await contacts();
    house.clear();
    expect(await contacts()).toBe(before);
    expect(house.calls()).toEqual([]);
    const had = (await eventsOf(house)).length;
    house.sandbox.change('client', person?.id);
    await expect.poll(async () => (await eventsOf(house)).length).toBe(had + 1);
    expect(await contacts()).not.toBe(before);
  });

  test('of a document drop what is kept of its client’s, and give it as it is: there is no other way to see a new one', async () => {
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    const id = Buffer.from(`Client:d:${person?.id}`).toString('base64url');
    const query = 'query ($id: ID!) { client(id: $id) { documents(first: 200) { nodes { id name } } } }';
    const documents = async () => (await house.ask(query, { id })).data.client.documents.nodes;
    const before = await documents();
    house.clear();
    expect(await documents()).toEqual(before);
    expect(house.calls()).toEqual([]);

    const client = connect(house.gateway.url);
    const told = follow(
      client,
      'subscription { events(topics: ["client.document.created"]) { resource { type } client { id } changed { __typename id ... on Document { name client { id } } } } }',
    );
    await expect
      .poll(async () =>
        (await (await fetch(`${house.gateway.url}/metrics`)).text()).includes('wealthgraph_subscriptions 1\n'),
      )
      .toBe(true);
    house.sandbox.change('document', person?.id);
    await expect.poll(() => told.got.length).toBe(1);
    const now = await documents();
    const added = now.filter((one: { id: string }) => !before.some((old: { id: string }) => old.id === one.id));
    expect(added).toHaveLength(1);
    expect(told.got).toEqual([
      {
        data: {
          events: {
            resource: { type: 'document' },
            client: { id },
            changed: { __typename: 'Document', ...added[0], client: { id } },
          },
        },
      },
    ]);
    await client.dispose();
  });

  test('of a circle drop what is kept of circles', async () => {
    const query = '{ clients(first: 20) { nodes { circles { name } } } }';
    const names = async () => JSON.stringify((await house.ask(query)).data);
    const before = await names();
    const [circle] = house.sandbox.data.plannr.circles.all();
    expect(before).toContain(`"${circle?.name}"`);
    const had = (await eventsOf(house)).length;
    house.sandbox.change('circle', circle?.uuid);
    await expect.poll(async () => (await eventsOf(house)).length).toBe(had + 1);
    expect(await names()).not.toContain(`"${circle?.name}"`);
  });

  test('of a plan that gets another owner in Plannr drop the kept list of that owner too, whom they do not name', async () => {
    const { data, settings } = house.sandbox;
    const [account] = data.plannrAlone();
    // Not one that Dynamic Planner has too: that would be shown as Dynamic Planner's.
    const left = new Set([...data.plannr.plansBeingDeleted, ...data.samePolicies.map(({ planUuid }) => planUuid)]);
    const plan = data.plannr.plans.all().find(({ accounts, uuid }) => accounts.length === 1 && !left.has(uuid));
    const first = plan?.accounts[0]?.account_uuid;
    expect(account?.uuid).not.toBe(first);
    const id = Buffer.from(`Client:p:${account?.uuid}`).toString('base64url');
    const plans = async (): Promise<string[]> => {
      const reply = await house.ask('query ($id: ID!) { client(id: $id) { plans { nodes { id } } } }', { id });
      expect(reply.errors).toBeUndefined();
      return reply.data.client.plans.nodes.map((node: { id: string }) => node.id);
    };
    const added = Buffer.from(`Plan:p:${plan?.uuid}`).toString('base64url');
    expect(await plans()).not.toContain(added);
    house.clear();
    expect(await plans()).not.toContain(added);
    expect(house.calls()).toEqual([]);

    const had = (await eventsOf(house)).length;
    const reply = await fetch(`${settings.PLANNR_BASE_URL}/api/v1/plans/${plan?.uuid}/ownership`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${settings.PLANNR_ACCESS_TOKEN}`,
        'x-plannr-account-uuid': settings.PLANNR_ACCOUNT_UUID ?? '',
      },
      body: JSON.stringify({ accounts: [{ account_uuid: first }, { account_uuid: account?.uuid }] }),
    });
    expect(reply.status).toBe(200);
    await expect.poll(async () => (await eventsOf(house)).length).toBe(had + 1);
    expect(await plans()).toContain(added);
  });

  test('that are forged, or for a subscription that nobody knows, get nowhere', async () => {
    const had = (await eventsOf(house)).length;
    const post = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${house.gateway.url}/webhooks/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ id: 'ee000000-0000-4000-8000-00000000dead', topic: 'client.updated' }),
      }).then(({ status }) => status);
    const known = 'dynamic-planner/5b000000-0000-4000-8000-000000000002';
    expect(await post(known)).toBe(401);
    expect(await post(known, { 'x-hub-signature': `sha256=${'0'.repeat(64)}` })).toBe(401);
    expect(await post('plannr', { 'x-signature': '0'.repeat(64) })).toBe(401);
    expect(await post('dynamic-planner/5b000000-0000-4000-8000-0000000000ff')).toBe(404);
    expect((await eventsOf(house)).length).toBe(had);
  });

  test('a cursor of elsewhere says what to do', async () => {
    const { errors } = await house.ask(EVENTS, { after: 'nonsense' });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors?.[0]?.message).toMatch(/Begin without a cursor/);
  });
});

test('what happened while the gateway was down is in the log once, also where it is sent again, and reaches whom it had left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-events-'));
  const env = await listening({ DATA_DIR: dataDir });
  const first = await startHouse({ env, sandbox: { deliveries: { retryBaseMs: 100 } } });
  const kinds = ['client', 'finance', 'relationship', 'valuation'] as const;
  first.sandbox.change('client');
  await expect.poll(async () => (await eventsOf(first)).length).toBe(1);
  const [seen] = await eventsOf(first);
  expect(seen).toBeDefined();
  first.sandbox.dynamicPlanner.addDeliveryFault({ kind: 'twice' });
  await first.gateway.stop();

  const changes = Array.from({ length: 50 }, (_, index) => first.sandbox.change(kinds[index % kinds.length])).flatMap(
    ({ dynamicPlanner }) => dynamicPlanner,
  );
  expect(changes.length).toBeGreaterThanOrEqual(50);
  const second = await startHouse({ env, beside: first });
  const client = connect(second.gateway.url);
  const told = follow(client, FOLLOW, { after: seen?.cursor });
  await expect.poll(async () => (await eventsOf(second, { after: seen?.cursor })).length).toBe(changes.length);
  // A delivery that is tried again, and one that is sent twice, change nothing.
  const { deliveries } = first.sandbox.dynamicPlanner;
  await expect.poll(() => deliveries.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  expect(deliveries.filter(({ state, attempts }) => state === 'delivered' && attempts > 1)).not.toEqual([]);
  await second.gateway.refresh();
  const resumed = await eventsOf(second, { after: seen?.cursor });
  expect(resumed).toHaveLength(changes.length);
  expect((await eventsOf(second))[0]).toEqual(seen);
  // One more behind them: what was told twice would have come before it.
  second.sandbox.change('client');
  await expect.poll(() => told.got.length).toBe(changes.length + 1);
  const logged = await eventsOf(second, { after: seen?.cursor });
  expect(told.got.map(({ data }) => data.events)).toEqual(
    logged.map(({ cursor, topic, resource }) => ({ cursor, topic, resource })),
  );
  expect(logged.slice(0, changes.length).map(about).toSorted()).toEqual(changes.map(about).toSorted());
  await client.dispose();
  await second.stop();
  await first.sandbox.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('a caller sees the events of their units and of nobody else’s', async () => {
  const issuer = await startIssuer();
  const house = await startHouse({
    env: await listening(issuer.env),
  });
  const { organisationUnits } = house.sandbox.data.dynamicPlanner;
  const happened = Array.from({ length: 40 }, () => house.sandbox.change('client')).flatMap(
    ({ dynamicPlanner }) => dynamicPlanner,
  );
  const units = [...new Set(happened.map(({ organisationUnitId }) => organisationUnitId ?? ''))];
  expect(units.length).toBeGreaterThan(3);
  const top = organisationUnits.all().find(({ parentId }) => parentId == null)?.id ?? '';
  const tokenOf = (unit: string) =>
    issuer.bearer({ sub: unit, organisationUnitIds: [unit], scope: 'events:read clients:read' });
  const asTop = await tokenOf(top);
  await expect.poll(async () => (await eventsOf(house, {}, asTop)).length).toBe(happened.length);
  const below = (unit: string): Set<string> => {
    const all = new Set([unit]);
    for (let size = 0; size < all.size; ) {
      size = all.size;
      for (const { id, parentId } of organisationUnits.all()) if (parentId != null && all.has(parentId)) all.add(id);
    }
    return all;
  };
  for (const unit of units) {
    const visible = below(unit);
    const expected = happened
      .filter(({ organisationUnitId }) => visible.has(organisationUnitId ?? ''))
      .map(({ resource }) => resource.id);
    const seen = (await eventsOf(house, {}, await tokenOf(unit))).map(({ resource }) => resource.id);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  }
  const nobody = await issuer.bearer({ sub: 'nobody', organisationUnitIds: [], scope: 'events:read clients:read' });
  expect(await eventsOf(house, {}, nobody)).toEqual([]);
  await house.stop();
  issuer.stop();
});

test('a document that an event is about is for who may see its client, and has the scope', async () => {
  const issuer = await startIssuer();
  const house = await startHouse({
    env: await listening(issuer.env),
  });
  const { clients, organisationUnits } = house.sandbox.data.dynamicPlanner;
  const parents = new Set(organisationUnits.all().map(({ parentId }) => parentId));
  const isLeaf = (id: string): boolean => !parents.has(id);
  const person = clients.all().find(({ organisationUnitId }) => isLeaf(organisationUnitId));
  if (person === undefined) throw new TypeError('nobody is of a leaf');
  const elsewhere = organisationUnits.all().find(({ id }) => id !== person.organisationUnitId && isLeaf(id))?.id ?? '';
  const changed = async (unit: string, scope: string) => {
    const token = await issuer.sign({ organisationUnitIds: [unit], scope });
    const query = '{ events(first: 5) { nodes { resource { type } changed { __typename } } } }';
    const { data, errors } = await house.ask(query, {}, { authorization: `Bearer ${token}` });
    return { nodes: data.events.nodes, codes: errors?.map(({ extensions }) => extensions.code) };
  };
  const ALL = 'events:read clients:read documents:read';
  const seen = (thing: object | null) => [{ resource: { type: 'document' }, changed: thing }];

  house.sandbox.change('document', person.id);
  await expect
    .poll(() => changed(person.organisationUnitId, ALL))
    .toEqual({ nodes: seen({ __typename: 'Document' }), codes: undefined });
  // As often as it takes for an operation to be compiled, and more.
  for (let time = 0; time < 5; time += 1)
    expect(await changed(person.organisationUnitId, 'events:read clients:read')).toEqual({
      nodes: seen(null),
      codes: ['FORBIDDEN'],
    });
  expect(await changed(elsewhere, ALL)).toEqual({ nodes: [], codes: undefined });
  // The event stays that of the unit; the client is another's now, and so is what belongs to them.
  clients.set(person.id, { ...person, organisationUnitId: elsewhere });
  expect(await changed(person.organisationUnitId, ALL)).toEqual({ nodes: seen(null), codes: undefined });
  await house.stop();
  issuer.stop();
});
