import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BreakerState, Breakers } from '../../../src/platform/http/breakers.ts';
import { NotSent } from '../../../src/platform/http/faults.ts';
import { type Answer, type Call, type Progress, type Send, stack } from '../../../src/platform/http/send.ts';
import { transport } from '../../../src/platform/http/transport.ts';
import { withAttempts } from '../../../src/platform/http/withAttempts.ts';
import { withBreaker } from '../../../src/platform/http/withBreaker.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { withTimeout } from '../../../src/platform/http/withTimeout.ts';
import { callScope, settle } from '../helpers.ts';
import { answering, type Behaviour, bench, cutting, failure, hanging, ok, resetting } from './bench.ts';

const REST_MS = 5_000;
const platform = bench();
let breakers: Breakers;
let changes: BreakerState['state'][];
let send: Send;

beforeEach(() => {
  // Only the wall clock, by which the library counts the rest: sockets and deadlines go on as they are.
  vi.useFakeTimers({ toFake: ['Date'] });
  changes = [];
  breakers = new Breakers({ system: 'DYNAMIC_PLANNER', restMs: REST_MS, onChange: ({ state }) => changes.push(state) });
  send = over(transport(platform.pool));
});
afterEach(() => void vi.useRealTimers());

const over = (wire: Send): Send => stack(wire, withErrors, withBreaker(breakers), withAttempts, withTimeout);
const rest = (ms = REST_MS) => vi.setSystemTime(Date.now() + ms);

async function fail(times: number, fault: Behaviour = answering(503), call: () => Call = () => platform.call()) {
  platform.does(fault);
  for (let i = 0; i < times; i += 1) await failure(send(call()));
}

describe('after many failures', () => {
  it('a domain is not asked any more, and others are', async () => {
    await fail(10);
    platform.does(ok);
    const error = await failure(send(platform.call()));
    expect(error).toBeInstanceOf(NotSent);
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Dynamic Planner is not asked for a moment, after many failures.',
      details: { upstream: { system: 'DYNAMIC_PLANNER', traceId: 'trace-1' } },
    });
    expect(platform.asked).toHaveLength(10);
    expect(await send(platform.call({ path: '/finances/v1/x' }))).toMatchObject({ status: 200 });
    expect(breakers.states()).toEqual([
      { system: 'DYNAMIC_PLANNER', domain: 'crm', state: 'open' },
      { system: 'DYNAMIC_PLANNER', domain: 'finances', state: 'closed' },
    ]);
  });

  it.each([
    ['500', answering(500)],
    ['429', answering(429)],
    ['a reset connection', resetting],
    ['a cut body', cutting],
  ])('%s is one', async (_, fault) => {
    await fail(10, fault);
    await failure(send(platform.call()));
    expect([platform.asked.length, changes]).toEqual([10, ['open']]);
  });

  it('no answer in time is one', async () => {
    await fail(10, hanging, () => platform.call({ scope: callScope({ budgetMs: 1_000 }) }));
    await failure(send(platform.call()));
    expect([platform.asked.length, changes]).toEqual([10, ['open']]);
  });

  it.each([
    ['404', answering(404)],
    ['401', answering(401)],
    ['no JSON', answering(200, {}, '<html>')],
  ])('%s is none', async (_, fault) => {
    await fail(30, fault);
    expect([platform.asked.length, changes]).toEqual([30, []]);
  });

  it('a caller who goes is none', async () => {
    for (let i = 0; i < 30; i += 1) {
      const caller = new AbortController();
      platform.does(() => caller.abort());
      await failure(send(platform.call({ scope: callScope({ signal: caller.signal }) })));
    }
    expect([platform.asked.length, changes]).toEqual([30, []]);
  });

  it('a call that the gateway itself did not send is none', async () => {
    const refused = over(async (call) => {
      throw new NotSent(call, 'UPSTREAM_RATE_LIMITED', 'may not be asked more often at the moment.');
    });
    for (let i = 0; i < 30; i += 1) await failure(refused(platform.call()));
    expect(changes).toEqual([]);
  });

  it('of the last twenty calls more than half must have failed', async () => {
    platform.does(ok);
    for (let i = 0; i < 20; i += 1) await send(platform.call());
    await fail(10);
    expect(breakers.states()).toMatchObject([{ state: 'closed' }]);
    await fail(1);
    expect(breakers.states()).toMatchObject([{ state: 'open' }]);
  });
});

describe('after the rest', () => {
  /** Answers that are given by the test. */
  function trial() {
    const open: { answer: (status: number) => void; call: Call }[] = [];
    const wire = over(
      (call) =>
        new Promise<Answer>((resolve) => {
          open.push({ call, answer: (status) => resolve({ status, headers: {}, body: null }) });
        }),
    );
    return { open, wire };
  }

  it('one call tries the domain, and the others wait for what comes of it', async () => {
    await fail(10);
    rest(REST_MS - 1);
    await failure(send(platform.call()));
    rest(1);
    const { open, wire } = trial();
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const all = Promise.all([wire(platform.call()), wire(platform.call({ progress })), wire(platform.call())]);
    await settle();
    expect([open.length, changes]).toEqual([1, ['open', 'half-open']]);
    open[0]?.answer(200);
    await settle();
    expect([open.length, changes]).toEqual([3, ['open', 'half-open', 'closed']]);
    for (const { answer } of open) answer(200);
    await all;
    expect(progress.queuedMs).toBeGreaterThan(0);
  });

  it('it is left alone for as long again where the try fails', async () => {
    await fail(10);
    rest();
    const { open, wire } = trial();
    const all = Promise.all([1, 2, 3].map(() => failure(wire(platform.call()))));
    await settle();
    open[0]?.answer(503);
    expect((await all).map(({ status }) => status)).toEqual([503, undefined, undefined]);
    expect([open.length, changes]).toEqual([1, ['open', 'half-open', 'open']]);
    rest(REST_MS - 1);
    await failure(wire(platform.call()));
    expect(open).toHaveLength(1);
    rest(1);
    platform.does(ok);
    expect(await send(platform.call())).toMatchObject({ status: 200 });
    expect(changes.slice(3)).toEqual(['half-open', 'closed']);
  });

  it('who waits for a try does so within the own time, and leaves with the own caller', async () => {
    await fail(10);
    rest();
    const { open, wire } = trial();
    const tries = wire(platform.call());
    const caller = new AbortController();
    const short = failure(wire(platform.call({ scope: callScope({ budgetMs: 20 }) })));
    const gone = failure(wire(platform.call({ scope: callScope({ signal: caller.signal }) })));
    expect((await short).message).toContain('is not asked for a moment');
    caller.abort();
    expect((await gone).message).toBe('Dynamic Planner was not waited for.');
    open[0]?.answer(200);
    await tries;
    expect(open).toHaveLength(1);
  });

  it('a try whose caller goes keeps nobody out, and the next failure closes the domain again', async () => {
    await fail(10);
    rest();
    const caller = new AbortController();
    platform.does(() => caller.abort());
    await failure(send(platform.call({ scope: callScope({ signal: caller.signal }) })));
    expect(changes).toEqual(['open', 'half-open', 'closed']);
    await fail(1);
    expect(changes.at(-1)).toBe('open');
  });
});
