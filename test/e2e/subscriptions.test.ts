import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, follow } from './streams.ts';

const EVENTS = `subscription ($after: String, $topics: [String!], $clientIds: [ID!], $systems: [System!]) {
  events(after: $after, topics: $topics, clientIds: $clientIds, systems: $systems) {
    cursor topic system resource { type id } client { id displayName emails { address } } changed { __typename id }
  }
}`;
const LOGGED = '{ events(first: 200) { nodes { cursor topic } pageInfo { endCursor } } }';

/** How many subscriptions are open, as the gateway's figures have it. */
async function open(house: House): Promise<number> {
  const text = await (await fetch(`${house.gateway.url}/metrics`)).text();
  return Number(/^wealthgraph_subscriptions (\d+)$/m.exec(text)?.[1]);
}

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
