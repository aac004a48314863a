import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlatformEvent } from '../../src/sources/event.ts';
import { openRedis } from '../platform/events/open.ts';
import { emptyDatabase, globalId } from './cache-book.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, type Followed, follow, openSubscriptions } from './streams.ts';

// Two gateways on one Redis: what one of them accepts, subscribers of both are told.

const ROUNDS = 20;
const CONTACTS = 'id emails { address } phones { number }';
const READ = `query ($id: ID!) { client(id: $id) { ${CONTACTS} } }`;
const FOLLOW = `subscription { events { cursor resource { id } client { ${CONTACTS} } changed { id ... on Client { emails { address } phones { number } } } } }`;

const database = await emptyDatabase(4);

describe.skipIf(database === null)('two gateways that share a Redis', () => {
  let one: House;
  let other: House;
  beforeAll(async () => {
    const env = await listening({ CACHE: 'on', CACHE_CLIENTS_SECONDS: '3600', REDIS_URL: database?.url ?? '' });
    one = await startHouse({ env });
    other = await startHouse({ env: { ...env, PORT: '0' }, beside: one });
  });
  afterAll(async () => {
    await other.stop();
    await one.stop();
    database?.stop();
  });

  test('tell their subscribers what either of them accepts, each with the new state, whatever the other one had kept', async () => {
    const ids = people(one);
    const now = (id: string) => stateOf(one, id);
    const sockets = [one, other].map(({ gateway }) => connect(gateway.url));
    const all: Followed[] = sockets.map((socket) => follow(socket, FOLLOW));
    for (const house of [one, other]) await expect.poll(() => subscriptionsOf(house)).toBe(1);

    for (let round = 1; round <= ROUNDS; round += 1) {
      const id = ids[round % ids.length] ?? '';
      // The old state is kept at both, in memory and in Redis: it is asked for twice, and the platform once at most.
      for (const house of [one, other])
        for (let time = 0; time < 2; time += 1)
          expect((await house.ask(READ, { id: globalId('Client', id) })).data.client).toEqual(now(id));
      one.clear();
      await other.ask(READ, { id: globalId('Client', id) });
      expect(one.calls().filter(({ template }) => template.startsWith('/crm/v1/clients'))).toEqual([]);
      const before = now(id);

      deliverTo(one, round % 2 === 0 ? one : other);
      one.sandbox.change('client', id);
      expect(now(id)).not.toEqual(before);
      for (const { got } of all) await expect.poll(() => got.length).toBe(round);
      for (const { got } of all)
        expect(got.at(-1)).toEqual({
          data: { events: { cursor: expect.any(String), resource: { id }, client: now(id), changed: now(id) } },
        });
    }
    const [atTold = [], atOther] = all.map(({ got }) => got.map(({ data }) => data.events.cursor));
    expect(atOther).toEqual(atTold);
    expect(new Set(atTold).size).toBe(ROUNDS);
    for (const socket of sockets) await socket.dispose();
  });

  test('tell the new state also where the node that accepted it died before it had dropped what was kept', async () => {
    const { clients } = one.sandbox.data.dynamicPlanner;
    const dead = await openRedis(database?.url ?? '');
    const sockets = [one, other].map(({ gateway }) => connect(gateway.url));
    const all = sockets.map((socket) => follow(socket, FOLLOW));
    for (const house of [one, other]) await expect.poll(() => subscriptionsOf(house)).toBe(1);
    for (const [index, id] of people(one).entries()) {
      for (const house of [one, other]) await house.ask(READ, { id: globalId('Client', id) });
      const person = clients.get(id);
      if (person === undefined) throw new TypeError('nobody has this id');
      clients.set(id, {
        ...person,
        emails: [{ type: 'home', address: `new-${index}@example.com`, isPrimary: true }],
      });
      const value = {
        system: 'DYNAMIC_PLANNER',
        topic: 'client.updated',
        occurredAt: new Date().toISOString(),
        organisationUnitId: person.organisationUnitId,
        resource: { type: 'client', id },
        clientIds: [id],
        planId: null,
      } as const satisfies PlatformEvent;
      await dead.append([{ key: `DYNAMIC_PLANNER:dead-${index}`, value }]);
      for (const { got } of all) await expect.poll(() => got.length).toBe(index + 1);
      for (const { got } of all) expect(got.at(-1)?.data.events.client).toEqual(stateOf(one, id));
    }
    await dead.stop();
    for (const socket of sockets) await socket.dispose();
  });
});

/** From now on the platform posts to this gateway, as what stands before both of them may do. */
function deliverTo({ sandbox }: House, { gateway }: House): void {
  const { subscriptions } = sandbox.data.dynamicPlanner;
  for (const subscription of subscriptions.values()) {
    const callbackUrl = new URL(subscription.callbackUrl);
    callbackUrl.port = new URL(gateway.url).port;
    subscriptions.set(subscription.id, { ...subscription, callbackUrl: callbackUrl.href });
  }
}

/** Some who can be reached, and so can be reached elsewhere. */
function people({ sandbox }: House): string[] {
  const reachable = sandbox.data.dynamicPlanner.clients
    .all()
    .filter(({ emails, phones }) => emails?.length && phones?.length);
  return reachable.slice(0, 3).map(({ id }) => id);
}

/** How someone can be reached now, as the graph has it. */
function stateOf({ sandbox }: House, id: string) {
  const { emails, phones } = sandbox.data.dynamicPlanner.clients.get(id) ?? {};
  return {
    id: globalId('Client', id),
    emails: emails?.map(({ address }) => ({ address })),
    phones: phones?.map(({ number }) => ({ number })),
  };
}

const subscriptionsOf = ({ gateway }: House) => openSubscriptions(gateway);
