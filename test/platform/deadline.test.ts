import { afterEach, expect, it, vi } from 'vitest';
import { Cancelled, OutOfTime, within } from '../../src/platform/deadline.ts';
import { pause } from '../../src/platform/pause.ts';
import { failureOf } from './helpers.ts';

const never = new Promise<never>(() => {});
afterEach(() => void vi.useRealTimers());

it('shared work is waited for until it is done, or the time or the caller is gone', async () => {
  vi.useFakeTimers();
  const caller = new AbortController();
  expect(await within(Promise.resolve(1), 1_000, caller.signal)).toBe(1);
  const late = failureOf(within(never, 1_000, caller.signal));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await late).toBeInstanceOf(OutOfTime);
  const gone = failureOf(within(never, 1_000, caller.signal));
  caller.abort();
  expect(await gone).toBeInstanceOf(Cancelled);
  expect(await failureOf(within(never, 1_000, caller.signal))).toBeInstanceOf(Cancelled);
  expect(vi.getTimerCount()).toBe(0);
});

it('a pause ends after its time, or with the caller', async () => {
  vi.useFakeTimers();
  const caller = new AbortController();
  const whole = pause(1_000, caller.signal);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await whole).toBeUndefined();
  const cut = failureOf(pause(1_000, caller.signal));
  caller.abort();
  expect(await cut).toBeInstanceOf(Cancelled);
  expect(await failureOf(pause(1_000, caller.signal))).toBeInstanceOf(Cancelled);
  expect(vi.getTimerCount()).toBe(0);
});

it('any number may wait with one caller, without a warning', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const caller = new AbortController();
  const all = Array.from({ length: 50 }, (_, i) =>
    failureOf(i % 2 === 0 ? pause(60_000, caller.signal) : within(never, 60_000, caller.signal)),
  );
  caller.abort();
  for (const error of await Promise.all(all)) expect(error).toBeInstanceOf(Cancelled);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});
