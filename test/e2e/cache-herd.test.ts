import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BOOK, bearerOfPlatform, bookCalls, byTemplate, emptyDatabase, startKeeping } from './cache-book.ts';
import type { House, Reply } from './harness.ts';

const FIRST = 10;
const CALLERS = 200;

const database = await emptyDatabase(14);
afterAll(() => database?.stop());
const houses: House[] = [];
const open = async (...options: Parameters<typeof startKeeping>): Promise<House> => {
  const house = await startKeeping(...options);
  houses.unshift(house);
  return house;
};
// The one over whose sandbox the others stand goes last.
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

/** Everyone asks for the Book at once, in turns at each of the gateways. @returns what they all were told */
async function bookForAll(over: readonly House[], headers: readonly Record<string, string>[] = [{}]): Promise<Reply[]> {
  const asked = Array.from({ length: CALLERS }, (_, index) =>
    over[index % over.length]?.ask(BOOK, { first: FIRST }, headers[index % headers.length]),
  );
  const replies = (await Promise.all(asked)).filter((reply) => reply !== undefined);
  for (const { errors, data } of replies) {
    expect(errors).toBeUndefined();
    expect(data.clients.nodes).toHaveLength(FIRST);
    expect(JSON.stringify(data)).toBe(JSON.stringify(replies[0]?.data));
  }
  return replies;
}

describe('two hundred who ask for one Book at once', () => {
  test('cost exactly the calls of one', async () => {
    const house = await open({ sandbox: { latencyMs: 15 } });
    await bookForAll([house]);
    expect(byTemplate(house.calls())).toEqual(bookCalls(house, FIRST));
  });

  test.skipIf(database === null)('cost exactly the calls of one at two gateways that share a Redis', async () => {
    const env = { REDIS_URL: database?.url ?? '' };
    const house = await open({ sandbox: { latencyMs: 15 }, env });
    const second = await open({ beside: house, env });
    await bookForAll([house, second]);
    expect(byTemplate(house.calls())).toEqual(bookCalls(house, FIRST));
    house.clear();
    await bookForAll([house, second]);
    expect(house.calls()).toEqual([]);
  });

  test.skipIf(database === null)(
    'cost exactly twice that where the platform is another one to each gateway',
    async () => {
      const env = { REDIS_URL: database?.url ?? '' };
      const house = await open({ sandbox: { latencyMs: 15 }, env });
      const { DP_BASE_URL = '', PLANNR_BASE_URL = '' } = house.sandbox.settings;
      const otherNames = { DP_BASE_URL: `${DP_BASE_URL}/.`, PLANNR_BASE_URL: `${PLANNR_BASE_URL}/.` };
      const second = await open({ beside: house, env: { ...env, ...otherNames } });
      await bookForAll([house, second]);
      expect(byTemplate(house.calls())).toEqual(bookCalls(house, FIRST, 2));
    },
  );

  test('cost exactly twice the calls of one where they hold two tokens', async () => {
    const env = { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', AUTH_AUDIENCE: '' };
    const house = await open({ sandbox: { latencyMs: 15 }, env });
    const [ann, bob, cat] = await Promise.all([1, 2, 3].map(() => bearerOfPlatform(house)));
    await house.ask(BOOK, { first: FIRST }, ann);
    const ofOne = byTemplate(house.calls());
    expect(ofOne['/crm/v1/clients']).toBeGreaterThan(0);
    expect(ofOne['/api/v1/plans']).toBeGreaterThan(0);
    house.clear();
    await bookForAll([house], [bob ?? {}, cat ?? {}]);
    expect(byTemplate(house.calls())).toEqual(
      Object.fromEntries(Object.entries(ofOne).map(([template, count]) => [template, 2 * count])),
    );
    house.clear();
    for (const headers of [ann, bob, cat]) await house.ask(BOOK, { first: FIRST }, headers);
    expect(house.calls()).toEqual([]);
  });
});
