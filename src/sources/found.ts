import type { Answer, Brought, Item, Tag } from '../platform/cache/index.ts';
import { type UpstreamError, upstreamErrorOf } from '../platform/errors.ts';
import type { CallScope } from '../platform/operation.ts';
import type { System } from '../platform/system.ts';
import { isItem, type Wire } from '../platform/wire.ts';
import { identified } from './read.ts';

/** What was found for some ids, and for which of them nothing could be had. */
export interface Found {
  /** Each thing once, in no order. */
  readonly items: readonly Wire[];
  /** What belongs to each id that was asked for, in the platform's order. */
  readonly groups: ReadonlyMap<string, readonly Wire[]>;
  readonly failed: ReadonlyMap<string, UpstreamError>;
}

/** Nothing was asked. */
export const NOTHING: Found = { items: [], groups: new Map(), failed: new Map() };

/** How the items of one resource are told apart. */
export interface Sorting {
  /** `id` or `uuid`. */
  readonly idField: string;
  /** Which of the ids that were asked for an item belongs to; where absent, its own. */
  readonly idsOf?: ((item: Readonly<Record<string, unknown>>) => readonly unknown[]) | undefined;
  /** The tags of an entry: of all such lists, of the id itself, and of each item in it. */
  readonly tagOfAll: Tag;
  readonly tagOfId: (id: string) => Tag;
  readonly tagOfItem: (id: string) => Tag;
}

/** Reads one chunk of ids: the items as sent, and what they took in bytes. */
export type ReadChunk = (ids: readonly string[]) => Promise<{ items: readonly unknown[]; bytes: number }>;

/** Reads ids chunk by chunk, all at once, and gives each id its own: a list of items, which is empty where there is none. A chunk that fails takes no other along. */
export async function broughtOf(
  chunks: readonly (readonly string[])[],
  read: ReadChunk,
  sorting: Sorting,
): Promise<Brought<readonly unknown[] | null>> {
  const values = new Map<string, Item<readonly unknown[] | null> | UpstreamError>();
  const loose: unknown[] = [];
  const sorted = async (chunk: readonly string[]): Promise<void> => {
    try {
      const { items, bytes } = await read(chunk);
      const groups = new Map<string, unknown[]>(chunk.map((id) => [id, []]));
      for (const item of items) {
        const ids = idsIn(item, sorting).filter((id) => groups.has(id));
        for (const id of new Set(ids)) groups.get(id)?.push(item);
        if (ids.length === 0) loose.push(item);
      }
      const each = bytes / Math.max(1, items.length);
      for (const [id, group] of groups) {
        const tags = [sorting.tagOfId(id), sorting.tagOfAll, ...group.flatMap((item) => tagIn(item, sorting))];
        // That a thing itself is not there is known for a short time only; that nothing belongs to it is a list like any other.
        const value = group.length === 0 && sorting.idsOf === undefined ? null : group;
        values.set(id, { value, tags: [...new Set(tags)], bytes: each * group.length });
      }
    } catch (error) {
      const failure = upstreamErrorOf(error);
      for (const id of chunk) values.set(id, failure);
    }
  };
  await Promise.all(chunks.map(sorted));
  return { values, loose };
}

/** What an answer of the cache comes to. Things without an id are reported. @param name what a thing is called in messages */
export function foundIn(
  scope: CallScope,
  system: System,
  name: string,
  idField: string,
  { values, loose }: Answer<readonly unknown[] | null>,
): Found {
  const things = new Map<unknown, Wire>();
  const groups = new Map<string, readonly Wire[]>();
  const failed = new Map<string, UpstreamError>();
  const once = (items: readonly unknown[]): Wire[] => {
    const wires = identified(scope, system, name, idField, items).map((wire) => {
      const id = wire.item[idField];
      const first = things.get(id) ?? wire;
      things.set(id, first);
      return first;
    });
    return [...new Set(wires)];
  };
  for (const [id, one] of values) {
    if (one instanceof Error) failed.set(id, one);
    else groups.set(id, once(one ?? []));
  }
  once(loose);
  return { items: [...things.values()], groups, failed };
}

/** Found things by their own ids. */
export function byId({ items, failed }: Found, idField: string): Map<string, Wire | UpstreamError> {
  return new Map<string, Wire | UpstreamError>([
    ...failed,
    ...items.map((wire) => [String(wire.item[idField]), wire] as const),
  ]);
}

/** Found things by the ids that they belong to. Every id has an entry: a list, or why it can't be had. @param keep which of them count */
export function grouped(
  ids: readonly string[],
  { groups, failed }: Found,
  keep: (item: Wire) => boolean = () => true,
): Map<string, readonly Wire[] | UpstreamError> {
  return new Map(ids.map((id) => [id, failed.get(id) ?? (groups.get(id) ?? []).filter(keep)]));
}

function idsIn(item: unknown, { idField, idsOf }: Sorting): string[] {
  if (!isItem(item)) return [];
  const ids = idsOf === undefined ? [item[idField]] : idsOf(item);
  return ids.filter((id) => typeof id === 'string');
}

function tagIn(item: unknown, { idField, tagOfItem }: Sorting): Tag[] {
  const id = isItem(item) ? item[idField] : undefined;
  return typeof id === 'string' ? [tagOfItem(id)] : [];
}
