import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { NotSent } from '../../../src/platform/http/faults.ts';
import { createRateLimiter, type Plan, type RateLimiter, RateWindow } from '../../../src/platform/http/rate-window.ts';
import { type Progress, stack } from '../../../src/platform/http/send.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { withRateLimit } from '../../../src/platform/http/withRateLimit.ts';
import { callScope } from '../helpers.ts';
import { bench, failure } from './bench.ts';

let now = 0;
const clock = () => now;
beforeEach(() => {
  now = 0;
});

const caller = (mostMs = Number.POSITIVE_INFINITY) => ({ isBackground: false, mostMs });
const background = (mostMs = Number.POSITIVE_INFINITY) => ({ isBackground: true, mostMs });
const waitsOf = async (limiter: RateLimiter, wishes: { isBackground: boolean; mostMs: number }[]) => {
  const plans: Plan[] = [];
  for (const wish of wishes) plans.push(await limiter.plan(wish));
  return plans.map(({ isPlanned, waitMs }) => (isPlanned ? waitMs : `not within ${waitMs}`));
};

describe('a rate', () => {
  it('lets so many calls go at once, and the next ones when the first of those are a minute and a second old', async () => {
    const limiter = createRateLimiter({ perMinute: 3, now: clock });
    expect(await waitsOf(limiter, [caller(), caller()])).toEqual([0, 0]);
    now = 10_000;
    expect(await waitsOf(limiter, [caller(), caller(), caller(), caller()])).toEqual([0, 51_000, 51_000, 61_000]);
    now = 61_000;
    expect(await waitsOf(limiter, [caller()])).toEqual([61_000]);
  });

  it('takes nothing for what would have to wait for too long', async () => {
    const limiter = createRateLimiter({ perMinute: 1, now: clock });
    await limiter.plan(caller());
    expect(await waitsOf(limiter, [caller(4_000), caller(4_000)])).toEqual(['not within 61000', 'not within 61000']);
    now = 58_000;
    expect(await waitsOf(limiter, [caller(4_000), caller(4_000)])).toEqual([3_000, 'not within 64000']);
  });

  it('takes back what is not used', async () => {
    const limiter = createRateLimiter({ perMinute: 1, now: clock });
    await limiter.plan(caller());
    const plan = await limiter.plan(caller());
    expect(plan.waitMs).toBe(61_000);
    if (plan.isPlanned) plan.cancel();
    expect(await waitsOf(limiter, [caller()])).toEqual([61_000]);
  });

  it('leaves callers a tenth that background work can not have', async () => {
    const limiter = createRateLimiter({ perMinute: 20, now: clock });
    const all = await waitsOf(limiter, [
      ...Array(18).fill(background(0)),
      background(0),
      caller(0),
      caller(0),
      caller(0),
    ]);
    expect(all.slice(17)).toEqual([0, 'not within 61000', 0, 0, 'not within 61000']);
    const least = createRateLimiter({ perMinute: 1, now: clock });
    expect(await waitsOf(least, [background(0)])).toEqual([0]);
  });

  it('is never exceeded in any minute, whoever asks when, and whoever gives back', () => {
    const steps = fc.array(
      fc.record({
        after: fc.nat(8_000),
        isBackground: fc.boolean(),
        mostMs: fc.nat(90_000),
        what: fc.constantFrom('send', 'send', 'cancel'),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), steps, (perMinute, wishes) => {
        now = 0;
        const window = new RateWindow({ perMinute, now: clock });
        const sent: number[] = [];
        for (const { after, what, ...wish } of wishes) {
          now += after;
          // As calls do: background work books no moment to come.
          const { at } = window.plan(wish.isBackground ? { ...wish, mostMs: 0 } : wish);
          if (at === null) continue;
          // What is due now has left, and can't be given back.
          if (what === 'cancel' && at > now) window.cancel(at);
          else sent.push(at);
        }
        for (const from of sent)
          expect(sent.filter((at) => at >= from && at < from + 61_000).length).toBeLessThanOrEqual(perMinute);
      }),
    );
  });
});

describe('a call', () => {
  const platform = bench();
  const sending = (limiter: RateLimiter, pause: (ms: number, signal: AbortSignal) => Promise<void>) => {
    const seen: string[] = [];
    const wire = async () => {
      seen.push('sent');
      return { status: 200, headers: {}, body: null };
    };
    return { seen, send: stack(wire, withErrors, withRateLimit(limiter, pause)) };
  };

  it('waits for its moment, and tells how long', async () => {
    const waits: number[] = [];
    const { send } = sending(createRateLimiter({ perMinute: 1, now: clock }), async (ms) => void waits.push(ms));
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const scope = callScope({ budgetMs: 200_000 });
    await send(platform.call({ scope }));
    await send(platform.call({ scope, progress }));
    expect([waits, progress.queuedMs]).toEqual([[61_000], 61_000]);
  });

  it('that would wait for too long fails at once, and says when to come back', async () => {
    const { send, seen } = sending(createRateLimiter({ perMinute: 1, now: clock }), async () => {});
    await send(platform.call());
    const error = await failure(send(platform.call()));
    expect(error).toBeInstanceOf(NotSent);
    expect(error).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      message: 'Dynamic Planner may not be asked more often at the moment.',
      details: { retryAfter: 61 },
    });
    expect(seen).toHaveLength(1);
  });

  it('whose caller goes while it waits gives its place back', async () => {
    const limiter = createRateLimiter({ perMinute: 1, now: clock });
    const { send, seen } = sending(limiter, async () => Promise.reject(new Error('aborted')));
    const scope = callScope({ budgetMs: 200_000 });
    await send(platform.call({ scope }));
    await failure(send(platform.call({ scope })));
    expect(seen).toHaveLength(1);
    expect(await waitsOf(limiter, [caller()])).toEqual([61_000]);
  });

  it('is the background’s by its queue, which leaves callers a tenth', async () => {
    const { send } = sending(createRateLimiter({ perMinute: 10, now: clock }), async () => {});
    const scope = { ...callScope(), queue: 'background' };
    for (let i = 0; i < 9; i += 1) await send(platform.call({ scope }));
    expect((await failure(send(platform.call({ scope })))).code).toBe('UPSTREAM_RATE_LIMITED');
    expect(await send(platform.call())).toMatchObject({ status: 200 });
  });

  it('of the background waits behind callers: it books nothing, and looks again', async () => {
    const limiter = createRateLimiter({ perMinute: 2, now: clock });
    const waits: number[] = [];
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const { send } = sending(limiter, async (ms) => {
      waits.push(ms);
      now += ms;
      // A caller comes in the moment that the background has waited for.
      if (waits.length === 1) expect(await waitsOf(limiter, [caller(0), caller(0)])).toEqual([0, 0]);
    });
    const scope = { ...callScope({ budgetMs: 600_000 }), queue: 'background' };
    await send(platform.call({ scope }));
    await limiter.plan(caller());
    await send(platform.call({ scope, progress }));
    expect([waits, progress.queuedMs]).toEqual([[61_000, 61_000], 122_000]);
  });
});
