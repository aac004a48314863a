import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotSent } from '../../../src/platform/http/faults.ts';
import { Holds } from '../../../src/platform/http/holds.ts';
import { RetryBudget } from '../../../src/platform/http/retry-budget.ts';
import { type Progress, type Send, stack } from '../../../src/platform/http/send.ts';
import { transport } from '../../../src/platform/http/transport.ts';
import { withAttempts } from '../../../src/platform/http/withAttempts.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { type RetryOptions, withRetry } from '../../../src/platform/http/withRetry.ts';
import { withTimeout } from '../../../src/platform/http/withTimeout.ts';
import { callScope, listen } from '../helpers.ts';
import { answering, bench, cutting, failure, hanging, ok, resetting, stalling } from './bench.ts';

const platform = bench();
/** Time passes only while something is waited for, and then at once. */
let now: number;
let waits: number[];
const pause = async (ms: number): Promise<void> => {
  waits.push(ms);
  now += ms;
};

beforeEach(() => {
  now = 0;
  waits = [];
});

function retrying(options: Partial<RetryOptions> = {}): Send {
  const holds = new Holds(() => now);
  const all = { retries: 4, baseMs: 1_000, budget: new RetryBudget(), holds, random: () => 1, pause, ...options };
  return stack(transport(platform.pool), withErrors, withRetry(all), withAttempts, withTimeout);
}

/** A minute: more than all delays together. */
const long = () => callScope({ budgetMs: 60_000 });

describe('a call is made again', () => {
  it.each([
    ['429', answering(429)],
    ['502', answering(502)],
    ['503', answering(503)],
    ['504', answering(504)],
    ['a reset connection', resetting],
    ['a cut body', cutting],
  ])('after %s', async (_, fault) => {
    platform.does(fault, ok);
    expect(await retrying()(platform.call({ scope: long() }))).toMatchObject({ status: 200, body: { ok: true } });
    expect(platform.asked).toHaveLength(2);
  });

  it.each([
    ['no answer', hanging],
    ['half an answer', stalling],
  ])('after %s in its time', async (_, fault) => {
    platform.does(fault, ok);
    const send = retrying({ baseMs: 1 });
    expect(await send(platform.call({ scope: callScope({ budgetMs: 4_000 }) }))).toMatchObject({ status: 200 });
    expect(platform.asked).toHaveLength(2);
  });

  it('once where there is no answer in its time, so that time is left for others', async () => {
    platform.does(hanging);
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const scope = callScope({ budgetMs: 500 });
    expect((await failure(retrying({ baseMs: 1 })(platform.call({ scope, progress })))).code).toBe('UPSTREAM_TIMEOUT');
    expect(progress.attempts).toEqual(['timeout', 'timeout']);
  });

  it('where nobody listens', async () => {
    const gone = await listen(() => {});
    await gone.stop();
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const call = { ...platform.call({ scope: long(), progress }), url: gone.url };
    expect((await failure(retrying()(call))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(progress.attempts).toEqual(Array(5).fill('network'));
  });

  it.each(['GET', 'PUT', 'DELETE'] as const)('where it is a %s', async (method) => {
    platform.does(answering(503), ok);
    expect(await retrying()(platform.call({ method, scope: long() }))).toMatchObject({ status: 200 });
    expect(platform.asked).toHaveLength(2);
  });

  it('and each attempt is written down', async () => {
    platform.does(
      answering(503, { 'x-dt-requestid': 'first' }),
      resetting,
      answering(200, { 'x-dt-requestid': 'last' }),
    );
    const progress: Progress = { attempts: [], queuedMs: 0 };
    await retrying()(platform.call({ scope: long(), progress }));
    expect(progress).toEqual({ attempts: [503, 'network', 200], queuedMs: 0, requestId: 'last' });
  });
});

describe('a call is made once', () => {
  it.each([400, 401, 403, 404, 408, 409, 500, 501])('where the answer is %i', async (status) => {
    platform.does(answering(status));
    expect((await failure(retrying()(platform.call({ scope: long() })))).status).toBe(status);
    expect(platform.asked).toHaveLength(1);
  });

  it.each(['{"items": [{"na', '<html>maintenance</html>'])('where the whole body is not JSON: %s', async (body) => {
    platform.does(answering(200, {}, body));
    expect((await failure(retrying()(platform.call({ scope: long() })))).code).toBe('UPSTREAM_INVALID_DATA');
    expect(platform.asked).toHaveLength(1);
  });

  it.each([answering(503), answering(429, { 'retry-after': '1' }), resetting, cutting])(
    'where it is a POST, whatever happens',
    async (fault) => {
      platform.does(fault, ok);
      await failure(retrying()(platform.call({ method: 'POST', body: '{}', scope: long() })));
      expect(platform.asked).toEqual(['POST /crm/v1/clients']);
    },
  );

  it('where no retries are wanted', async () => {
    platform.does(answering(503));
    await failure(retrying({ retries: 0 })(platform.call({ scope: long() })));
    expect(platform.asked).toHaveLength(1);
  });

  it('where the caller has gone', async () => {
    const caller = new AbortController();
    platform.does((request, response) => {
      caller.abort();
      answering(503)(request, response);
    });
    const progress: Progress = { attempts: [], queuedMs: 0 };
    await failure(retrying()(platform.call({ scope: callScope({ signal: caller.signal }), progress })));
    expect([platform.asked.length, progress.attempts]).toEqual([1, ['cancelled']]);
  });
});

describe('the delay', () => {
  it.each([
    ['at most', 1, [1_000, 2_000, 4_000, 8_000]],
    ['at least', 0, [500, 1_000, 2_000, 4_000]],
  ])('is %s 1, 2, 4 and 8 seconds times a share by chance', async (_, chance, expected) => {
    platform.does(answering(503));
    const error = await failure(retrying({ random: () => chance })(platform.call({ scope: long() })));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', status: 503 });
    expect([waits, platform.asked.length]).toEqual([expected, 5]);
  });

  it('ends with the caller, and nothing more is asked', async () => {
    const caller = new AbortController();
    platform.does((request, response) => {
      answering(503)(request, response);
      response.on('close', () => setImmediate(() => caller.abort()));
    });
    const scope = callScope({ budgetMs: 3_600_000, signal: caller.signal });
    const send = stack(
      transport(platform.pool),
      withErrors,
      withRetry({ retries: 4, baseMs: 600_000, budget: new RetryBudget(), holds: new Holds() }),
      withAttempts,
      withTimeout,
    );
    expect((await failure(send(platform.call({ scope })))).message).toBe('Dynamic Planner was not waited for.');
    expect(platform.asked).toHaveLength(1);
  });

  it('is not waited for where it does not fit into what one call may take', async () => {
    platform.does(answering(503));
    // 40 % of 6 seconds: the first second fits, and the second; four do not.
    await failure(retrying()(platform.call({ scope: callScope({ budgetMs: 6_000 }) })));
    expect([waits, platform.asked.length]).toEqual([[1_000, 2_000], 3]);
  });
});

describe('Retry-After', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['7', 7_000],
    ['Sun, 01 Mar 2026 12:00:09 GMT', 9_000],
    ['Sunday, 01-Mar-26 12:00:09 GMT', 9_000],
    ['Sun Mar  1 12:00:09 2026', 9_000],
    ['0', 1_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 1_000],
    ['soon', 1_000],
    ['-5', 1_000],
    ['2026-03-01T12:00:09Z', 1_000],
  ])('%s is the least that is waited', async (value, expected) => {
    platform.does(answering(503, { 'retry-after': value }), ok);
    expect(await retrying()(platform.call({ scope: long() }))).toMatchObject({ status: 200 });
    expect(waits).toEqual([expected]);
  });

  it('that goes past the deadline is told, and not waited for', async () => {
    platform.does(answering(503, { 'retry-after': '30' }));
    const error = await failure(retrying()(platform.call({ scope: long() })));
    expect(error.details).toMatchObject({ retryAfter: 30, upstream: { status: 503 } });
    expect([waits, platform.asked.length]).toEqual([[], 1]);
  });

  it('of a 429 holds back the other calls of its domain, and of no other', async () => {
    platform.does(answering(429, { 'retry-after': '3' }), ok);
    const send = retrying({ retries: 0 });
    expect((await failure(send(platform.call({ scope: long() })))).code).toBe('UPSTREAM_RATE_LIMITED');
    await send(platform.call({ path: '/finances/v1/x', scope: long() }));
    expect(waits).toEqual([]);
    const progress: Progress = { attempts: [], queuedMs: 0 };
    await send(platform.call({ scope: long(), progress }));
    expect([waits, progress]).toEqual([[3_000], { attempts: [200], queuedMs: 3_000, requestId: undefined }]);
    await send(platform.call({ scope: long() }));
    expect([waits.length, platform.asked.length]).toEqual([1, 4]);
  });

  it('of a 429 fails others at once where it does not fit into their time', async () => {
    platform.does(answering(429, { 'retry-after': '3' }), ok);
    const send = retrying({ retries: 0 });
    await failure(send(platform.call({ scope: long() })));
    const error = await failure(send(platform.call({ scope: callScope({ budgetMs: 5_000 }) })));
    expect(error).toBeInstanceOf(NotSent);
    expect(error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', details: { retryAfter: 3 } });
    expect([waits, platform.asked.length]).toEqual([[], 1]);
  });

  it('holds back for a minute at most, so that a platform is asked at times whether it still means it', async () => {
    const holds = new Holds(() => now);
    holds.hold('crm', 86_400_000);
    expect(holds.remaining('crm')).toBe(60_000);
    holds.hold('crm', 1_000);
    expect(holds.remaining('crm')).toBe(60_000);
    now = 59_000;
    expect([holds.remaining('crm'), holds.remaining('finances')]).toEqual([1_000, 0]);
  });
});

describe('the budget', () => {
  it('lets an outage cost a fifth more calls and ten, whatever each call might retry', async () => {
    platform.does(answering(503));
    const send = retrying();
    for (let i = 0; i < 100; i += 1) await failure(send(platform.call({ scope: long() })));
    // Ten in reserve and one for every five of the 99 calls that found it not full.
    expect(platform.asked).toHaveLength(100 + 10 + 19);
  });

  it('is filled up again by calls, to the reserve and no further', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 1_000; i += 1) budget.called();
    const taken = () => Array.from({ length: 50 }, () => budget.take()).filter(Boolean).length;
    expect(taken()).toBe(10);
    for (let i = 0; i < 14; i += 1) budget.called();
    expect(taken()).toBe(2);
    budget.called();
    expect(taken()).toBe(1);
  });

  it('is not spent where there is no time for another attempt', async () => {
    platform.does(answering(503, { 'retry-after': '300' }));
    const budget = new RetryBudget();
    const send = retrying({ budget });
    for (let i = 0; i < 20; i += 1) await failure(send(platform.call({ scope: long() })));
    expect(Array.from({ length: 50 }, () => budget.take()).filter(Boolean)).toHaveLength(10);
  });
});

it('where the gateway itself does not send the next attempt, what the platform said is told', async () => {
  let sent = 0;
  const send = stack(
    async (call) => {
      sent += 1;
      if (sent === 1) return { status: 503, headers: {}, body: null };
      throw new NotSent(call, 'UPSTREAM_RATE_LIMITED', 'may not be asked more often at the moment.', 9);
    },
    withErrors,
    withRetry({ retries: 4, baseMs: 1_000, budget: new RetryBudget(), holds: new Holds(() => now), pause }),
  );
  expect(await failure(send(platform.call({ scope: long() })))).toMatchObject({ status: 503 });
  expect(sent).toBe(2);
});
