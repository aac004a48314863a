import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Drops } from '../../../src/platform/cache/drops.ts';
import { entryOf, freshnessOf, keptFor } from '../../../src/platform/cache/entry.ts';
import { EVERYTHING, type Lifetimes, type Tag } from '../../../src/platform/cache/index.ts';

describe('how good an entry is', () => {
  const lifetimes: fc.Arbitrary<Lifetimes> = fc.record({
    freshMs: fc.nat(10_000),
    staleMs: fc.nat(10_000),
    staleIfErrorMs: fc.nat(10_000),
    absentMs: fc.nat(10_000),
  });
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  const made = (value: unknown, windows: Lifetimes, chance: number) =>
    entryOf(value, { fence: 0, tags: [], now: 1_000, random: chance }, windows);

  test('goes from fresh to stale, to old, to expired, each for its window', () => {
    fc.assert(
      fc.property(lifetimes, random, fc.boolean(), fc.nat(30_000), (windows, chance, isThere, age) => {
        const entry = made(isThere ? 'a value' : null, windows, chance);
        const wanted = isThere ? windows.freshMs : windows.absentMs;
        expect(entry.freshMs).toBeGreaterThanOrEqual(wanted * 0.899);
        expect(entry.freshMs).toBeLessThanOrEqual(wanted);
        const behind = age - entry.freshMs;
        const expected =
          behind < 0
            ? 'fresh'
            : isThere && behind < windows.staleMs
              ? 'stale'
              : isThere && behind < windows.staleIfErrorMs
                ? 'old'
                : 'expired';
        expect(freshnessOf(entry, windows, 1_000 + age)).toBe(expected);
        // It is kept for as long as it is good for anything, and hardly longer.
        if (expected !== 'expired') expect(keptFor(entry, windows)).toBeGreaterThan(age);
        else expect(keptFor(entry, windows)).toBeLessThanOrEqual(age + 1);
      }),
    );
  });

  test('what was read together does not run out together', () => {
    const windows = { freshMs: 60_000, staleMs: 0, staleIfErrorMs: 0, absentMs: 0 };
    const ends = Array.from({ length: 100 }, () => entryOf(1, { fence: 0, tags: [], now: 0 }, windows).freshMs);
    expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(2_000);
  });
});

describe('what was dropped', () => {
  const TAGS = ['PLANNR/plan:1', 'PLANNR/plan:2', 'PLANNR/plan', 'DYNAMIC_PLANNER/client:1'] as const;
  const kind = (tag: string): string => tag.split(':')[0] ?? '';

  test('no longer holds, and all else does', () => {
    const drop = fc.uniqueArray(fc.constantFrom<Tag>(...TAGS, EVERYTHING), { minLength: 1 });
    const some = fc.uniqueArray(fc.constantFrom<Tag>(...TAGS), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(drop, { maxLength: 8 }), fc.nat(8), some, fc.nat(8), (dropped, fence, tags, forgotten) => {
        const drops = new Drops();
        for (const [index, group] of dropped.entries()) drops.note(index + 1, group);
        if (forgotten < dropped.length) drops.forgetBefore(forgotten);
        const horizon = forgotten < dropped.length ? forgotten : 0;
        const later = dropped.slice(fence).flat();
        const holds = fence >= horizon && !later.some((tag) => tag === EVERYTHING || tags.includes(tag));
        expect(drops.holds(fence, tags)).toBe(holds);
        // Of a kind nothing was dropped: then nothing with a tag of that kind was.
        const kinds = new Set(tags.map(kind));
        const holdsKinds = holds && !later.some((tag) => kinds.has(kind(tag)));
        expect(drops.holdsKinds(fence, tags)).toBe(holdsKinds);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is known one by one up to a bound, and behind it nothing from before is trusted', () => {
    const drops = new Drops();
    for (let at = 1; at <= 100_050; at += 1) drops.note(at, [`PLANNR/plan:${at}`]);
    expect(drops.holds(50, ['PLANNR/plan:x'])).toBe(true);
    expect(drops.holds(50, ['PLANNR/plan:51'])).toBe(false);
    expect(drops.holds(49, ['PLANNR/plan:x'])).toBe(false);
    expect(drops.holds(100_050, ['PLANNR/plan:1'])).toBe(true);
  });
});
