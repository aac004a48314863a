import { beforeEach, describe, expect, it } from 'vitest';
import { NotSent } from '../../../src/platform/http/faults.ts';
import { type Answer, type Progress, type Send, stack } from '../../../src/platform/http/send.ts';
import { Turns } from '../../../src/platform/http/turns.ts';
import { withConcurrency } from '../../../src/platform/http/withConcurrency.ts';
import { withErrors } from '../../../src/platform/http/withErrors.ts';
import { callScope, settle } from '../helpers.ts';
import { bench, failure } from './bench.ts';

const platform = bench();
/** Who was sent, in order. */
let started: string[];
let open: (() => void)[];
let turns: Turns;
let send: Send;

beforeEach(() => {
  started = [];
  open = [];
  turns = new Turns({ atOnce: 2, perCaller: 500 });
  send = stack(
    (call) => {
      started.push(`${call.scope.queue}${call.batchSize}`);
      return new Promise<Answer>((resolve) => {
        open.push(() => resolve({ status: 200, headers: {}, body: null }));
      });
    },
    withErrors,
    withConcurrency(turns),
  );
});

/** The call number `batchSize` of a caller. */
const ask = (queue: string, batchSize = 0, scope = callScope()) =>
  send(platform.call({ batchSize, scope: { ...scope, queue } }));

/** Answers the oldest call under way. */
async function answer(): Promise<void> {
  open.shift()?.();
  await settle();
}

describe('turns', () => {
  it('are taken by no more than there may be at once', async () => {
    const all = Promise.all(Array.from({ length: 5 }, (_, i) => ask('a', i)));
    await settle();
    expect([started, turns.taken, turns.waiting]).toEqual([['a0', 'a1'], 2, 3]);
    for (let i = 0; i < 5; i += 1) await answer();
    await all;
    expect([started, turns.taken, turns.waiting]).toEqual([['a0', 'a1', 'a2', 'a3', 'a4'], 0, 0]);
  });

  it('go round: who asks for 500 things does not hold up who asks for one', async () => {
    const greedy = Array.from({ length: 500 }, (_, i) => ask('greedy', i));
    const modest = ask('modest');
    const other = [ask('other', 0), ask('other', 1)];
    await settle();
    expect([started, turns.waiting]).toEqual([['greedy0', 'greedy1'], 501]);
    for (let i = 0; i < 6; i += 1) await answer();
    expect(started.slice(2)).toEqual(['greedy2', 'modest0', 'other0', 'greedy3', 'other1', 'greedy4']);
    await modest;
    while (open.length > 0) await answer();
    await Promise.all([...greedy, ...other]);
    expect(started.slice(8)).toEqual(Array.from({ length: 495 }, (_, i) => `greedy${i + 5}`));
  });

  it('are not waited for by a caller who has gone', async () => {
    const caller = new AbortController();
    const first = [ask('a', 0), ask('a', 1)];
    const gone = failure(ask('a', 2, callScope({ signal: caller.signal })));
    const stays = ask('a', 3);
    await settle();
    caller.abort();
    expect((await gone).message).toBe('Dynamic Planner was not waited for.');
    expect(turns.waiting).toBe(1);
    for (let i = 0; i < 3; i += 1) await answer();
    await Promise.all([...first, stays]);
    expect(started).toEqual(['a0', 'a1', 'a3']);
  });

  it('are not waited for beyond the own time', async () => {
    const first = [ask('a', 0), ask('a', 1)];
    const error = await failure(ask('b', 0, callScope({ budgetMs: 20 })));
    expect(error).toBeInstanceOf(NotSent);
    expect(error).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'Dynamic Planner was not asked in time: too many calls were before this one.',
    });
    expect(turns.waiting).toBe(0);
    for (let i = 0; i < 2; i += 1) await answer();
    await Promise.all(first);
    expect([started, turns.taken]).toEqual([['a0', 'a1'], 0]);
  });

  it('are waited for by so many calls of a caller and no more, whatever others do', async () => {
    const all = Array.from({ length: 502 }, (_, i) => ask('a', i));
    const error = await failure(ask('a', 502));
    expect(error).toBeInstanceOf(NotSent);
    expect(error.code).toBe('UPSTREAM_RATE_LIMITED');
    const other = ask('b');
    await settle();
    expect(turns.waiting).toBe(501);
    while (open.length > 0) await answer();
    await Promise.all([...all, other]);
    expect(turns.taken).toBe(0);
  });

  it('are given back by calls that fail', async () => {
    const failing = stack(async () => Promise.reject(new Error('reset')), withErrors, withConcurrency(turns));
    for (let i = 0; i < 5; i += 1) await failure(failing(platform.call()));
    expect([turns.taken, turns.waiting]).toEqual([0, 0]);
  });

  it('that come in the moment in which they are given up are the next one’s', async () => {
    expect(['x', 'x', 'x'].map((name) => turns.take(name))).toEqual([true, true, false]);
    const given = turns.queue('a');
    const next = turns.queue('b');
    turns.done('x');
    await given?.turn;
    expect(given?.leave()).toBe(false);
    turns.done('a');
    await next?.turn;
    expect([turns.taken, turns.waiting]).toEqual([2, 0]);
  });

  it('are given to a caller who may have only some of them as they come back, and to others before', async () => {
    turns = new Turns({ atOnce: 4, perCaller: 10, most: (name) => (name === 'background' ? 1 : 4) });
    const order: string[] = [];
    const wait = (name: string) => void turns.queue(name)?.turn.then(() => order.push(name));
    expect(turns.take('background')).toBe(true);
    expect(turns.take('background')).toBe(false);
    wait('background');
    expect(['a', 'a', 'a', 'a'].map((name) => turns.take(name))).toEqual([true, true, true, false]);
    wait('a');
    turns.done('a');
    turns.done('a');
    await settle();
    // One turn is free, and not for the background.
    expect([order, turns.taken, turns.waiting]).toEqual([['a'], 3, 1]);
    turns.done('background');
    await settle();
    expect([order, turns.taken, turns.waiting]).toEqual([['a', 'background'], 3, 0]);
  });

  it('that come to a call in the moment in which its caller goes are given back', async () => {
    expect([turns.take('x'), turns.take('x')]).toEqual([true, true]);
    const caller = new AbortController();
    const gone = failure(ask('a', 0, callScope({ signal: caller.signal })));
    await settle();
    caller.abort();
    turns.done('x');
    await gone;
    expect([turns.taken, turns.waiting, started]).toEqual([1, 0, []]);
  });

  it('are waited for in a time that is told', async () => {
    const first = [ask('a', 0), ask('a', 1)];
    const progress: Progress = { attempts: [], queuedMs: 0 };
    const third = send(platform.call({ progress }));
    await settle();
    for (let i = 0; i < 3; i += 1) await answer();
    await Promise.all([...first, third]);
    expect(progress.queuedMs).toBeGreaterThan(0);
  });
});
