import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Kept, type KeptOptions } from '../../src/platform/kept.ts';
import { callScope, failureOf, outage } from './helpers.ts';

const MINUTE = 60_000;
const notYet = () => outage('PLANNR');

/** Something kept whose loads end when they are told to. */
function setUp(options: Partial<KeptOptions<string>> = {}) {
  const loads: {
    previous: string | undefined;
    publish: (early: string) => void;
    end: (value: string) => void;
    fail: (error: unknown) => void;
  }[] = [];
  const errors: unknown[] = [];
  const kept = new Kept<string>({
    load: (previous, publish) =>
      new Promise((end, fail) => {
        loads.push({ previous, publish, end, fail });
      }),
    refreshMs: MINUTE,
    onError: (error) => errors.push(error),
    ...options,
  });
  return { kept, loads, errors };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('something kept', () => {
  it('has readers wait for the first load, and loads once for all of them', async () => {
    const { kept, loads } = setUp();
    const readers = [kept.start(), kept.get(callScope(), notYet), kept.get(callScope(), notYet)];
    await turn();
    expect(kept.current).toBeUndefined();
    loads[0]?.end('one');
    expect(await Promise.all(readers)).toEqual([undefined, 'one', 'one']);
    expect(loads).toHaveLength(1);
    kept.stop();
  });

  it('is loaded by the first reader where nobody started it', async () => {
    const { kept, loads } = setUp();
    const reader = kept.get(callScope(), notYet);
    loads[0]?.end('one');
    expect(await reader).toBe('one');
    kept.stop();
  });

  it('gives a value that is published early while the load goes on', async () => {
    const { kept, loads } = setUp();
    const reader = kept.get(callScope(), notYet);
    loads[0]?.publish('early');
    expect(await reader).toBe('early');
    loads[0]?.end('whole');
    await turn();
    expect(kept.current).toBe('whole');
    kept.stop();
  });

  it('starts with a value from an earlier run, and gives it to the load', async () => {
    const { kept, loads } = setUp({ initial: 'from disk' });
    const started = kept.start();
    expect(await kept.get(callScope(), notYet)).toBe('from disk');
    expect(loads[0]?.previous).toBe('from disk');
    loads[0]?.end('new');
    await started;
    expect(kept.current).toBe('new');
    kept.stop();
  });
});

describe('a refresh', () => {
  it('comes by itself, and the old value stays until the new one is there', async () => {
    const { kept, loads } = setUp();
    const started = kept.start();
    loads[0]?.end('one');
    await started;
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(loads.map(({ previous }) => previous)).toEqual([undefined, 'one']);
    expect(await kept.get(callScope(), notYet)).toBe('one');
    loads[1]?.end('two');
    await turn();
    expect(await kept.get(callScope(), notYet)).toBe('two');
    kept.stop();
  });

  it('on demand joins the one under way', async () => {
    const { kept, loads } = setUp();
    const both = [kept.refresh(), kept.refresh()];
    loads[0]?.end('one');
    await Promise.all(both);
    expect(loads).toHaveLength(1);
    kept.stop();
  });

  it('that fails keeps the old value, is told, and is tried again sooner and then as usual', async () => {
    const { kept, loads, errors } = setUp();
    const started = kept.start();
    loads[0]?.end('one');
    await started;
    await vi.advanceTimersByTimeAsync(MINUTE);
    loads[1]?.fail(outage('PLANNR'));
    await turn();
    expect(errors).toHaveLength(1);
    expect(await kept.get(callScope(), notYet)).toBe('one');
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    expect(loads).toHaveLength(3);
    loads[2]?.end('two');
    await turn();
    expect(kept.current).toBe('two');
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    expect(loads).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(loads).toHaveLength(4);
    kept.stop();
  });

  it('that fails again and again is tried less and less often, never less than usual', async () => {
    const { kept, loads, errors } = setUp({ load: () => Promise.reject(outage('PLANNR')) });
    await kept.start();
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(errors.length).toBeGreaterThanOrEqual(10 + 4);
    expect(errors.length).toBeLessThan(30);
    expect(loads).toHaveLength(0);
    kept.stop();
  });
});

describe('what is not loaded', () => {
  it('is a coded error and never an empty value: the load’s own', async () => {
    const { kept } = setUp({ load: () => Promise.reject(outage('DYNAMIC_PLANNER')) });
    await kept.start();
    expect(await failureOf(kept.get(callScope(), notYet))).toMatchObject({ system: 'DYNAMIC_PLANNER' });
    kept.stop();
  });

  it('is the given error where the load failed for no reason that a caller may know', async () => {
    const { kept, errors } = setUp({ load: () => Promise.reject(new TypeError('secret reason')) });
    await kept.start();
    expect(await failureOf(kept.get(callScope(), notYet))).toMatchObject({ system: 'PLANNR' });
    expect(errors).toHaveLength(1);
    kept.stop();
  });

  it('is waited for no longer than one call may take', async () => {
    const { kept } = setUp();
    const reader = failureOf(kept.get(callScope({ budgetMs: 10_000 }), notYet));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await reader).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', system: 'PLANNR' });
    kept.stop();
  });
});

describe('stop', () => {
  it('ends the refreshes, also where a load is under way', async () => {
    const { kept, loads } = setUp();
    const started = kept.start();
    kept.stop();
    loads[0]?.end('one');
    await started;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(loads).toHaveLength(1);
    expect(kept.current).toBe('one');
    expect(vi.getTimerCount()).toBe(0);
  });
});
