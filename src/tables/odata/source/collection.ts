import { lazyHash } from '../../../platform/relay/cursor.ts';
import type { Row } from '../../column.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { countOperation } from '../../graph/operation.ts';
import { entityUrl } from '../context.ts';
import { notFound } from '../errors.ts';
import type { EntitySet } from '../model.ts';
import type { Options } from '../options.ts';
import type { Key } from '../path.ts';
import { type Collection, entities, found, type ReadScope, sorted } from './entities.ts';
import { entityPlan, keyPlaces, sourceOf } from './entity.ts';
import { pageToken, tokenText } from './token.ts';
import { IDS } from './view.ts';

/** A page of a collection. */
export interface CollectionPage {
  /** Entities as JSON objects, some at a time. */
  readonly batches: AsyncGenerator<readonly string[]>;
  /** How many entities there are in all, where that was asked for; on every page, though counted for the first only. */
  readonly total: number | null;
  /** Asked when they have been read: the `$skiptoken` of the next page; null on the last. */
  readonly next: () => string | null;
}

/** A page of entities, read as fast as it is taken. @param pageSize entities on it at most */
export async function readPage(scope: ReadScope, collection: Collection, pageSize: number): Promise<CollectionPage> {
  const { options } = collection;
  await assertOrigin(scope, collection);
  const plan = entityPlan(scope, collection.set, options);
  const hash = hashOf(collection);
  const start = options.skipToken === null ? null : pageToken(hash(), options.skipToken);
  const total = options.count ? (start?.total ?? (await countOf(scope, collection))) : null;
  const shownBefore = start?.shown ?? 0;
  const left = options.top === null ? Number.POSITIVE_INFINITY : Math.max(0, options.top - shownBefore);
  const most = Math.min(pageSize, left);
  // What was skipped is behind the first page.
  const toSkip = start === null ? options.skip : 0;
  let next: string | null = null;

  async function* batches(): AsyncGenerator<readonly string[]> {
    if (most === 0) return;
    const source =
      options.orderBy === null
        ? found(scope, collection, plan, start, toSkip + most)
        : sorted(scope, collection, plan, start);
    let skipped = 0;
    let shown = 0;
    for await (const batch of source) {
      const written: string[] = [];
      for (const { row, thing, parent, at } of batch) {
        if (skipped < toSkip) {
          skipped += 1;
          continue;
        }
        if (shown === most) {
          if (most < left) next = tokenText(hash(), { ...at, shown: shownBefore + shown, total });
          if (written.length > 0) yield written;
          return;
        }
        written.push(plan.write(row, thing, parent));
        shown += 1;
      }
      if (written.length > 0) yield written;
      if (shown === left) return;
    }
  }
  return { batches: batches(), total, next: () => next };
}

/** The options that say which entities there are, and in which order. */
const BINDING: ReadonlySet<string> = new Set(['$filter', '$search', '$orderby']);

/** What a place in a collection holds for: there is none in another one, or in another order. */
function hashOf({ set, origin, options: { texts } }: Collection): () => string {
  const list = origin === null ? set.name : `${entityUrl('', origin.set, origin.key)}/${origin.link.name}`;
  return lazyHash(list, Object.fromEntries([...texts].filter(([name]) => name.startsWith('@') || BINDING.has(name))));
}

/** How many entities there are, without `$top` and `$skip`. */
export async function countOf(scope: ReadScope, collection: Collection): Promise<number> {
  const { set, options, origin } = collection;
  await assertOrigin(scope, collection);
  const { dataset } = sourceOf(scope, set);
  if (origin === null && dataset.isCounted && (options.filter ?? options.search) === null) {
    const total = await totalOf(scope, dataset);
    if (total !== null) return total;
  }
  const plan = entityPlan(scope, set, { ...options, select: [], orderBy: null, expand: [] });
  let count = 0;
  for await (const batch of found(scope, collection, plan, null)) count += batch.length;
  return count;
}

/** The entity with this key, and what is expanded in it, as JSON; null where there is none. */
export async function readEntity(scope: ReadScope, set: EntitySet, key: Key, options: Options): Promise<string | null> {
  const entity = await entityOf(scope, set, key, options);
  return entity === null ? null : entity.plan.write(entity.row, entity.thing, entity.parent);
}

/** The row of the entity with this key, of all columns of the set; null where there is none. */
export async function readRow(scope: ReadScope, set: EntitySet, key: Key, options: Options): Promise<Row | null> {
  return (await entityOf(scope, set, key, options))?.row ?? null;
}

/** The entity that another one is linked to; null where it is linked to none, undefined where that other one is not there. */
export async function readRelated(
  scope: ReadScope,
  { set, options, origin }: Collection & { readonly origin: object },
): Promise<string | null | undefined> {
  const expand = [{ navigation: origin.link, set, options }];
  const owner = await entityOf(scope, origin.set, origin.key, { ...BARE, expand });
  if (owner === null) return undefined;
  const [related] = owner.plan.expanded(owner.row, owner.thing, owner.parent);
  return related === undefined || related[1] === 'null' ? null : related[1];
}

/** What is linked to nobody is not empty, it is nowhere. @throws ODataError 404 */
async function assertOrigin(scope: ReadScope, { origin }: Collection): Promise<void> {
  if (origin !== null && (await readRow(scope, origin.set, origin.key, BARE)) === null) throw notFound(NOBODY);
}

/** Nothing but the key. */
const BARE: Options = {
  ...{ select: [], selectedLinks: [], expand: [], filter: null, orderBy: null, search: null },
  ...{ top: null, skip: 0, count: false, skipToken: null, texts: new Map() },
};

/** Said where a key leads to nothing. */
export const NOBODY = 'There is no entity with this key that you may see.';

async function entityOf(scope: ReadScope, set: EntitySet, key: Key, options: Options) {
  const plan = entityPlan(scope, set, options);
  const [id = ''] = key;
  const places = keyPlaces(set);
  const { byIds } = sourceOf(scope, set);
  for await (const batch of entities(scope, plan, byIds, { [IDS]: [String(id)] }, null)) {
    const match = batch.find(({ row }) => places.every((place, index) => String(row[place]) === String(key[index])));
    if (match !== undefined) return { ...match, plan };
  }
  return null;
}

/** What the graph itself tells; null where it does not know. */
async function totalOf({ ask }: ReadScope, { table, operation, name }: Dataset): Promise<number | null> {
  const { text, totalIn } = countOperation(table, operation, name);
  return totalIn(await ask({ text, variables: {} }));
}
