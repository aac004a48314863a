import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, follow, openSubscriptions } from './streams.ts';

const EVENTS = `subscription ($after: String, $topics: [String!], $clientIds: [ID!], $systems: [System!]) {
  events(after: $after, topics: $topics, clientIds: $clientIds, systems: $systems) {
    cursor topic system resource { type id } client { id displayName emails { address } } changed { __typename id }
  }
}`;
const LOGGED = '{ events(first: 200) { nodes { cursor topic } pageInfo { endCursor } } }';

const open = (house: House) => openSubscriptions(house.gateway);

describe('subscriptions over WebSocket', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ env: await listening({ CACHE: 'on' }) });
  });
  afterAll(() => house.stop());

  test('tell what happens, with the thing as it is after it, and nothing twice', async () => {
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    const client = connect(house.gateway.url);
    const events = follow(client, EVENTS);
    await expect.poll(() => open(house)).toBe(1);
    for (let round = 1; round <= 3; round += 1) {
      house.sandbox.change('client', person?.id);
      await expect.poll(() => events.got.length).toBe(round);
      const told = events.got.at(-1)?.data.events;
      const now = await house.ask('query ($id: ID!) { client(id: $id) { id displayName emails { address } } }', {
        id: told.client.id,
      });
      expect(told.client).toEqual(now.data.client);
      expect(told.changed).toEqual({ __typename: 'Client', id: told.client.id });
    }
    expect(new Set(events.got.map(({ data }) => data.events.cursor)).size).toBe(3);
    events.stop();
    await expect.poll(() => open(house)).toBe(0);
    await client.dispose();
  });

  test('go on behind a cursor, over to what happens now, with no gap and no repeat', async () => {
    const from = (await house.ask(LOGGED)).data.events.nodes[0].cursor;
    const client = connect(house.gateway.url);
    house.sandbox.change('client');
    const events = follow(client, EVENTS, { after: from });
    for (let index = 0; index < 10; index += 1) house.sandbox.change('client');
    const logged = async () =>
      (await house.ask(LOGGED)).data.events.nodes.slice(1).map((node: { cursor: string }) => node.cursor);
    await expect.poll(async () => (await logged()).length).toBeGreaterThanOrEqual(13);
    await expect.poll(async () => events.got.map(({ data }) => data.events.cursor)).toEqual(await logged());
    await client.dispose();
  });
});

describe('what is told', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ env: await listening({ CACHE: 'on' }) });
  });
  afterAll(() => house.stop());

  test('is of the clients, topics and systems that are asked for', async () => {
    const client = connect(house.gateway.url);
    const people = house.sandbox.data.dynamicPlanner.clients.all();
    const [one, other] = [people[20], people[21]];
    const id = Buffer.from(`Client:d:${one?.id}`).toString('base64url');
    const all = follow(client, EVENTS);
    const ofOne = follow(client, EVENTS, { clientIds: [id] });
    const changed = follow(client, 'subscription ($id: ID!) { clientChanged(id: $id) { topic client { id } } }', {
      id,
    });
    const ofPlannr = follow(client, EVENTS, { systems: ['PLANNR'] });
    const ofTopic = follow(client, EVENTS, { topics: ['client.updated'] });
    await expect.poll(() => open(house)).toBe(5);
    house.sandbox.change('client', one?.id);
    house.sandbox.change('client', other?.id);
    house.sandbox.change('plan');
    await expect.poll(() => all.got.length).toBeGreaterThanOrEqual(3);
    const topics = (followed: typeof all) =>
      followed.got.map(({ data }) => data.events?.topic ?? data.clientChanged.topic);
    const expected = topics(all).filter((topic) => topic === 'client.updated');
    expect(expected).toHaveLength(2);
    await expect.poll(() => topics(ofTopic)).toEqual(expected);
    await expect.poll(() => topics(ofOne)).toEqual(['client.updated']);
    await expect
      .poll(() => changed.got)
      .toEqual([{ data: { clientChanged: { topic: 'client.updated', client: { id } } } }]);
    await expect.poll(() => ofPlannr.got.length).toBe(all.got.length - 2);
    expect(new Set(ofPlannr.got.map(({ data }) => data.events.system))).toEqual(new Set(['PLANNR']));
    await client.dispose();
  });

  test('is worked out once for all who ask the same, and costs no more calls for 50 than for one', async () => {
    const clients = Array.from({ length: 50 }, () => connect(house.gateway.url));
    const followed = clients.map((client) => follow(client, EVENTS));
    await expect.poll(() => open(house)).toBe(50);
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    await house.ask('{ clients(first: 1) { nodes { id } } }');
    house.clear();
    house.sandbox.change('client', person?.id);
    for (const { got } of followed) await expect.poll(() => got.length).toBe(1);
    expect(new Set(followed.map(({ got }) => JSON.stringify(got))).size).toBe(1);
    expect(house.calls()).toHaveLength(1);
    for (const client of clients) await client.dispose();
    await expect.poll(() => open(house)).toBe(0);
  });

  test('waits for a platform that does not answer, and passes nothing over', async () => {
    const client = connect(house.gateway.url);
    const events = follow(client, EVENTS);
    await expect.poll(() => open(house)).toBe(1);
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503, path: /^\/crm/ });
    house.sandbox.change('client');
    // What the caller may know of is known here without the platform: the event is told, with what is missing in it.
    await expect.poll(() => events.got.length).toBe(1);
    expect(events.got[0]?.data.events).toMatchObject({ topic: 'client.updated' });
    expect(events.got[0]?.errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: ['events', 'client'] })]),
    );
    expect(events.got[0]?.errors?.map(({ extensions }) => extensions?.code)).toContain('UPSTREAM_UNAVAILABLE');
    house.sandbox.dynamicPlanner.clearFaults();
    await client.dispose();
  });
});
