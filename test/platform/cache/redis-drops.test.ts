import { afterEach, describe, expect, test, vi } from 'vitest';
import { redisDropLog } from '../../../src/platform/cache/redis-drops.ts';
import { OutOfTime } from '../../../src/platform/deadline.ts';
import { Patience, Resting } from '../../../src/platform/patience.ts';
import { failureOf, settle } from '../helpers.ts';
import { LONG } from './nodes.ts';

/** A Redis whose answers are given by hand. */
function fakeRedis() {
  const open: { readonly resolve: (reply: unknown) => void; readonly reject: (error: Error) => void }[] = [];
  const evaluate = vi.fn(
    (_script: string, _options: { readonly arguments: readonly string[] }) =>
      new Promise((resolve, reject) => open.push({ resolve, reject })),
  );
  /** @param which of the questions that are open */
  const answer = async (reply: unknown, which = 0) => {
    const [next] = open.splice(which, 1);
    if (reply instanceof Error) next?.reject(reply);
    else next?.resolve(reply);
    await settle();
  };
  return { redis: { eval: evaluate } as never, evaluate, answer };
}

describe('the drop log', () => {
  const logs: { stop(): void }[] = [];
  afterEach(() => {
    for (const log of logs.splice(0)) log.stop();
  });
  const logOf = (redis: never, waitMs = 60_000) => {
    const log = redisDropLog(redis, new Patience({ waitMs, onError: () => {} }));
    logs.push(log);
    return log;
  };

  test('asks once for all who want to know at once, and never gives what was asked before they did', async () => {
    const { redis, evaluate, answer } = fakeRedis();
    const log = logOf(redis);
    const first = [log.sync(), log.sync(), log.sync()];
    await settle();
    expect(evaluate).toHaveBeenCalledTimes(1);
    const later = [log.sync(), log.sync()];
    await settle();
    expect(evaluate).toHaveBeenCalledTimes(1);
    await answer([3, 'm', [['3-0', '["*"]']]]);
    expect(await Promise.all(first)).toEqual([3, 3, 3]);
    expect(evaluate).toHaveBeenCalledTimes(2);
    await answer([5, 'n', [['5-0', '["*"]']]]);
    expect(await Promise.all(later)).toEqual([5, 5]);
  });

  test('can not be trusted while a drop is not sent, and behind a question that failed', async () => {
    const { redis, answer } = fakeRedis();
    const log = logOf(redis);
    const drop = log.drop(['PLANNR/plan:1']);
    await settle();
    const during = log.sync();
    await settle();
    await answer([0, '', []], 1);
    expect(await during).toBeNull();
    const across = log.sync();
    await settle();
    await answer(1);
    await drop;
    // It was asked while the drop was under way, and answered behind it.
    await answer([1, 'm', [['1-0', '["PLANNR/plan:1"]']]]);
    expect(await across).toBe(1);
    const failing = log.sync();
    await settle();
    await answer(new Error('LOADING'));
    expect(await failing).toBeNull();
  });

  test('ends a drop in time that can not be sent, trusts nothing until it is, and sends it again', async () => {
    const { redis, evaluate, answer } = fakeRedis();
    const log = logOf(redis, 1);
    await log.drop(['PLANNR/plan:1', 'PLANNR/plan:2']);
    expect(await log.sync()).toBeNull();
    const sent = () =>
      evaluate.mock.calls.flatMap(
        ([
          ,
          {
            arguments: [first = ''],
          },
        ]) => (first.startsWith('[') ? [first] : []),
      );
    await expect.poll(() => sent().length, LONG).toBeGreaterThan(2);
    expect(new Set(sent())).toEqual(new Set(['["PLANNR/plan:1","PLANNR/plan:2"]']));
    await answer(new Error('gone'));
  });

  test('sends drops together that come while one is being sent', async () => {
    const { redis, evaluate, answer } = fakeRedis();
    const log = logOf(redis);
    const ended: string[] = [];
    const drop = (id: string) => log.drop([`PLANNR/plan:${id}`]).then(() => ended.push(id));
    void drop('1');
    await settle();
    void drop('2');
    void drop('3');
    await settle();
    expect(evaluate).toHaveBeenCalledTimes(1);
    await answer(1);
    expect(ended).toEqual(['1']);
    expect(evaluate).toHaveBeenCalledTimes(2);
    expect(evaluate.mock.calls[1]?.[1].arguments[0]).toBe('["PLANNR/plan:2","PLANNR/plan:3"]');
    await answer(2);
    expect(ended).toEqual(['1', '2', '3']);
  });
});

describe('patience with Redis', () => {
  test('ends with the first failure, and Redis is left alone for a while', async () => {
    let now = 0;
    const onError = vi.fn();
    const patience = new Patience({ waitMs: 10, onError, now: () => now });
    expect(await patience.ask(async () => 'an answer')).toBe('an answer');
    const hanging = vi.fn(() => new Promise<never>(() => {}));
    const both = [patience.ask(hanging), patience.ask(hanging)].map(failureOf);
    for (const failure of await Promise.all(both)) expect(failure).toBeInstanceOf(OutOfTime);
    expect(onError).toHaveBeenCalledOnce();
    const asked = vi.fn(async () => 'an answer');
    expect(await failureOf(patience.ask(asked))).toBeInstanceOf(Resting);
    now = 999;
    expect(await failureOf(patience.ask(asked))).toBeInstanceOf(Resting);
    expect(asked).not.toHaveBeenCalled();
    now = 1_000;
    expect(await patience.ask(asked)).toBe('an answer');
  });

  test('does not end in front of an answer that came while the process was busy', async () => {
    const patience = new Patience({ waitMs: 50, onError: () => {} });
    const busy = (): void => {
      for (const until = performance.now() + 100; performance.now() < until; );
    };
    /** What has come in is seen when the process looks, and that it does between two turns. */
    const come = () => new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('an answer'))));
    const asked = patience.ask(come);
    busy();
    setImmediate(busy);
    expect(await asked).toBe('an answer');
  });
});
