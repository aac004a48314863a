import { type Answer, answer, type Call } from '../server/route.ts';
import { invalid } from './errors.ts';

const DEFAULT_PER_PAGE = 15;
const WHOLE = /^[0-9]{1,9}$/;

/** Makes the answer of a list from all of its items: the page that was asked for, as Laravel sends it. */
export type Page = <T extends object>(call: Call, items: readonly T[], shape?: (item: T) => unknown) => Answer;

/** `{ data, links, meta }`; more than the cap is clamped in silence. `baseUrl`: known only once the server listens. */
export function pager(cap: number, baseUrl: () => string): Page {
  return (call, items, shape) => {
    const perPage = Math.min(wholeNumber(call, 'per_page', DEFAULT_PER_PAGE), cap);
    const current = wholeNumber(call, 'page', 1);
    const last = Math.max(1, Math.ceil(items.length / perPage));
    const slice = sorted(items, call.query.sort).slice((current - 1) * perPage, current * perPage);
    const link = (page: number): string => `${baseUrl()}${call.path}?page=${page}`;
    return answer(200, {
      data: shape === undefined ? slice : slice.map(shape),
      links: {
        first: link(1),
        last: link(last),
        prev: current > 1 ? link(current - 1) : null,
        next: current < last ? link(current + 1) : null,
      },
      meta: { current_page: current, last_page: last, per_page: perPage, total: items.length },
    });
  };
}

function wholeNumber(call: Call, name: string, fallback: number): number {
  const text = call.query[name];
  if (text === undefined) return fallback;
  if (!WHOLE.test(text) || Number(text) < 1) throw invalid(name, `The ${name} must be an integer of at least 1.`);
  return Number(text);
}

/** The parts of `filter[name]`; null where it was not sent. */
export function filterOf(call: Call, name: string): string[] | null {
  const text = call.query[`filter[${name}]`];
  return text === undefined ? null : text.split(',').filter((part) => part !== '');
}

/** Keeps the items of which any value stands in the filter, for every filter of the table that was sent. */
export function filtered<T>(
  call: Call,
  items: readonly T[],
  table: Readonly<Record<string, (item: T) => readonly (string | null | undefined)[]>>,
): readonly T[] {
  let left = items;
  for (const [name, valuesOf] of Object.entries(table)) {
    const wanted = filterOf(call, name);
    if (wanted === null) continue;
    const set = new Set<unknown>(wanted);
    left = left.filter((item) => valuesOf(item).some((value) => set.has(value)));
  }
  return left;
}

/** A copy of an item without the keys that `include` did not ask for. */
export function gate<T extends object>(call: Call, gated: readonly (keyof T & string)[]): (item: T) => Partial<T> {
  const asked = new Set((call.query.include ?? '').split(','));
  const left = gated.filter((key) => !asked.has(key));
  return (item) => {
    const sent: Partial<T> = { ...item };
    for (const key of left) delete sent[key];
    return sent;
  };
}

/** Lists that nobody changed are sorted once, however many of their pages are read. */
const sortedLists = new WeakMap<readonly object[], Map<string, readonly object[]>>();

/** `sort=-created_at,name`: by any texts or numbers of the items; unknown keys leave the order as it is. */
function sorted<T extends object>(items: readonly T[], sort: string | undefined): readonly T[] {
  if (sort === undefined || sort === '') return items;
  const known = sortedLists.get(items)?.get(sort);
  if (known !== undefined) return known as readonly T[];
  const keys = sort.split(',').map((key) => (key.startsWith('-') ? { key: key.slice(1), sign: -1 } : { key, sign: 1 }));
  const list = [...items].sort((one, other) => {
    for (const { key, sign } of keys) {
      const order = compare(read(one, key), read(other, key));
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  const lists = sortedLists.get(items) ?? new Map<string, readonly object[]>();
  sortedLists.set(items, lists.set(sort, list));
  return list;
}

function read(item: object, key: string): unknown {
  return (item as Record<string, unknown>)[key];
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [first, second] = [typeof one === 'string' ? one : '', typeof other === 'string' ? other : ''];
  return first < second ? -1 : first > second ? 1 : 0;
}
