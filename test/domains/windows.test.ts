import fc from 'fast-check';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { newestWindows, type ReadMixedPage } from '../../src/domains/valuations/windows.ts';
import { Wire } from '../../src/platform/wire.ts';

function windowsOf(read: ReadMixedPage, ids: readonly string[], need: number) {
  return newestWindows({ read, need, fits: () => true, limit: pLimit(8) }, ids);
}

/** How many valuations each finance has, by id; their days are spread so that the mixed list is well mixed. */
type Series = Readonly<Record<string, readonly number[]>>;

interface Call {
  readonly ids: readonly string[];
  readonly pageNumber: number;
}

/** A platform that lists the valuations of the finances asked for together, newest first. */
function platform(series: Series, cap = 10, envelope: 'total' | 'bare array' = 'total') {
  const calls: Call[] = [];
  let underWay = 0;
  let most = 0;
  const listOf = (ids: readonly string[]) =>
    ids
      .flatMap((id) => (series[id] ?? []).map((day) => ({ id: `${id}-${day}`, financeId: id, day })))
      .sort((a, b) => b.day - a.day || (a.id < b.id ? -1 : 1));
  const read: ReadMixedPage = async (ids, pageNumber) => {
    calls.push({ ids, pageNumber });
    if (calls.length > 1_000) throw new TypeError('it does not stop');
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    const all = listOf(ids);
    return {
      items: all
        .slice((pageNumber - 1) * cap, pageNumber * cap)
        .map((item) => new Wire('DYNAMIC_PLANNER', 'valuation', item)),
      total: envelope === 'total' ? all.length : null,
      pageSize: envelope === 'total' ? cap : null,
    };
  };
  return { read, calls, most: () => most, newestOf: (id: string) => listOf([id]).map((item) => item.id) };
}

const days = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);
const idsOf = (items: readonly Wire[] = []): unknown[] => items.map((wire) => wire.item.id);
const mixed = (calls: readonly Call[]) => calls.filter(({ ids }) => ids.length > 1);

describe('the newest valuations of many finances', () => {
  it('come with one call where the first page holds them all', async () => {
    const { read, calls } = platform({ a: days(3), b: days(4) });
    const windows = await windowsOf(read, ['a', 'b'], 2);
    expect(calls).toHaveLength(1);
    expect(idsOf(windows.get('a')?.items)).toEqual(['a-2', 'a-1', 'a-0']);
    expect([windows.get('a')?.complete, windows.get('b')?.complete]).toEqual([true, true]);
  });

  it('stop as soon as each has its window, and are then not said to be complete', async () => {
    const { read, calls } = platform({ a: days(30), b: days(30) });
    const windows = await windowsOf(read, ['a', 'b'], 5);
    expect(calls).toHaveLength(1);
    expect(windows.get('a')?.complete).toBe(false);
    expect(windows.get('a')?.items.length).toBeGreaterThanOrEqual(5);
  });

  it('are asked for singly after the fourth mixed page, only for those that still lack something', async () => {
    const { read, calls } = platform({ busy: days(100, 1_000), rare: days(3), other: days(100, 1_000) });
    const windows = await windowsOf(read, ['busy', 'rare', 'other'], 2);
    expect(mixed(calls).map(({ pageNumber }) => pageNumber)).toEqual([1, 2, 3, 4]);
    expect(calls.slice(4)).toEqual([{ ids: ['rare'], pageNumber: 1 }]);
    expect(idsOf(windows.get('rare')?.items)).toEqual(['rare-2', 'rare-1', 'rare-0']);
    expect(windows.get('rare')?.complete).toBe(true);
    expect(windows.get('busy')?.complete).toBe(false);
  });

  it('are asked for singly eight at a time', async () => {
    const rare = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`rare${index}`, days(1)]));
    const { read, calls, most } = platform({ busy: days(100, 1_000), ...rare });
    const windows = await windowsOf(read, ['busy', ...Object.keys(rare)], 1);
    expect(calls).toHaveLength(4 + 20);
    expect(most()).toBe(8);
    expect([...windows.values()].every(({ items }) => items.length >= 1)).toBe(true);
  });

  it('of one finance are read to its window, however many pages that takes', async () => {
    const { read, calls } = platform({ a: days(100) });
    const windows = await windowsOf(read, ['a'], 65);
    expect(calls.map(({ pageNumber }) => pageNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(idsOf(windows.get('a')?.items).slice(0, 2)).toEqual(['a-99', 'a-98']);
    expect(windows.get('a')?.complete).toBe(false);
  });

  it('are an empty and complete window for a finance without any', async () => {
    const { read } = platform({ a: days(2) });
    const windows = await windowsOf(read, ['a', 'none'], 5);
    expect(windows.get('none')).toEqual({ items: [], complete: true });
  });

  it('are each finance’s newest, in order, and complete exactly where that is all there is', async () => {
    const series = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.uniqueArray(fc.nat(500), { maxLength: 60 }),
      { minKeys: 1 },
    );
    const envelopes = fc.constantFrom('total' as const, 'bare array' as const);
    await fc.assert(
      fc.asyncProperty(
        series,
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 20 }),
        envelopes,
        async (all, need, cap, envelope) => {
          const { read, calls, newestOf } = platform(all, cap, envelope);
          const ids = Object.keys(all);
          const windows = await windowsOf(read, ids, need);
          for (const id of ids) {
            const window = windows.get(id);
            const found = idsOf(window?.items);
            expect(found).toEqual(newestOf(id).slice(0, found.length));
            expect(found.length).toBeGreaterThanOrEqual(Math.min(need, newestOf(id).length));
            if (window?.complete) expect(found).toEqual(newestOf(id));
            else expect(found.length).toBeGreaterThanOrEqual(need);
          }
          expect(mixed(calls).length).toBeLessThanOrEqual(4);
        },
      ),
    );
  });

  it('end at a repeated page', async () => {
    const { read } = platform({ a: days(10) }, 10, 'bare array');
    let calls = 0;
    const repeating: ReadMixedPage = (ids) => {
      calls += 1;
      if (calls > 20) throw new TypeError('it does not stop');
      return read(ids, 1);
    };
    const windows = await windowsOf(repeating, ['a'], Number.MAX_SAFE_INTEGER);
    expect(idsOf(windows.get('a')?.items)).toEqual(days(10).map((day) => `a-${9 - day}`));
  });
});
