import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENDINGS } from '../../../src/edge/streams/ending.ts';
import { type EventSource, Subscription } from '../../../src/edge/streams/subscription.ts';
import { CodedError } from '../../../src/platform/errors.ts';
import { encodeCursor, type LogEntry } from '../../../src/platform/events/index.ts';
import { positionOf } from '../../../src/platform/events/position.ts';

const at = (place: number) => positionOf('abcdefghijkl', place);

/** Events 1 to `count`, then none for as long as nobody ends it. */
function sourceOf(count: number): EventSource {
  let given = 0;
  let passed = 0;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    get position() {
      return at(passed);
    },
    async next() {
      passed = given;
      if (given >= count) {
        await ended;
        return { done: true, value: undefined };
      }
      given += 1;
      return { done: false, value: { position: at(given), key: String(given), value: given } };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
  };
}

const numberIn = ({ value }: LogEntry<unknown>): number => Number(value);

test('answers are told in order however long each takes, and those that are nobody’s business are not', async () => {
  const waits = fc.array(fc.record({ turns: fc.nat(6), isTold: fc.boolean() }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(waits, async (plan) => {
      let underWay = 0;
      let most = 0;
      const subscription = new Subscription({
        source: sourceOf(plan.length),
        onEnd: () => {},
        async answer(entry) {
          const { turns = 0, isTold = false } = plan[numberIn(entry) - 1] ?? {};
          underWay += 1;
          most = Math.max(most, underWay);
          for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          underWay -= 1;
          return isTold ? { data: { value: numberIn(entry) } } : null;
        },
      });
      const expected = plan.flatMap(({ isTold }, index) => (isTold ? [index + 1] : []));
      const got: unknown[] = [];
      for (const place of expected) {
        const { value } = await subscription.next();
        got.push(value?.data?.value);
        expect(subscription.position).toBe(at(place));
      }
      expect(got).toEqual(expected);
      expect(most).toBeLessThanOrEqual(8);
      await subscription.return();
    }),
    { numRuns: 50 },
  );
});

test('the cursor passes what is not told, and never what is not told yet', async () => {
  let release = (): void => {};
  const subscription = new Subscription({
    source: sourceOf(3),
    onEnd: () => {},
    answer: async (entry) => {
      if (numberIn(entry) < 3) return null;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { data: {} };
    },
  });
  const next = subscription.next();
  await expect.poll(() => subscription.position).toBe(at(2));
  const failed = expect(next).rejects.toMatchObject({
    code: 'GOING_AWAY',
    details: { after: encodeCursor(at(2)) },
  });
  await subscription.end(ENDINGS.leaving);
  await failed;
  release();
});

test('one that waits for events stands where its source does', async () => {
  const subscription = new Subscription({ source: sourceOf(2), onEnd: () => {}, answer: async () => null });
  const next = subscription.next();
  await expect.poll(() => subscription.position).toBe(at(2));
  await subscription.return();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('an answer that fails ends it behind those before, once, and tells which code', async () => {
  const ends: unknown[] = [];
  const subscription = new Subscription({
    source: sourceOf(5),
    onEnd: (...end) => void ends.push(end),
    answer: async (entry) => {
      if (numberIn(entry) === 3) throw new CodedError('UPSTREAM_UNAVAILABLE', 'gone');
      return { data: { value: numberIn(entry) } };
    },
  });
  expect((await subscription.next()).value?.data).toEqual({ value: 1 });
  expect((await subscription.next()).value?.data).toEqual({ value: 2 });
  await expect(subscription.next()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(subscription.position).toBe(at(2));
  expect(ends).toEqual([[2, 'UPSTREAM_UNAVAILABLE']]);
});

test('one whose reader leaves while an answer is made ends in silence', async () => {
  const subscription = new Subscription({
    source: sourceOf(1),
    onEnd: () => {},
    answer: () => new Promise((_, reject) => setImmediate(() => reject(new Error('given up')))),
  });
  const next = subscription.next();
  await subscription.return();
  expect(await next).toEqual({ done: true, value: undefined });
});
