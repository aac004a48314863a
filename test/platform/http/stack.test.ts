import { describe, expect, it } from 'vitest';
import { OutOfTime } from '../../../src/platform/deadline.ts';
import { createRateLimiter } from '../../../src/platform/http/rate-window.ts';
import { createStack, type StackOptions } from '../../../src/platform/http/stack.ts';
import type { CallReport } from '../../../src/platform/observer.ts';
import { callScope } from '../helpers.ts';
import { answering, bench, failure, hanging, ok } from './bench.ts';

const platform = bench();
const headers = () => ({ accept: 'application/json' });

const stackWith = (options: Partial<StackOptions> = {}) =>
  createStack({
    system: 'DYNAMIC_PLANNER',
    pool: platform.pool,
    retries: 2,
    retryBaseMs: 1,
    breakerRestMs: 60_000,
    concurrency: 4,
    ...options,
  });

function observed(budgetMs?: number) {
  const reports: CallReport[] = [];
  const observer = { called: (report: CallReport) => void reports.push(report), lookedUp: () => {} };
  return { reports, scope: { ...callScope(budgetMs === undefined ? {} : { budgetMs }), observer } };
}

describe('the stack', () => {
  it('makes a call again, and tells of it once, also where the operation asks twice', async () => {
    const { reports, scope } = observed();
    const send = stackWith().sendWith(headers);
    platform.does(answering(503), answering(503), ok);
    const answers = await Promise.all([send(platform.call({ scope })), send(platform.call({ scope }))]);
    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(platform.asked).toHaveLength(3);
    expect(reports).toMatchObject([{ attempts: [503, 503, 200] }]);
  });

  it('counts a call with all its attempts as one failure of its domain', async () => {
    const stack = stackWith();
    const send = stack.sendWith(headers);
    platform.does(answering(503));
    for (let i = 0; i < 10; i += 1) await failure(send(platform.call()));
    const { reports, scope } = observed();
    await failure(send(platform.call({ scope })));
    // Ten calls, and ten retries that the budget has, for two each of the first five; and the one that ten calls earn.
    expect(platform.asked).toHaveLength(10 + 10 + 1);
    expect(reports).toMatchObject([{ attempts: [], code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(stack.breakers()).toEqual([{ system: 'DYNAMIC_PLANNER', domain: 'crm', state: 'open' }]);
    // What was not sent says nothing of the platform: it is down because of what was.
    expect(stack.reachability.state).toBe('DOWN');
  });

  it('has no breaker where none is wanted', async () => {
    const stack = stackWith({ breakerRestMs: 0, retries: 0 });
    platform.does(answering(503));
    for (let i = 0; i < 30; i += 1) await failure(stack.sendWith(headers)(platform.call()));
    expect([platform.asked.length, stack.breakers()]).toEqual([30, []]);
  });

  it('bounds what is under way, whoever made the sender', async () => {
    const stack = stackWith();
    const [one, two] = [stack.sendWith(headers), stack.sendWith(headers)];
    const caller = new AbortController();
    const scope = () => callScope({ signal: caller.signal });
    platform.does(hanging);
    const all = Array.from({ length: 6 }, (_, i) => failure((i % 2 ? one : two)(platform.call({ scope: scope() }))));
    await expect.poll(() => platform.asked.length).toBe(4);
    expect(stack.queue()).toEqual({ system: 'DYNAMIC_PLANNER', waiting: 2, inFlight: 4 });
    caller.abort();
    await Promise.all(all);
    expect([stack.queue(), platform.asked.length]).toEqual([{ system: 'DYNAMIC_PLANNER', waiting: 0, inFlight: 0 }, 4]);
    expect(stack.reachability.state).toBe('UNKNOWN');
  });

  it('does not go beyond the rate, whose refusal says nothing of the platform', async () => {
    const stack = stackWith({ rateLimiter: createRateLimiter({ perMinute: 2 }) });
    const send = stack.sendWith(headers);
    for (let i = 0; i < 2; i += 1) await send(platform.call());
    for (let i = 0; i < 20; i += 1) expect((await failure(send(platform.call()))).code).toBe('UPSTREAM_RATE_LIMITED');
    expect([platform.asked.length, stack.reachability.state]).toEqual([2, 'UP']);
    expect(stack.breakers()).toMatchObject([{ state: 'closed' }]);
  });

  it('counts each further attempt against the rate', async () => {
    const send = stackWith({ rateLimiter: createRateLimiter({ perMinute: 2 }) }).sendWith(headers);
    platform.does(answering(503));
    const { reports, scope } = observed();
    expect((await failure(send(platform.call({ scope })))).status).toBe(503);
    expect([platform.asked.length, reports[0]?.attempts]).toEqual([2, [503, 503]]);
  });

  it('takes headers that have to be waited for, and tells why where they are not to be had', async () => {
    const seen: (string | undefined)[] = [];
    platform.does((request, response) => {
      seen.push(request.headers.accept);
      ok(request, response);
    });
    await stackWith().sendWith(async () => headers())(platform.call());
    expect(seen).toEqual(['application/json']);
    const late = stackWith().sendWith(() => Promise.reject(new OutOfTime()));
    expect((await failure(late(platform.call()))).code).toBe('UPSTREAM_TIMEOUT');
  });
});

describe('beside the platform', () => {
  it('a call is made once, in no queue, and behind a breaker of its own', async () => {
    const stack = stackWith({ concurrency: 1, rateLimiter: createRateLimiter({ perMinute: 1 }) });
    platform.does(answering(503));
    const { reports, scope } = observed();
    for (let i = 0; i < 11; i += 1)
      await failure(stack.sendBeside(platform.call({ path: '/token/x', method: 'POST', body: 'a=b', scope })));
    expect(platform.asked).toHaveLength(10);
    expect(reports.map(({ attempts }) => attempts)).toEqual([...Array(10).fill([503]), []]);
    expect(stack.breakers()).toMatchObject([{ domain: 'token', state: 'open' }]);
    expect(stack.reachability.state).toBe('UNKNOWN');
  });
});
