import { createClient } from '@redis/client';
import { afterAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../platform/cache/nodes.ts';
import { type House, startHouse } from './harness.ts';

const PER_MINUTE = 20;
const QUERY = '{ clients(first: 3) { nodes { plans { missing nodes { id } } } } }';
// Every sandbox has the same token, and so the same rate.
const database = await emptyDatabase(9);

describe.skipIf(database === null)('two gateways on one Redis', () => {
  afterAll(() => database?.stop());

  test('ask Plannr together no more often than one may', async () => {
    const client = createClient({ url: database?.url ?? '' });
    await client.connect();
    const houses: House[] = [];
    const sent = async () => {
      const [key] = await client.keys('wealthgraph:rate:*');
      return key === undefined ? 0 : client.zCard(key);
    };
    const asked = () => houses.flatMap(({ sandbox }) => sandbox.plannr.requests).length;
    try {
      const env = {
        REDIS_URL: database?.url ?? '',
        PLANNR_RATE_PER_MINUTE: String(PER_MINUTE),
        OPERATION_TIMEOUT_MS: '10000',
      };
      for (let i = 0; i < 2; i += 1) houses.push(await startHouse({ sandbox: { clients: 10 }, env }));
      // The connection is made behind the start: from now on all calls are counted.
      for (const house of houses) {
        const before = await sent();
        await expect
          .poll(async () => {
            await house.ask(QUERY);
            return sent();
          })
          .toBeGreaterThan(before);
        house.clear();
      }
      const already = await sent();
      const replies = [];
      for (let i = 0; i < 2 * PER_MINUTE; i += 1) replies.push(await houses[i % 2]?.ask(QUERY));
      expect(asked()).toBe(PER_MINUTE - already);
      const refused = replies.filter((reply) => reply?.errors !== undefined);
      expect(refused.length).toBeGreaterThanOrEqual(PER_MINUTE);
      for (const reply of refused)
        expect(reply?.errors?.[0]?.extensions).toMatchObject({
          code: 'UPSTREAM_RATE_LIMITED',
          retryAfter: expect.any(Number),
        });
    } finally {
      for (const house of houses) await house.stop();
      client.destroy();
    }
  });
});
