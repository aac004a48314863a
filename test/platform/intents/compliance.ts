import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type IntentStore,
  Intents,
  IntentsUnavailable,
  OtherInput,
  OutcomeUnknown,
} from '../../../src/platform/intents/index.ts';
import { callScope } from '../helpers.ts';

/** One kind of store. */
export interface Kind {
  /** Whether several may be open on the same place. */
  readonly isShared: boolean;
  /** An empty place; opening it again finds what was left. */
  place(): Promise<{ open(): Promise<IntentStore>; break(): Promise<void> }>;
  stop(): Promise<void>;
}

const scope = () => callScope({ budgetMs: 60_000 });
class Undone extends Error {}

/** Something to be done once that counts how often it was. */
function job<T>(result: () => Promise<T> | T, more: object = {}) {
  const counted = {
    name: ['jwt', 'someone', 'planCreate', 'key'],
    input: { amount: 5n, text: 'x' },
    times: 0,
    prepared: 0,
    prepare: async () => {
      counted.prepared += 1;
      return 'ready';
    },
    work: async (ready: string) => {
      counted.times += 1;
      expect(ready).toBe('ready');
      return result();
    },
    wasNothingDone: (error: unknown) => error instanceof Undone,
    ...more,
  };
  return counted;
}

/** What every store of intents does. */
export function compliance(name: string, start: () => Promise<Kind>): void {
  describe(name, async () => {
    const kind = await start();
    let place: Awaited<ReturnType<Kind['place']>>;
    let store: IntentStore;
    let intents: Intents;
    const reopen = async (): Promise<void> => {
      await store.stop();
      store = await place.open();
      intents = new Intents(store);
    };
    beforeEach(async () => {
      await store?.stop();
      place = await kind.place();
      store = await place.open();
      intents = new Intents(store);
    });
    afterAll(async () => {
      await store.stop();
      await kind.stop();
    });

    test('gives the first result again, also after a restart', async () => {
      const once = job(() => ({ id: 'made', count: 1 }));
      expect(await intents.once(scope(), once)).toEqual({ id: 'made', count: 1 });
      expect(await intents.once(scope(), once)).toEqual({ id: 'made', count: 1 });
      await reopen();
      expect(await intents.once(scope(), once)).toEqual({ id: 'made', count: 1 });
      expect([once.times, once.prepared]).toEqual([1, 1]);
    });

    test('does it once for all who come at once', async () => {
      let release: (value: string) => void = () => {};
      const once = job(() => new Promise<string>((resolve) => (release = resolve)));
      const all = Promise.all(Array.from({ length: 50 }, () => intents.once(scope(), once)));
      await expect.poll(() => once.times).toBe(1);
      release('one');
      expect(new Set(await all)).toEqual(new Set(['one']));
      expect(once.times).toBe(1);
    });

    test('refuses another input, before and after it is done', async () => {
      let release: (value: string) => void = () => {};
      const once = job(() => new Promise<string>((resolve) => (release = resolve)));
      const other = job(() => 'other', { input: { amount: 6n, text: 'x' } });
      const first = intents.once(scope(), once);
      const second = intents.once(scope(), other).catch((error: unknown) => error);
      await expect.poll(() => once.times).toBe(1);
      release('one');
      expect(await first).toBe('one');
      expect(await second).toBeInstanceOf(OtherInput);
      await reopen();
      await expect(intents.once(scope(), other)).rejects.toBeInstanceOf(OtherInput);
      expect(other.times).toBe(0);
    });

    test('tells names apart by their parts', async () => {
      const names = [
        ['a', 'b', 'c'],
        ['a', 'bc'],
        ['a,b', 'c'],
        ['a', 'b', 'C'],
      ];
      for (const [index, own] of names.entries())
        expect(
          await intents.once(
            scope(),
            job(() => index, { name: own }),
          ),
        ).toBe(index);
    });

    test('may do it anew where nothing was done', async () => {
      let fails = true;
      const once = job(() => {
        if (fails) throw new Undone();
        return 'done';
      });
      await expect(intents.once(scope(), once)).rejects.toBeInstanceOf(Undone);
      fails = false;
      await reopen();
      expect(await intents.once(scope(), once)).toBe('done');
      expect(once.times).toBe(2);
    });

    test('writes nothing down where it turns out beforehand that it may not be done', async () => {
      const refused = job(() => 'x', { prepare: () => Promise.reject(new RangeError('no')) });
      await expect(intents.once(scope(), refused)).rejects.toBeInstanceOf(RangeError);
      expect(
        await intents.once(
          scope(),
          job(() => 'done', { input: 'another' }),
        ),
      ).toBe('done');
    });

    test('never does again what may have been done', async () => {
      const once = job(() => Promise.reject(new Error('no answer')));
      await expect(intents.once(scope(), once)).rejects.toBeInstanceOf(OutcomeUnknown);
      await expect(intents.once(scope(), once)).rejects.toBeInstanceOf(OutcomeUnknown);
      await reopen();
      await expect(intents.once(scope(), once)).rejects.toBeInstanceOf(OutcomeUnknown);
      expect(once.times).toBe(1);
    });

    test('never does again what a process left behind that ended in the middle of it', async () => {
      const left = job(() => new Promise<never>(() => {}));
      void intents.once(scope(), left).catch(() => undefined);
      await expect.poll(() => left.times).toBe(1);
      await reopen();
      const again = job(() => 'done twice');
      await expect(intents.once(scope(), again)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      expect(again.times).toBe(0);
    });

    test('does nothing that it can not write down', async () => {
      await place.break();
      const once = job(() => 'x');
      const failed = await intents.once(scope(), once).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(IntentsUnavailable);
      expect((failed as Error).message).toMatch(/nothing was sent/);
      expect(once.times).toBe(0);
    });

    test('gives a result that it can not write down, and never does it again', async () => {
      const once = job(async () => {
        await place.break();
        return 'done';
      });
      expect(await intents.once(scope(), once)).toBe('done');
      await expect(intents.once(scope(), once)).rejects.toThrow();
      expect(once.times).toBe(1);
    });

    test.runIf(kind.isShared)('is one for all nodes, who wait for each other', async () => {
      const elsewhere = await place.open();
      let release: (value: string) => void = () => {};
      const once = job(() => new Promise<string>((resolve) => (release = resolve)));
      const there = job(() => 'second');
      const first = intents.once(scope(), once);
      await expect.poll(() => once.times).toBe(1);
      const second = new Intents(elsewhere).once(scope(), there);
      const hasty = new Intents(elsewhere).once(callScope({ budgetMs: 1 }), there);
      await expect(hasty).rejects.toThrow(/still under way/);
      release('one');
      expect(await Promise.all([first, second])).toEqual(['one', 'one']);
      expect(there.times).toBe(0);
      await elsewhere.stop();
    });
  });
}
