import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { startRedis } from '../redis.ts';
import { type House, startHouse } from './harness.ts';
import { startIssuer } from './tokens.ts';

interface Cost {
  readonly requested: number;
  readonly budget: { readonly limit: number; readonly remaining: number };
}

const redis = await startRedis();

describe.skipIf(redis === null)('two gateways on one Redis', () => {
  afterAll(() => void redis?.own?.kill());

  test('share a caller’s budget, and go on alone where Redis is not to be had', async () => {
    const issuer = await startIssuer();
    const env = {
      ...issuer.env,
      COST_PER_MINUTE: '1000',
    };
    const sandbox = { clients: 5 };
    const houses: House[] = [];
    try {
      for (const url of [redis?.url ?? '', redis?.url ?? '', 'redis://127.0.0.1:1'])
        houses.push(await startHouse({ sandbox, env: { ...env, REDIS_URL: url } }));
      const query = '{ gateway { version platforms { system } links { isLoaded } } }';
      /** How many operations of a new caller each gateway has counted, when each was asked once after the other. */
      const counted = async () => {
        const headers = await issuer.bearer({ sub: randomUUID() });
        const counts: number[] = [];
        for (const house of houses) {
          const { requested, budget } = (await house.ask(query, {}, headers)).extensions.cost as Cost;
          counts.push((budget.limit - budget.remaining) / requested);
        }
        return counts;
      };
      // The connection is made behind the start; until then each counts for itself.
      await expect.poll(counted).toEqual([1, 2, 1]);
    } finally {
      for (const house of houses) await house.stop();
      issuer.stop();
    }
  });
});
