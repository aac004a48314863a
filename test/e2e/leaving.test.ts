import { expect, test } from 'vitest';
import { startHouse } from './harness.ts';
import { connect, follow } from './streams.ts';

test('a gateway that stops waits for nobody who has gone by themselves meanwhile', async () => {
  // Longer than any test may take: who waits for all of it never ends.
  const house = await startHouse({ env: { DRAIN_MS: '600000' } });
  const clients = Array.from({ length: 3 }, () => connect(house.gateway.url));
  const followed = clients.map((client) => follow(client, 'subscription { events { cursor } }'));
  const open = async () => (await fetch(`${house.gateway.url}/metrics`)).text();
  await expect.poll(open).toMatch(/^wealthgraph_subscriptions 3$/m);
  const stopped = house.stop();
  await expect.poll(() => followed.filter(({ hasEnded }) => hasEnded).length).toBe(1);
  for (const client of clients) await client.dispose();
  await stopped;
  expect(followed.every(({ hasEnded }) => hasEnded)).toBe(true);
});
