import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createSharedRateLimiter } from '../../../src/platform/http/rate-shared.ts';
import type { Plan } from '../../../src/platform/http/rate-window.ts';
import { startRedis } from '../../redis.ts';

const WAITS = { isBackground: false, mostMs: 600_000 };
const NOW = { isBackground: false, mostMs: 0 };
const planned = (plans: readonly Plan[]) => plans.filter(({ isPlanned }) => isPlanned).length;

describe('with a Redis that does not work', () => {
  it.each([
    ['refuses', () => Promise.reject(new Error('LOADING'))],
    ['hangs', () => new Promise(() => {})],
    ['answers nonsense', async () => 'OK'],
  ])('a node counts alone where it %s, and asks it again after a moment', async (_, answer) => {
    const redis = { eval: vi.fn(answer), zRem: vi.fn() };
    const onError = vi.fn();
    const limiter = createSharedRateLimiter({ perMinute: 3, redis: redis as never, account: 'a', onError });
    const plans: Plan[] = [];
    for (let i = 0; i < 5; i += 1) plans.push(await limiter.plan(NOW));
    expect(planned(plans)).toBe(3);
    expect([redis.eval.mock.calls.length, onError.mock.calls.length]).toEqual([1, 1]);
  });

  it('what was sent while it worked still counts', async () => {
    const answers: (() => Promise<unknown>)[] = [async () => [1, 0], async () => [1, 0]];
    const redis = { eval: () => (answers.shift() ?? (() => Promise.reject(new Error('gone'))))(), zRem: vi.fn() };
    const limiter = createSharedRateLimiter({ perMinute: 3, redis: redis as never, account: 'a', onError: () => {} });
    const plans: Plan[] = [];
    for (let i = 0; i < 5; i += 1) plans.push(await limiter.plan(NOW));
    expect(planned(plans)).toBe(3);
  });

  it('what other nodes put off still counts from when it was sent', async () => {
    const answers: (() => Promise<unknown>)[] = [async () => [1, 7_000]];
    const redis = { eval: () => (answers.shift() ?? (() => Promise.reject(new Error('gone'))))(), zRem: vi.fn() };
    const options = { perMinute: 1, redis: redis as never, account: 'a', onError: () => {}, now: () => 0 };
    const limiter = createSharedRateLimiter(options);
    expect(await limiter.plan(WAITS)).toMatchObject({ waitMs: 7_000 });
    expect(await limiter.plan(WAITS)).toMatchObject({ waitMs: 68_000 });
  });

  it('what other nodes sent puts off what is planned here, and is given back as one', async () => {
    const redis = { eval: vi.fn(async () => [1, 7_000]), zRem: vi.fn(async () => 1) };
    const limiter = createSharedRateLimiter({ perMinute: 3, redis: redis as never, account: 'a', onError: () => {} });
    const plan = await limiter.plan(WAITS);
    expect(plan).toMatchObject({ isPlanned: true, waitMs: 7_000 });
    if (plan.isPlanned) plan.cancel();
    expect(redis.zRem).toHaveBeenCalledOnce();
  });
});

const redis = await startRedis();

// Redis is waited for 50 ms and no longer: here it may take as long as a busy machine does.
const PATIENT = { redisTimeoutMs: 10_000 };

describe.skipIf(redis === null)('shared through Redis', () => {
  const clients: { readonly isOpen: boolean; destroy(): void }[] = [];
  const opened = async () => {
    const client = createClient({ url: redis?.url ?? '', disableOfflineQueue: true });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  const nodes = async (count: number, options: { perMinute: number; windowMs?: number; account?: string }) => {
    const account = options.account ?? randomUUID();
    const onError = vi.fn();
    const limiters = await Promise.all(
      Array.from({ length: count }, async () =>
        createSharedRateLimiter({ ...PATIENT, ...options, account, redis: await opened(), onError }),
      ),
    );
    return { limiters, onError };
  };
  afterAll(() => {
    for (const client of clients) if (client.isOpen) client.destroy();
    redis?.own?.kill();
  });

  it('one rate holds for two nodes, however much they ask at once', async () => {
    const { limiters, onError } = await nodes(2, { perMinute: 20 });
    const plans = await Promise.all(Array.from({ length: 60 }, (_, i) => limiters[i % 2]?.plan(NOW)));
    expect(planned(plans.flatMap((plan) => plan ?? []))).toBe(20);
    for (const limiter of limiters) {
      const late = await limiter.plan(NOW);
      expect(late.isPlanned).toBe(false);
      expect(late.waitMs).toBeGreaterThan(30_000);
      expect(late.waitMs).toBeLessThanOrEqual(61_000);
    }
    expect(onError).not.toHaveBeenCalled();
  });

  it('what one node plans the other waits behind', async () => {
    const { limiters } = await nodes(2, { perMinute: 2, windowMs: 1_000_000 });
    const [one, two] = limiters;
    const waits: (number | undefined)[] = [];
    for (const limiter of [one, two, one, two, one])
      waits.push((await limiter?.plan({ isBackground: false, mostMs: 10_000_000 }))?.waitMs);
    const windows = waits.map((ms = Number.NaN) => Math.ceil(ms / 1_000_000));
    expect(windows).toEqual([0, 0, 1, 1, 2]);
  });

  it('background work leaves callers a tenth', async () => {
    const { limiters } = await nodes(2, { perMinute: 20 });
    const ask = (isBackground: boolean, times: number) =>
      Promise.all(Array.from({ length: times }, (_, i) => limiters[i % 2]?.plan({ isBackground, mostMs: 0 })));
    expect(planned((await ask(true, 30)).flatMap((plan) => plan ?? []))).toBe(18);
    expect(planned((await ask(false, 30)).flatMap((plan) => plan ?? []))).toBe(2);
  });

  it('a place that is given back is free for the other node', async () => {
    const { limiters } = await nodes(2, { perMinute: 1 });
    const [one, two] = limiters;
    const plan = await one?.plan(WAITS);
    if (plan?.isPlanned) plan.cancel();
    await expect.poll(async () => (await two?.plan(NOW))?.isPlanned).toBe(true);
  });

  it('a place is free again when its window is over', async () => {
    const { limiters } = await nodes(2, { perMinute: 1, windowMs: 100 });
    const [one, two] = limiters;
    expect((await one?.plan(NOW))?.isPlanned).toBe(true);
    await expect.poll(async () => (await two?.plan(NOW))?.isPlanned).toBe(true);
  });

  it('keeps no account in the clear, and nothing for longer than its window', async () => {
    const account = `secret-token-${randomUUID()}`;
    const { limiters } = await nodes(1, { perMinute: 5, account });
    const client = await opened();
    const before = new Set(await client.keys('wealthgraph:rate:*'));
    await limiters[0]?.plan(NOW);
    const [key = ''] = (await client.keys('wealthgraph:rate:*')).filter((name) => !before.has(name));
    expect(key).not.toContain('secret');
    expect(JSON.stringify(await client.zRange(key, 0, -1))).not.toContain('secret');
    const ttl = await client.pTTL(key);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(61_000);
  });
});
