import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ env: await listening({ SUBSCRIPTIONS_PER_CALLER: '1' }) });
});
afterAll(() => house.stop());

test('a stream too many is refused over HTTP with 429, as what may be tried again later', async () => {
  const leaving = new AbortController();
  const ask = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { events { cursor } }' }),
      ...(signal && { signal }),
    });
  const first = await ask(leaving.signal);
  expect(first.status).toBe(200);
  const second = await ask();
  expect(second.status).toBe(429);
  expect(await second.json()).toMatchObject({
    errors: [{ message: expect.stringMatching(/^You have 1 /), extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
  });
  leaving.abort();
  const again = new AbortController();
  await expect.poll(async () => (await ask(again.signal)).status).toBe(200);
  again.abort();
});
