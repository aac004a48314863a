import { afterEach, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { allOf, isODataError, odata } from './odata-caller.ts';

const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

async function open(clients: number, env: Record<string, string> = {}): Promise<House> {
  const house = await startHouse({ sandbox: { clients }, env: { COST_PER_MINUTE: '1000000000', ...env } });
  houses.push(house);
  return house;
}

describe('a platform that fails', () => {
  test.each(['/Clients', '/Clients/$count', '/Clients?$count=true', '/Plans?$orderby=name'])(
    'at the first page of %s is told as an error, without its words',
    async (path) => {
      const house = await open(20);
      for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
        platform.addFault({ kind: 'status', status: 500, body: { secret: 'upstream words' } });
      const reply = await odata(house, path);
      expect([reply.status, reply.body.error.code, isODataError(reply)]).toEqual([503, 'UPSTREAM_UNAVAILABLE', true]);
      expect(reply.text).not.toContain('upstream words');
    },
  );

  test('in the middle breaks the connection', async () => {
    // Refused, and not unavailable: that passes by itself, and would be tried again first.
    const house = await open(900);
    expect((await allOf(house, '/Clients?$select=id')).length).toBe(900);
    // Pages that are under way are answered late enough for the last ones not to be.
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr]) platform.setLatency(100);
    const response = await fetch(`${house.gateway.url}/odata/v4/Clients?$expand=Plans`);
    expect(response.status).toBe(200);
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
      platform.addFault({ kind: 'status', status: 403 });
    await expect(response.text()).rejects.toThrow();
  });
});

describe('limits', () => {
  test('a budget that is used up is 429, and says when to come again', async () => {
    const house = await open(20, { COST_PER_MINUTE: '1000000', MAX_COST: '1000000' });
    let reply = await odata(house, '/Clients?$expand=Plans');
    for (let calls = 0; reply.status === 200 && calls < 2_000; calls += 1)
      reply = await odata(house, '/Clients?$expand=Plans');
    expect([reply.status, reply.body.error.code, isODataError(reply)]).toEqual([429, 'BUDGET_EXCEEDED', true]);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('what is too dear for a page of the graph is asked for in smaller ones', async () => {
    const house = await open(150);
    const path =
      '/Clients?$select=id&$expand=Plans($select=id;$expand=Owners($select=position),Valuations($select=id))';
    const tight = await open(150, { MAX_COST: '300000' });
    // What the service says of entities has the house's own address.
    const plain = { accept: 'application/json;odata.metadata=none' };
    expect(await allOf(tight, path, plain)).toEqual(await allOf(house, path, plain));
    const ids = (await allOf(house, '/Clients?$select=id')).map(({ id }) => `'${id}'`);
    const some = `${path}&$filter=id in (${ids.slice(0, 60).join(',')})`;
    const found = await allOf(tight, some, plain);
    expect(found.map(({ id }) => `'${id}'`)).toEqual(ids.slice(0, 60));
    expect(found).toEqual(await allOf(house, some, plain));
  });

  test('what is too dear even for one is told as an error', async () => {
    const house = await open(5, { MAX_COST: '500' });
    const reply = await odata(house, '/Clients?$expand=Plans($expand=Valuations)');
    expect([reply.status, reply.body.error.code, isODataError(reply)]).toEqual([400, 'COST_EXCEEDED', true]);
    expect(reply.body.error.message).toContain('$expand');
  });
});
