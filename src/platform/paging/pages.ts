import { limitFunction } from 'p-limit';

/** One page of a platform's list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many items the whole list has, null where the platform does not say. */
  readonly total: number | null;
  /** The page size that the platform used, null where it does not say. */
  readonly pageSize: number | null;
  /** Whether the platform says that this is the last page; absent where it does not say. */
  readonly isLast?: boolean;
}

/** Reads one page; pages are counted from 1. */
export type ReadPage<T> = (pageNumber: number, pageSize: number) => Promise<Page<T>>;

/** A stretch of a list. */
export interface Stretch<T> {
  readonly items: readonly T[];
  readonly total: number | null;
  /** Whether the list goes on behind it, as far as can be told. */
  readonly more: boolean;
}

/** Pages of one size that cover a window. */
export interface PagePlan {
  readonly pageSize: number;
  readonly firstPage: number;
  readonly lastPage: number;
}

/**
 * The fewest equal pages that cover `count` items from `offset` (counted from 0), and of those the smallest ones. A platform knows
 * pages only, so a window that lies across a page border may need a larger page, or one page more.
 * @param cap the largest page that the platform gives
 */
export function planPages(offset: number, count: number, cap: number): PagePlan {
  let best: PagePlan | undefined;
  let bestPages = Number.POSITIVE_INFINITY;
  let bestItems = Number.POSITIVE_INFINITY;
  for (let pageSize = 1; pageSize <= cap; pageSize += 1) {
    const firstPage = Math.floor(offset / pageSize) + 1;
    const lastPage = Math.floor((offset + count - 1) / pageSize) + 1;
    const pages = lastPage - firstPage + 1;
    if (pages < bestPages || (pages === bestPages && pages * pageSize < bestItems)) {
      best = { pageSize, firstPage, lastPage };
      bestPages = pages;
      bestItems = pages * pageSize;
    }
  }
  return best ?? { pageSize: 1, firstPage: offset + 1, lastPage: offset + count };
}

/**
 * Reads the window of `count` items from `offset`. The first page tells the total; the pages behind it are then read in parallel,
 * and none that lies behind the end. A platform whose cap is lower than told is met by planning again with the size that it used.
 */
export async function readWindow<T>(
  read: ReadPage<T>,
  offset: number,
  count: number,
  cap: number,
): Promise<Stretch<T>> {
  const plan = planPages(offset, count, cap);
  const first = await read(plan.firstPage, plan.pageSize);
  const used = usedPageSize(first, plan) ?? (await pageSizeByFirstPage(read, plan.pageSize));
  if (used < plan.pageSize && used > 0) {
    // A first page that was cut is the first page of the smaller size: it need not be read again.
    const known: ReadPage<T> = async (number, size) =>
      number === 1 && size === used && plan.firstPage === 1 ? first : read(number, size);
    return readWindow(known, offset, count, used);
  }
  const lastNeeded =
    first.total === null ? plan.lastPage : Math.min(plan.lastPage, Math.ceil(first.total / plan.pageSize));
  const numbers = range(plan.firstPage + 1, first.items.length < plan.pageSize ? plan.firstPage : lastNeeded);
  const rest = await Promise.all(numbers.map((number) => read(number, plan.pageSize)));
  const pages = first.total === null ? withoutRepeats([first, ...rest]) : [first, ...rest];
  const items = pages.flatMap((page) => page.items);
  const skipped = offset - (plan.firstPage - 1) * plan.pageSize;
  const full = items.length >= (plan.lastPage - plan.firstPage + 1) * plan.pageSize;
  return {
    items: items.slice(skipped, skipped + count),
    total: first.total,
    more: first.total === null ? full || items.length > skipped + count : first.total > offset + count,
  };
}

/** Pages up to the first that repeats the one before it: some platforms give their last page for every page behind the end. */
function withoutRepeats<T>(pages: readonly Page<T>[]): Page<T>[] {
  const end = pages.findIndex((page, index) => index > 0 && isRepeated(page, pages[index - 1]));
  return end === -1 ? [...pages] : pages.slice(0, end);
}

function isRepeated<T>(page: Page<T>, before: Page<T> | undefined): boolean {
  return before !== undefined && JSON.stringify(page.items) === JSON.stringify(before.items);
}

/**
 * Reads a whole list: page 1 at the cap, then all others in parallel once it told the total. Without a total it goes on page by page
 * to the first short, empty or repeated one.
 * @param parallel how many pages may be under way at once
 */
export async function readAll<T>(read: ReadPage<T>, cap: number, parallel = Number.POSITIVE_INFINITY): Promise<T[]> {
  const first = await read(1, cap);
  const size = usedPageSize(first, { pageSize: cap, firstPage: 1, lastPage: 1 }) ?? cap;
  if (first.total === null) return readOn(read, first, size);
  if (size === 0 || first.items.length === 0) return [...first.items];
  const numbers = range(2, Math.ceil(first.total / size));
  if (numbers.length === 0) return [...first.items];
  const next = (number: number) => read(number, size);
  const rest = await Promise.all(
    numbers.map(numbers.length > parallel ? limitFunction(next, { concurrency: parallel }) : next),
  );
  return [first, ...rest].flatMap((page) => page.items);
}

async function readOn<T>(read: ReadPage<T>, first: Page<T>, size: number): Promise<T[]> {
  const items = [...first.items];
  const goesOn = (page: Page<T>): boolean => page.items.length > 0 && !(page.isLast ?? page.items.length < size);
  for (let page = first, number = 2; goesOn(page); number += 1) {
    const next = await read(number, size);
    if (isRepeated(next, page)) break;
    items.push(...next.items);
    page = next;
  }
  return items;
}

/**
 * The page size that the platform used: what it says, else what the length of a page that should be full shows. Null where neither tells:
 * a short page behind the first may be the end of the list, or a page cut in silence to a lower cap.
 */
function usedPageSize<T>(page: Page<T>, { pageSize, firstPage }: PagePlan): number | null {
  if (page.pageSize !== null && page.pageSize > 0) return Math.min(page.pageSize, pageSize);
  if (page.total === null || page.items.length >= pageSize) return pageSize;
  if (firstPage > 1) return null;
  return page.items.length < page.total ? page.items.length : pageSize;
}

/** The page size that the platform used, learnt from the first page, which is full unless it is the whole list. */
async function pageSizeByFirstPage<T>(read: ReadPage<T>, pageSize: number): Promise<number> {
  return usedPageSize(await read(1, pageSize), { pageSize, firstPage: 1, lastPage: 1 }) ?? pageSize;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
