import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LONG } from '../platform/cache/nodes.ts';
import { wireTo } from '../platform/cache/wire.ts';
import { BOOK, byTemplate, emptyDatabase, globalId, startKeeping } from './cache-book.ts';
import type { House } from './harness.ts';

const FIRST = 20;
const NAME = 'query ($id: ID!) { client(id: $id) { displayName } }';
const PACES = ['CLIENTS', 'RELATIONSHIPS', 'PLANS', 'VALUATIONS', 'PROFILING', 'REFERENCE'];
/** Everything is fresh for a second, and good for an hour behind that where the platform fails. */
const SHORT = {
  ...Object.fromEntries(PACES.map((pace) => [`CACHE_${pace}_SECONDS`, '1'])),
  CACHE_STALE_SECONDS: '0',
  CACHE_STALE_IF_ERROR_SECONDS: '3600',
};

const database = await emptyDatabase(15);
afterAll(() => database?.stop());
const houses: House[] = [];
const open = async (...options: Parameters<typeof startKeeping>): Promise<House> => {
  const house = await startKeeping(...options);
  houses.unshift(house);
  return house;
};
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

describe('with a platform that is down', () => {
  test.each(['dynamicPlanner', 'plannr'] as const)(
    '(%s) what was read before is given, without an error',
    async (name) => {
      const house = await open({ env: SHORT });
      const before = await house.ask(BOOK, { first: FIRST });
      expect(before.errors).toBeUndefined();
      house.sandbox[name].addFault({ kind: 'status', status: 503 });
      house.sandbox[name].clearRequests();
      // Until all of it is stale, and was asked for in vain.
      const asked = Object.keys(byTemplate(house.calls()));
      const wanted = name === 'plannr' ? 1 : 4;
      await expect
        .poll(async () => {
          const { data, errors } = await house.ask(BOOK, { first: FIRST });
          expect([errors, data]).toEqual([undefined, before.data]);
          asked.push(...Object.keys(byTemplate([...house.sandbox[name].requests])));
          return new Set(asked.filter((template) => !template.includes('token'))).size;
        }, LONG)
        .toBeGreaterThanOrEqual(wanted);
      house.sandbox[name].clearFaults();
      const [person] = house.sandbox.data.dynamicPlanner.clients.all();
      if (person === undefined) throw new Error('nobody there');
      house.sandbox.data.dynamicPlanner.clients.set(person.id, { ...person, lastName: 'Changed' });
      await expect
        .poll(async () => (await house.ask(BOOK, { first: FIRST })).data.clients.nodes[0].displayName, LONG)
        .toBe(`${person.firstName} Changed`);
    },
  );

  test('what was dropped is not given any more', async () => {
    const house = await open({ env: SHORT });
    const { data } = house.sandbox;
    await house.ask(BOOK, { first: 100 });
    // Somebody of whom Plannr knows nothing.
    const person = data.dynamicPlanner.clients.all().find(({ id }) => data.plannrAccountsOf(id).length === 0);
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503 });
    await house.gateway.drop([`DYNAMIC_PLANNER/client:${person?.id}`]);
    const reply = await house.ask(NAME, { id: globalId('Client', person?.id) });
    expect(reply.data).toEqual({ client: null });
    expect(reply.errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('a refusal is told, and nothing is given in its place', async () => {
    const house = await open({ env: SHORT });
    await house.ask(BOOK, { first: FIRST });
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 403 });
    await expect
      .poll(async () => (await house.ask(BOOK, { first: FIRST })).errors?.[0]?.extensions.code, LONG)
      .toBe('UPSTREAM_REJECTED');
  });
});

describe('a table of what was read before, with a platform that is down,', () => {
  const QUERY = '{ clients { nodes { id displayName } } }';
  const read = async (house: House, path: string): Promise<Response> => {
    const isAdhoc = path === '/graphql';
    const reply = await fetch(house.gateway.url + path, {
      ...(isAdhoc && {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/csv' },
        body: JSON.stringify({ query: QUERY }),
      }),
    });
    await reply.arrayBuffer();
    return reply;
  };

  test.each(['/tables/clients.csv', '/odata/v4/Clients', '/odata/v4/Clients/$count', '/graphql'])(
    'is refused, for it has no place to say how old it is: %s',
    async (path) => {
      const house = await open({ env: SHORT });
      expect((await read(house, path)).status).toBe(200);
      expect((await house.ask(QUERY)).extensions.stale).toBeUndefined();
      for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
        platform.addFault({ kind: 'status', status: 503 });
      await expect.poll(async () => (await read(house, path)).status, LONG).toBe(503);
      // Where it can be told it is given all the same.
      await expect
        .poll(async () => {
          const { data, extensions } = await house.ask(QUERY);
          return data.clients.nodes.length > 0 && extensions.stale !== undefined;
        }, LONG)
        .toBe(true);
      for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr]) platform.clearFaults();
      await expect.poll(async () => (await read(house, path)).status, LONG).toBe(200);
    },
  );
});

describe.skipIf(database === null)('two gateways on one Redis', () => {
  test('see what is dropped through the other with their next read', async () => {
    const env = { REDIS_URL: database?.url ?? '' };
    const first = await open({ env });
    const second = await open({ beside: first, env });
    const { clients } = first.sandbox.data.dynamicPlanner;
    const pairs = [
      [first, second],
      [second, first],
    ] as const;
    for (const house of [first, second]) await house.ask(BOOK, { first: FIRST });
    for (const [turn, [drops, reads]] of [...pairs, ...pairs].entries()) {
      const [person] = clients.all();
      if (person === undefined) throw new Error('nobody there');
      clients.set(person.id, { ...person, lastName: `Changed-${turn}` });
      await drops.gateway.drop([`DYNAMIC_PLANNER/client:${person.id}`]);
      first.clear();
      for (const house of [reads, drops]) {
        const { data } = await house.ask(BOOK, { first: FIRST });
        expect(data.clients.nodes[0].displayName).toBe(`${person.firstName} Changed-${turn}`);
      }
      expect(first.calls().length).toBeLessThanOrEqual(2);
    }
  });

  test('answer rightly while Redis is away, and keep again when it is back', async () => {
    const wires = [await wireTo(database?.url ?? ''), await wireTo(database?.url ?? '')];
    try {
      const env = wires.map(({ url }) => ({ REDIS_URL: url, REDIS_TIMEOUT_MS: '500' }));
      const first = await open({ env: env[0] ?? {} });
      const second = await open({ beside: first, env: env[1] ?? {} });
      const { clients } = first.sandbox.data.dynamicPlanner;
      const [person] = clients.all();
      if (person === undefined) throw new Error('nobody there');
      const variables = { id: globalId('Client', person.id) };
      const name = async (house: House) => {
        const { data, errors } = await house.ask(NAME, variables);
        expect(errors).toBeUndefined();
        return data.client.displayName;
      };
      for (const house of [first, second]) expect(await name(house)).toBe(`${person.firstName} ${person.lastName}`);
      for (const [turn, how] of (['hang', 'cut'] as const).entries()) {
        for (const wire of wires) wire[how]();
        clients.set(person.id, { ...person, lastName: `Changed-${turn}` });
        await first.gateway.drop([`DYNAMIC_PLANNER/client:${person.id}`]);
        for (const house of [first, second]) expect(await name(house)).toBe(`${person.firstName} Changed-${turn}`);
        for (const wire of wires) wire.mend();
        await expect.poll(() => name(second), LONG).toBe(`${person.firstName} Changed-${turn}`);
        for (const house of [first, second])
          await expect
            .poll(async () => {
              await name(house);
              first.clear();
              await name(house);
              return first.calls().length;
            }, LONG)
            .toBe(0);
        for (const house of [first, second]) expect(await name(house)).toBe(`${person.firstName} Changed-${turn}`);
      }
    } finally {
      for (const wire of wires) wire.stop();
    }
  });
});
