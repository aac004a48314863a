import { afterEach, expect, test } from 'vitest';
import { LONG } from '../platform/cache/nodes.ts';
import { BOOK, bearerOfPlatform, byTemplate, startKeeping } from './cache-book.ts';
import type { House } from './harness.ts';

const PASSTHROUGH = { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', AUTH_AUDIENCE: '' };
const FIRST = 20;

let house: House;
const open = async (env: Record<string, string> = {}): Promise<void> => {
  house = await startKeeping({ sandbox: { clients: 60 }, env: { ...PASSTHROUGH, ...env } });
};
afterEach(() => house.stop());

test('what one caller’s token has read serves that token, and no other', async () => {
  await open();
  const [ann, bob] = [await bearerOfPlatform(house), await bearerOfPlatform(house)];
  expect(ann).not.toEqual(bob);
  const cold = await house.ask(BOOK, { first: FIRST }, ann);
  const calls = byTemplate(house.calls());
  expect(cold.errors).toBeUndefined();
  house.clear();
  expect((await house.ask(BOOK, { first: FIRST }, ann)).data).toEqual(cold.data);
  expect(house.calls()).toEqual([]);
  expect((await house.ask(BOOK, { first: FIRST }, bob)).data).toEqual(cold.data);
  expect(byTemplate(house.calls())).toEqual(calls);
  for (const { headers } of house.sandbox.dynamicPlanner.requests)
    expect(headers.authorization).toBe(bob.authorization);
});

test('a token that the platform refuses is given nothing of what others have read', async () => {
  await open();
  const ann = await bearerOfPlatform(house);
  const { data } = await house.ask(BOOK, { first: FIRST }, ann);
  const refused = { authorization: 'Bearer not-a-token-of-the-platform' };
  const reply = await house.ask(BOOK, { first: FIRST }, refused);
  expect(reply.data.clients.nodes).toEqual([]);
  expect(reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_REJECTED');
  const { id } = data.clients.nodes[0];
  const alone = await house.ask('query ($id: ID!) { client(id: $id) { displayName } }', { id }, refused);
  expect(alone.data).toEqual({ client: null });
});

test('nothing is given as stale to a token: it may have been taken back', async () => {
  const paces = ['CLIENTS', 'RELATIONSHIPS', 'PLANS', 'VALUATIONS', 'PROFILING', 'REFERENCE'];
  await open({
    ...Object.fromEntries(paces.map((pace) => [`CACHE_${pace}_SECONDS`, '1'])),
    CACHE_STALE_SECONDS: '3600',
    CACHE_STALE_IF_ERROR_SECONDS: '3600',
  });
  const ann = await bearerOfPlatform(house);
  expect((await house.ask(BOOK, { first: FIRST }, ann)).errors).toBeUndefined();
  house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503 });
  await expect.poll(async () => (await house.ask(BOOK, { first: FIRST }, ann)).data.clients.nodes, LONG).toEqual([]);
});
