import { afterAll, describe, expect, test } from 'vitest';
import { startRedis } from '../redis.ts';
import { startHouse } from './harness.ts';

const redis = await startRedis();
afterAll(() => void redis?.own?.kill());

describe.skipIf(redis === null)('a gateway with Redis that is stopped twice', () => {
  test('ends once, and whoever stops it waits for that', async () => {
    const house = await startHouse({ env: { REDIS_URL: redis?.url ?? '' } });
    house.sandbox.dynamicPlanner.addFault({ path: /^\/crm\/v1\/clients$/, kind: 'hang' });
    const caller = new AbortController();
    const asked = fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ clients { nodes { id } } }' }),
      signal: caller.signal,
    }).catch(() => 'gone');
    await expect.poll(() => house.calls().length).toBeGreaterThan(0);
    const over: string[] = [];
    const first = house.gateway.stop().then(() => over.push('first'));
    const second = house.gateway.stop().then(() => over.push('second'));
    const late = () =>
      fetch(`${house.gateway.url}/health/live`).then(
        () => 'served',
        () => 'refused',
      );
    await expect.poll(late).toBe('refused');
    expect(over).toEqual([]);
    caller.abort();
    expect(await asked).toBe('gone');
    await second;
    await first;
    expect(over).toEqual(['first', 'second']);
    await house.stop();
  });
});
