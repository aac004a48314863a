import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Page, planPages, type ReadPage, readAll, readWindow } from '../../src/platform/paging/pages.ts';

type Envelope = 'total and size' | 'total' | 'bare array';

interface Asked {
  readonly pageNumber: number;
  readonly pageSize: number;
}

/** A platform's list of the numbers from 0: cuts pages to its own cap in silence. */
function pager(total: number, serverCap: number, envelope: Envelope = 'total and size') {
  const asked: Asked[] = [];
  const read: ReadPage<number> = async (pageNumber, pageSize) => {
    asked.push({ pageNumber, pageSize });
    const used = Math.min(pageSize, serverCap);
    const start = (pageNumber - 1) * used;
    const items = Array.from({ length: Math.max(0, Math.min(used, total - start)) }, (_, index) => start + index);
    return {
      items,
      total: envelope === 'bare array' ? null : total,
      pageSize: envelope === 'total and size' ? used : null,
    };
  };
  return { read, asked };
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

const TOTALS = fc.integer({ min: 0, max: 400 });
const OFFSETS = fc.integer({ min: 0, max: 450 });
const COUNTS = fc.integer({ min: 1, max: 200 });
const CAPS = fc.constantFrom(10, 50, 100);
const WITH_TOTAL = fc.constantFrom<Envelope>('total and size', 'total');

describe('planPages', () => {
  it('covers the window with pages within the cap, as few as any page size needs', () => {
    fc.assert(
      fc.property(fc.nat(2_000), COUNTS, fc.integer({ min: 1, max: 120 }), (offset, count, cap) => {
        const { pageSize, firstPage, lastPage } = planPages(offset, count, cap);
        expect(pageSize).toBeLessThanOrEqual(cap);
        expect((firstPage - 1) * pageSize).toBeLessThanOrEqual(offset);
        expect(lastPage * pageSize).toBeGreaterThanOrEqual(offset + count);
        const pagesOfSize = (size: number): number =>
          new Set(numbers(offset, offset + count).map((position) => Math.floor(position / size))).size;
        expect(lastPage - firstPage + 1).toBe(
          Math.min(...Array.from({ length: cap }, (_, index) => pagesOfSize(index + 1))),
        );
      }),
    );
  });

  it('asks for no larger pages than the window needs', () => {
    expect(planPages(0, 20, 100)).toEqual({ pageSize: 20, firstPage: 1, lastPage: 1 });
    expect(planPages(100, 100, 100)).toEqual({ pageSize: 100, firstPage: 2, lastPage: 2 });
  });
});

describe('readWindow', () => {
  const givesTheWindow = (envelope: Envelope) =>
    fc.assert(
      fc.asyncProperty(TOTALS, OFFSETS, COUNTS, CAPS, CAPS, async (total, offset, count, told, real) => {
        const { read } = pager(total, real, envelope);
        const stretch = await readWindow(read, offset, count, told);
        expect(stretch.items).toEqual(numbers(offset, Math.min(total, offset + count)));
        expect(stretch.total).toBe(total);
        expect(stretch.more).toBe(total > offset + count);
      }),
    );

  it('gives exactly the items of the window, in order, whatever smaller cap the platform has', async () => {
    await givesTheWindow('total and size');
  });

  it('gives the items of the window where the platform tells a total but no page size, and cuts pages in silence', async () => {
    await givesTheWindow('total');
  });

  it('reads a bare array without a total as well, and never says that it ended where it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(TOTALS, OFFSETS, COUNTS, CAPS, async (total, offset, count, cap) => {
        const stretch = await readWindow(pager(total, cap, 'bare array').read, offset, count, cap);
        expect(stretch.items).toEqual(numbers(offset, Math.min(total, offset + count)));
        expect(stretch.total).toBeNull();
        if (total > offset + count) expect(stretch.more).toBe(true);
      }),
    );
  });

  it('makes the fewest calls, and none behind the end once the total is known', async () => {
    await fc.assert(
      fc.asyncProperty(TOTALS, OFFSETS, COUNTS, CAPS, WITH_TOTAL, async (total, offset, count, cap, envelope) => {
        const { read, asked } = pager(total, cap, envelope);
        await readWindow(read, offset, count, cap);
        const { pageSize, firstPage, lastPage } = planPages(offset, count, cap);
        const holdingItems = numbers(firstPage, lastPage + 1).filter((page) => (page - 1) * pageSize < total);
        const needed = holdingItems.length > 0 ? holdingItems : [firstPage];
        const pages = asked.map(({ pageNumber }) => pageNumber);
        // Where no page size is told, a short page may have been cut: the first page may be read too, to learn the size.
        const learning = envelope === 'total' && firstPage > 1 && pages.length > needed.length ? [1] : [];
        expect(pages.toSorted((x, y) => x - y)).toEqual([...learning, ...needed]);
      }),
    );
  });

  it('does not give an item twice where a platform repeats its last page', async () => {
    const read: ReadPage<number> = async (): Promise<Page<number>> => ({
      items: numbers(0, 100),
      total: null,
      pageSize: null,
    });
    expect((await readWindow(read, 0, 200, 100)).items).toEqual(numbers(0, 100));
  });

  it('gives nothing of an empty list', async () => {
    expect(await readWindow(pager(0, 100).read, 0, 50, 100)).toEqual({ items: [], total: 0, more: false });
  });
});

describe('readAll', () => {
  it('gives the whole list in order, whatever smaller cap the platform has', async () => {
    await fc.assert(
      fc.asyncProperty(
        TOTALS,
        CAPS,
        CAPS,
        WITH_TOTAL,
        fc.integer({ min: 1, max: 5 }),
        async (total, told, real, env, n) => {
          const { read, asked } = pager(total, real, env);
          expect(await readAll(read, told, n)).toEqual(numbers(0, total));
          expect(asked).toHaveLength(Math.max(1, Math.ceil(total / Math.min(told, real))));
        },
      ),
    );
  });

  it('reads a bare array to its first short page', async () => {
    await fc.assert(
      fc.asyncProperty(TOTALS, CAPS, async (total, cap) => {
        const { read, asked } = pager(total, cap, 'bare array');
        expect(await readAll(read, cap)).toEqual(numbers(0, total));
        expect(asked).toHaveLength(Math.floor(total / cap) + 1);
      }),
    );
  });

  it('reads no more pages at once than allowed, and all of them', async () => {
    const { read } = pager(400, 10);
    let underWay = 0;
    let most = 0;
    const counted: ReadPage<number> = async (pageNumber, pageSize) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return read(pageNumber, pageSize);
    };
    expect(await readAll(counted, 10, 3)).toHaveLength(400);
    expect(most).toBe(3);
  });

  it('stops at a repeated page', async () => {
    const pages = [numbers(0, 10), numbers(10, 20)];
    let calls = 0;
    const read: ReadPage<number> = async (pageNumber) => {
      calls += 1;
      if (calls > 10) throw new TypeError('it does not stop');
      return { items: pages[Math.min(pageNumber, pages.length) - 1] ?? [], total: null, pageSize: null };
    };
    expect(await readAll(read, 10)).toEqual(numbers(0, 20));
    expect(calls).toBe(3);
  });
});
