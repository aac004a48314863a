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

const NONE: readonly Wire[] = [];

/** Nothing was asked. */
export const NOTHING: Found = { items: [], groups: new Map(), failed: new Map() };

const NO_TAGS = new Set<Tag>();

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

/**
 * Reads ids chunk by chunk, all at once, and gives each id its own: a list of items, which is empty where there is none. A chunk that fails
 * takes no other along.
 * @param isKept whether anything of it is kept: else nobody asks for tags
 */
export async function broughtOf(
  chunks: readonly (readonly string[])[],
  read: ReadChunk,
  sorting: Sorting,
  isKept: boolean,
): Promise<Brought<readonly unknown[] | null>> {
  const values = new Map<string, Item<readonly unknown[] | null> | UpstreamError>();
  const loose: unknown[] = [];
  const sorted = async (chunk: readonly string[]): Promise<void> => {
    try {
      const { items, bytes } = await read(chunk);
      const groups = new Map<string, unknown[]>(chunk.map((id) => [id, []]));
      for (const item of items) {
        let isLoose = true;
        for (const id of idsIn(item, sorting)) {
          const group = groups.get(id);
          if (group === undefined) continue;
          isLoose = false;
          // Somebody may be named twice.
          if (group.at(-1) !== item) group.push(item);
        }
        if (isLoose) loose.push(item);
      }
      const each = bytes / Math.max(1, items.length);
      for (const [id, group] of groups) {
        const tags = isKept ? new Set([sorting.tagOfId(id), sorting.tagOfAll]) : NO_TAGS;
        if (isKept) for (const item of group) for (const tag of tagIn(item, sorting)) tags.add(tag);
        // That a thing itself is not there is known for a short time only; that nothing belongs to it is a list like any other.
        const value = group.length === 0 && sorting.idsOf === undefined ? null : group;
        values.set(id, { value, tags: [...tags], bytes: each * group.length });
      }
    } catch (error) {
      const failure = upstreamErrorOf(error);
      for (const id of chunk) values.set(id, failure);
    }
  };
  await Promise.all(chunks.map(sorted));
  return { values, loose };
}

/** The things of lists that are kept between operations, with what was made of them: a list is never changed. */
const KNOWN = new WeakMap<readonly unknown[], readonly Wire[]>();

/**
 * What an answer of the cache comes to. Things without an id are reported.
 * @param name what a thing is called in messages
 * @param isKept whether its lists may come again
 */
export function foundIn(
  scope: CallScope,
  system: System,
  name: string,
  idField: string,
  { values, loose }: Answer<readonly unknown[] | null>,
  isKept: boolean,
): Found {
  const things = new Map<unknown, Wire>();
  const groups = new Map<string, readonly Wire[]>();
  const failed = new Map<string, UpstreamError>();
  const wiresOf = (items: readonly unknown[]): readonly Wire[] => {
    const known = isKept ? KNOWN.get(items) : undefined;
    if (known !== undefined) return known;
    const wires = identified(scope, system, name, idField, items);
    // What is broken is reported each time.
    if (isKept && wires.length === items.length) KNOWN.set(items, wires);
    return wires;
  };
  const once = (items: readonly unknown[]): Wire[] => {
    const group = new Set<Wire>();
    for (const wire of wiresOf(items)) {
      const id = wire.item[idField];
      const first = things.get(id);
      if (first === undefined) things.set(id, wire);
      group.add(first ?? wire);
    }
    return [...group];
  };
  for (const [id, one] of values) {
    if (one instanceof Error) failed.set(id, one);
    else groups.set(id, one === null || one.length === 0 ? NONE : once(one));
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
  keep?: (item: Wire) => boolean,
): Map<string, readonly Wire[] | UpstreamError> {
  const kept = (items: readonly Wire[] = NONE): readonly Wire[] =>
    keep === undefined || items.every(keep) ? items : items.filter(keep);
  return new Map(ids.map((id) => [id, failed.get(id) ?? kept(groups.get(id))]));
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
