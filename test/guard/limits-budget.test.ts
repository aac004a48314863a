import { createHash, randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBudget } from '../../src/guard/limits/budget.ts';
import { startRedis } from '../redis.ts';

const exceeded = (retryAfter: unknown = expect.any(Number)) =>
  expect.objectContaining({ code: 'BUDGET_EXCEEDED', details: expect.objectContaining({ retryAfter }) });

describe('in memory', () => {
  afterEach(() => void vi.useRealTimers());

  it('spends until nothing is left, for each caller alone', async () => {
    const budget = createBudget({ pointsPerMinute: 100 });
    expect(await budget.spend('ann', 60)).toMatchObject({ remaining: 40 });
    expect(await budget.spend('ann', 39.2)).toMatchObject({ remaining: 0 });
    await expect(budget.spend('ann', 1)).rejects.toEqual(exceeded());
    expect(await budget.spend('bob', 100)).toMatchObject({ remaining: 0 });
  });

  it('takes nothing for what is refused', async () => {
    const budget = createBudget({ pointsPerMinute: 100 });
    await budget.spend('ann', 60);
    for (let i = 0; i < 10; i += 1) await expect(budget.spend('ann', 41)).rejects.toEqual(exceeded());
    expect(await budget.spend('ann', 40)).toMatchObject({ remaining: 0 });
  });

  it('says when to come back, and is whole again a minute after the first operation', async () => {
    vi.useFakeTimers();
    const budget = createBudget({ pointsPerMinute: 100 });
    expect(await budget.spend('ann', 100)).toEqual({ remaining: 0, resetMs: 60_000 });
    vi.advanceTimersByTime(17_500);
    await expect(budget.spend('ann', 1)).rejects.toEqual(exceeded(43));
    await expect(budget.spend('ann', 1)).rejects.toThrow('too few are left. Try again in 43 seconds');
    vi.advanceTimersByTime(42_500);
    expect(await budget.spend('ann', 10)).toEqual({ remaining: 90, resetMs: 60_000 });
  });

  it('says that an operation can never be run that costs more than a minute has', async () => {
    const budget = createBudget({ pointsPerMinute: 100 });
    await expect(budget.spend('ann', Number.MAX_SAFE_INTEGER)).rejects.toThrow(
      "it can't be run. Ask for less at once.",
    );
    expect(await budget.spend('ann', 100)).toMatchObject({ remaining: 0 });
  });

  it('lets no more through than there is, however many ask at once', async () => {
    const budget = createBudget({ pointsPerMinute: 100 });
    const settled = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => budget.spend('ann', i % 2 === 0 ? 7 : 1)),
    );
    const spent = settled.reduce((sum, { status }, i) => sum + (status === 'fulfilled' ? (i % 2 === 0 ? 7 : 1) : 0), 0);
    expect(spent).toBe(100);
  });

  it('takes from several budgets or from none, and tells the one that has the least', async () => {
    const budget = createBudget({ pointsPerMinute: 100 });
    expect(await budget.spend(['ann', 'office'], 30)).toMatchObject({ remaining: 70 });
    expect(await budget.spend(['bob', 'office'], 30)).toMatchObject({ remaining: 40 });
    for (let i = 0; i < 5; i += 1) await expect(budget.spend(['bob', 'office'], 41)).rejects.toEqual(exceeded());
    expect(await budget.spend('bob', 70)).toMatchObject({ remaining: 0 });
    await expect(budget.spend(['bob', 'office'], 1)).rejects.toEqual(exceeded());
    expect(await budget.spend('office', 40)).toMatchObject({ remaining: 0 });
  });

  it('costs nothing for nothing', async () => {
    const budget = createBudget({ pointsPerMinute: 10 });
    expect(await budget.spend('ann', 0)).toMatchObject({ remaining: 10 });
    expect(await budget.spend('ann', -5)).toMatchObject({ remaining: 10 });
  });
});

describe('with a Redis that does not work', () => {
  // The clock stands, so that the moment for which it is left alone does not end on a slow machine.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  const client = (answer: () => Promise<unknown>, isReady = true) => ({ isReady, eval: vi.fn(answer) });

  it.each([
    ['refuses', client(() => Promise.reject(new Error('LOADING'))), 1],
    ['hangs', client(() => new Promise(() => {})), 1],
    ['answers nonsense', client(async () => 'OK'), 1],
    ['is not connected', client(async () => [1, 1], false), 0],
  ])('counts in memory where it %s, and does not wait for what never comes', async (_, redis, calls) => {
    const onError = vi.fn();
    const budget = createBudget({ pointsPerMinute: 100, redis, onError });
    expect(await budget.spend('ann', 60)).toMatchObject({ remaining: 40 });
    await expect(budget.spend('ann', 41)).rejects.toEqual(exceeded());
    expect(await budget.spend('ann', 40)).toMatchObject({ remaining: 0 });
    // After a failure it is left alone for a moment, so that not every operation waits for it.
    expect(redis.eval).toHaveBeenCalledTimes(calls);
    expect(onError).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    await budget.spend('bob', 1);
    expect(onError).toHaveBeenCalledTimes(2);
  });
});

const redis = await startRedis();

describe.skipIf(redis === null)('shared through Redis', () => {
  const clients: { readonly isOpen: boolean; destroy(): void }[] = [];
  const opened = async () => {
    const client = createClient({ url: redis?.url ?? '', disableOfflineQueue: true });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  // On a busy machine an answer may take longer than it is waited for, which is not what is tested here.
  const budgetOf = (client: unknown, pointsPerMinute = 100, onError = () => {}) =>
    createBudget({ pointsPerMinute, redis: client, redisTimeoutMs: 60_000, onError });
  afterAll(() => {
    for (const client of clients) if (client.isOpen) client.destroy();
    redis?.own?.kill();
  });

  it('is one budget for two nodes', async () => {
    const ann = `ann-${randomUUID()}`;
    const onError = vi.fn();
    const [one, two] = [
      budgetOf(await opened(), 1_000_000_000, onError),
      budgetOf(await opened(), 1_000_000_000, onError),
    ];
    expect(await one.spend(ann, 600_000_000)).toMatchObject({ remaining: 400_000_000 });
    await expect(two.spend(ann, 400_000_001)).rejects.toEqual(exceeded());
    const spent = await two.spend(ann, 400_000_000);
    expect(spent.remaining).toBe(0);
    expect(spent.resetMs).toBeGreaterThan(1_000);
    expect(spent.resetMs).toBeLessThanOrEqual(60_000);
    await expect(one.spend(ann, 1)).rejects.toEqual(exceeded());
    await expect(one.spend(ann, Number.MAX_SAFE_INTEGER)).rejects.toThrow("it can't be run");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await one.spend(ann, 0)).resetMs).toBeLessThan(60_000 - 10);
    expect(onError).not.toHaveBeenCalled();
  });

  it('lets no more through than there is, however many nodes ask at once', async () => {
    const caller = randomUUID();
    const nodes = await Promise.all(Array.from({ length: 4 }, async () => budgetOf(await opened())));
    const settled = await Promise.allSettled(Array.from({ length: 80 }, (_, i) => nodes[i % 4]?.spend(caller, 3)));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(33);
  });

  it('takes from several budgets or from none', async () => {
    const [bob, office] = [randomUUID(), randomUUID()];
    const budget = budgetOf(await opened());
    expect(await budget.spend([randomUUID(), office], 60)).toMatchObject({ remaining: 40 });
    for (let i = 0; i < 3; i += 1) await expect(budget.spend([bob, office], 41)).rejects.toEqual(exceeded());
    expect(await budget.spend(bob, 100)).toMatchObject({ remaining: 0 });
  });

  it('keeps no caller in the clear, and nothing for longer than a minute', async () => {
    const client = await opened();
    const caller = `secret-subject-${randomUUID()}`;
    await budgetOf(client).spend(caller, 1);
    expect(await client.keys(`*${caller}*`)).toEqual([]);
    const key = `wealthgraph:budget:${createHash('sha256').update(caller).digest('base64url')}`;
    const ttl = await client.pTTL(key);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(60_000);
  });

  it('goes on without it when the connection is lost', async () => {
    const client = await opened();
    const budget = budgetOf(client);
    const caller = randomUUID();
    await budget.spend(caller, 10);
    client.destroy();
    expect(await budget.spend(caller, 60)).toMatchObject({ remaining: 40 });
  });
});
