import type { SelectionNode } from 'graphql';
import type { Row } from '../../column.ts';
import { operationsOf } from '../../graph/operation.ts';
import { LARGEST_PAGE } from '../../graph/own.ts';
import type { Answer, Ask } from '../../walk/ask.ts';
import { cellReader } from '../../walk/cells.ts';
import { type Position, walk } from '../../walk/walk.ts';
import { badRequest } from '../errors.ts';
import type { EntitySet, Navigation } from '../model.ts';
import type { Options } from '../options.ts';
import type { Key } from '../path.ts';
import { forKnown, withoutRefused } from './asking.ts';
import { type EntityPlan, type EntityScope, rowReader, sourceOf, testOf } from './entity.ts';
import { narrowingOf } from './pushdown.ts';
import type { SetSource } from './sets.ts';
import type { PageToken } from './token.ts';
import { IDS, type View } from './view.ts';

/** How many entities can be put in order for one request. */
export const MOST_SORTED = 50_000;

/** Things that are read first where nobody can tell how many hold a page of entities. */
const FIRST_THINGS = 20;
/** Entities that a thing may be guessed to hold: fewer make more pages, more make larger ones than are used. */
const ENTITIES_OF_THING = 4;

const NOTHING: Answer = {};

/** What reading entities takes. */
export interface ReadScope extends EntityScope {
  readonly ask: Ask;
}

/** Entities to be read. */
export interface Collection {
  readonly set: EntitySet;
  readonly options: Options;
  /** Where they are not all of their set: what they are linked to, and how. */
  readonly origin: { readonly set: EntitySet; readonly key: Key; readonly link: Navigation } | null;
}

/** One entity on its way out. */
export interface Found {
  readonly row: Row;
  readonly thing: Answer;
  readonly parent: Answer | undefined;
  readonly at: Position;
}

/** Entities that pass, in the order of the graph. @param wanted how many the reader means to take */
export async function* found(
  scope: ReadScope,
  { set, options, origin }: Collection,
  plan: EntityPlan,
  start: PageToken | null,
  wanted = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly Found[]> {
  const source = sourceOf(scope, set);
  const { variables, ids } = narrowingOf(source.definition, source.dataset, options, set);
  if (ids?.length === 0) return;
  const only = origin === null ? ids : [String(origin.key[0])];
  const view =
    origin === null
      ? only === null
        ? source.whole
        : source.byIds
      : viewOf(sourceOf(scope, origin.set), origin.link.name);
  const test = testOf(scope, set, options);
  // Where nothing is left out, and each thing is an entity, it is known how far to read; else it is felt for.
  const isFlat = view.table.levels.length === 1;
  const isWhole = (options.filter ?? options.search) === null;
  const felt = Math.min(wanted, Math.max(FIRST_THINGS, isFlat ? LARGEST_PAGE : wanted / ENTITIES_OF_THING));
  const first = isFlat && isWhole ? wanted + 1 + (start?.offset ?? 0) : Math.ceil(felt);
  const narrowed = { ...scope, ask: withoutRefused(scope.ask, Object.keys(variables), start) };
  for await (const batch of entities(narrowed, plan, view, { ...variables, [IDS]: only }, start, first)) {
    const passing = batch.filter(({ row }) => test(row));
    if (passing.length > 0) yield passing;
  }
}

/** All that pass, in the order asked for: no more are held than can be shown. */
export async function* sorted(
  scope: ReadScope,
  collection: Collection,
  plan: EntityPlan,
  start: PageToken | null,
): AsyncGenerator<readonly Found[]> {
  const { orderBy, top, skip } = collection.options;
  const compare = (a: Found, b: Found): number => orderBy?.compare(a.row, b.row) ?? 0;
  const room = top === null ? Number.POSITIVE_INFINITY : skip + top;
  let held: Found[] = [];
  for await (const batch of found(scope, collection, plan, null)) {
    for (const one of batch) held.push(one);
    if (held.length > 2 * room + batch.length) held = held.sort(compare).slice(0, room);
    if (held.length > MOST_SORTED + batch.length) throw tooManyToSort();
  }
  held = held.sort(compare).slice(0, room);
  if (held.length > MOST_SORTED) throw tooManyToSort();
  const from = start?.offset ?? 0;
  for (let place = from; place < held.length; place += LARGEST_PAGE)
    yield held
      .slice(place, place + LARGEST_PAGE)
      .map((one, index) => ({ ...one, at: { after: null, offset: place + index } }));
}

/** All entities of a view, with the cells and the things that the plan takes. */
export async function* entities(
  scope: ReadScope,
  plan: EntityPlan,
  { table, operation, columns }: View,
  variables: Answer,
  start: PageToken | null,
  wanted = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly Found[]> {
  const { set, properties } = plan;
  const needed = [...properties].flatMap((property) => columns.get(property) ?? []);
  const depth = table.levels.length;
  const extra = new Map<number, readonly SelectionNode[]>([[depth, plan.onThing]]);
  if (plan.onParent.length > 0) extra.set(depth - 1, plan.onParent);
  const rowOf = rowReader(set, columns, properties);
  const operations = operationsOf(table, needed, operation, set.name, extra);
  const isNamed = variables[IDS] != null;
  const isFirst = once(set, columns);
  // What is asked for by ids comes whole anyhow, and only from its beginning it can be told what was given before.
  const from: Position | undefined =
    start === null || isNamed ? undefined : { after: start.after, offset: start.offset };
  const given = isNamed ? (start?.offset ?? 0) : 0;
  const isBare = plan.onThing.length === 0 && plan.onParent.length === 0;
  const mayStop = Number.isFinite(wanted);
  const pageSize = Math.min(wanted, LARGEST_PAGE);
  const ask = isNamed ? forKnown(scope.ask) : scope.ask;
  for await (const { entries, from: at } of walk({ table, operations, variables, ask, from, pageSize, mayStop })) {
    const found = entries.map(({ things, position }, index) => ({
      row: rowOf(things, position),
      // Those that wait for their order are held: without what nobody writes.
      thing: isBare ? NOTHING : (things.at(-1) as Answer),
      parent: isBare || things.length < 3 ? undefined : things.at(-2),
      at: { after: at.after, offset: at.offset + index },
    }));
    yield isNamed
      ? found.filter((one, index) => isFirst(entries[index]?.things[1] as Answer) && one.at.offset >= given)
      : found;
  }
}

/**
 * What is asked for by ids may be asked for twice, also by two ids of one thing: tells of each thing of the outermost list whether it is the
 * one that counts.
 */
function once(set: EntitySet, columns: View['columns']): (thing: Answer) => boolean {
  const key = columns.get(set.key[0] ?? '');
  const idOf = key?.level === 1 && key.source !== null ? cellReader(key.source) : null;
  const first = new Map<unknown, Answer>();
  return (thing) => {
    const id = idOf?.(thing) ?? thing;
    if (!first.has(id)) first.set(id, thing);
    return first.get(id) === thing;
  };
}

function viewOf(source: SetSource, name: string): View {
  const view = source.links.get(name)?.view;
  if (view == null) throw new TypeError(`${name} leads to no list`);
  return view;
}

function tooManyToSort(): Error {
  return badRequest(
    `$orderby can put ${MOST_SORTED} entities in order: narrow them with $filter, take fewer with $top, or leave $orderby out.`,
    '$orderby',
  );
}
