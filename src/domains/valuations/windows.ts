import type { LimitFunction } from 'p-limit';
import { groupBy } from '../../platform/batch.ts';
import type { Page } from '../../platform/paging/pages.ts';
import type { Wire } from '../../platform/wire.ts';

/** Pages of the mixed list that are read before the plans that still lack something are asked for singly. */
const MIXED_PAGES = 4;

/** The newest valuations of a finance. */
export interface Window {
  readonly items: readonly Wire[];
  /** Whether these are all there are. */
  readonly complete: boolean;
}

/** Reads one page of the valuations of these finances together, newest first. */
export type ReadMixedPage = (ids: readonly string[], pageNumber: number) => Promise<Page<Wire>>;

/** What the windows are made of. */
export interface WindowOptions {
  readonly read: ReadMixedPage;
  /** How many valuations of each finance are wanted. */
  readonly need: number;
  /** Whether a valuation is among those wanted: a platform ignores in silence a filter that it does not know. */
  readonly fits: (valuation: Wire) => boolean;
  /** Bounds the finances that are asked for singly at once. */
  readonly limit: LimitFunction;
}

/**
 * The newest `need` valuations of each finance. The platform lists many finances' valuations mixed, so pages are read until each has
 * its window, and after the fourth the rest is asked for one by one, since a few with rare valuations would cost all the others' pages.
 */
export async function newestWindows(options: WindowOptions, ids: readonly string[]): Promise<Map<string, Window>> {
  if (ids.length === 1) return readUntil(options, ids, Number.POSITIVE_INFINITY);
  const mixed = await readUntil(options, ids, MIXED_PAGES);
  const lacking = ids.filter((id) => !has(mixed.get(id), options.need));
  const single = await Promise.all(
    lacking.map((id) => options.limit(() => readUntil(options, [id], Number.POSITIVE_INFINITY))),
  );
  return new Map([...mixed, ...single.flatMap((window) => [...window])]);
}

async function readUntil(
  { read, need, fits }: WindowOptions,
  ids: readonly string[],
  pages: number,
): Promise<Map<string, Window>> {
  const items: Wire[] = [];
  let seen = 0;
  let before = '';
  for (let number = 1; ; number += 1) {
    const page = await read(ids, number);
    const text = page.total === null ? JSON.stringify(page.items.map(({ item }) => item)) : '';
    const isRepeated = text !== '' && text === before;
    before = text;
    if (!isRepeated) items.push(...page.items.filter(fits));
    seen += page.items.length;
    const complete =
      isRepeated ||
      page.items.length === 0 ||
      (page.total === null ? page.items.length < (page.pageSize ?? 1) : seen >= page.total);
    const groups = groupBy(ids, items, (wire) => [ids.length === 1 ? (ids[0] ?? '') : String(wire.item.financeId)]);
    const windows = new Map([...groups].map(([id, list]) => [id, { items: list, complete }]));
    if (complete || number >= pages || ids.every((id) => has(windows.get(id), need))) return windows;
  }
}

function has(window: Window | undefined, need: number): boolean {
  return window !== undefined && (window.complete || window.items.length >= need);
}
