import type { SelectionNode } from 'graphql';
import { folded } from '../../../platform/folded.ts';
import type { Row } from '../../column.ts';
import { aliasedField, nextOf } from '../../graph/nodes.ts';
import { fieldsOf } from '../../graph/operation.ts';
import type { GraphColumn } from '../../graph/table.ts';
import type { Answer } from '../../walk/ask.ts';
import { rowsOf } from '../../walk/cells.ts';
import { entityUrl } from '../context.ts';
import { entityWriter, expandedCollection, type Member } from '../entity-json.ts';
import { badRequest } from '../errors.ts';
import type { EntitySet } from '../model.ts';
import type { Expand, Options } from '../options.ts';
import type { Key } from '../path.ts';
import type { Representation } from '../representation.ts';
import type { SetSource } from './sets.ts';

/** What writing entities takes. */
export interface EntityScope {
  readonly sources: ReadonlyMap<string, SetSource>;
  readonly representation: Pick<Representation, 'ieee754' | 'metadata'>;
  /** The URL of the service, with "/" at its end. */
  readonly root: string;
}

/** How the entities of a set are read and written for one request. */
export interface EntityPlan {
  readonly set: EntitySet;
  /** The properties whose columns have to be read. */
  readonly properties: ReadonlySet<string>;
  /** What else is to be selected on the entity's thing. */
  readonly onThing: readonly SelectionNode[];
  /** What else is to be selected on the thing that it belongs to. */
  readonly onParent: readonly SelectionNode[];
  /** @param row of all columns of the set @param parent the thing that it belongs to, where it belongs to one */
  readonly write: (row: Row, thing: Answer, parent: Answer | undefined) => string;
  /** What of it is expanded: what `write` puts behind its properties. */
  readonly expanded: (row: Row, thing: Answer, parent: Answer | undefined) => readonly Member[];
}

/**
 * Plans the entities of a set, with what is expanded in them.
 * @param prefix of the aliases under which that is selected: what is expanded deeper may be selected on the same thing
 */
export function entityPlan(scope: EntityScope, set: EntitySet, options: Options, prefix = '_x'): EntityPlan {
  const source = sourceOf(scope, set);
  const expansions = options.expand.map((expand, index) => expansion(scope, set, expand, `${prefix}${index}`));
  const places = keyPlaces(set);
  const keyOf = (row: Row): Key => places.map((place) => row[place] ?? '');
  const selected = (options.select ?? set.columns).map(({ property }) => property);
  // OData 4.01 JSON Format, section 4.6.8: who does not see the whole key is told it by the URL.
  const lacksKey = scope.representation.metadata !== 'none' && set.key.some((property) => !selected.includes(property));
  const idOf = lacksKey ? (row: Row) => entityUrl(scope.root, set, keyOf(row)) : null;
  const writeOwn = entityWriter(set, options.select, scope.representation, idOf);
  const expanded: EntityPlan['expanded'] = (row, thing, parent) => {
    const key = keyOf(row);
    return expansions.flatMap(({ members }) => members({ thing, parent, key }));
  };
  const ordered = options.orderBy?.terms.map(({ property }) => property) ?? [];
  const searched = options.search === null ? [] : [source.definition.searched ?? ''];
  return {
    set,
    properties: new Set([...set.key, ...selected, ...(options.filter?.properties ?? []), ...ordered, ...searched]),
    onThing: expansions.flatMap(({ onThing }) => onThing),
    onParent: expansions.flatMap(({ onParent }) => onParent),
    write: (row, thing, parent) => writeOwn(row, expanded(row, thing, parent)),
    expanded,
  };
}

/** Where the properties of the key stand in a row of all columns. */
export function keyPlaces({ key, columns }: EntitySet): readonly number[] {
  return key.map((property) => columns.findIndex((column) => column.property === property));
}

/** Whether a row is among what is asked for. */
export function testOf(scope: EntityScope, set: EntitySet, { filter, search }: Options): (row: Row) => boolean {
  const { searched } = sourceOf(scope, set).definition;
  const place = set.columns.findIndex(({ property }) => property === searched);
  const terms = search?.map(folded) ?? [];
  return (row) =>
    (filter === null || filter.passes(row)) && terms.every((term) => folded(String(row[place] ?? '')).includes(term));
}

/** Makes rows of all columns of a set; those that are not read are null. */
export function rowReader(set: EntitySet, columns: ReadonlyMap<string, GraphColumn>, properties: ReadonlySet<string>) {
  const read = set.columns.map(({ property }) => (properties.has(property) ? columns.get(property) : undefined));
  const rowOf = rowsOf(read.filter((column) => column !== undefined));
  return (things: readonly Answer[], position: number): Row => {
    const cells = rowOf({ things, position });
    let at = 0;
    return read.map((column) => (column === undefined ? null : (cells[at++] ?? null)));
  };
}

export function sourceOf({ sources }: Pick<EntityScope, 'sources'>, { name }: EntitySet): SetSource {
  const source = sources.get(name);
  if (source === undefined) throw new TypeError(`no source of ${name}`);
  return source;
}

interface Here {
  readonly thing: Answer;
  readonly parent: Answer | undefined;
  readonly key: Key;
}

interface Expansion {
  readonly onThing: readonly SelectionNode[];
  readonly onParent: readonly SelectionNode[];
  readonly members: (here: Here) => readonly Member[];
}

function expansion(scope: EntityScope, owner: EntitySet, expand: Expand, alias: string): Expansion {
  const { navigation, set, options } = expand;
  const link = sourceOf(scope, owner).links.get(navigation.name);
  if (link === undefined) throw new TypeError(`no link ${navigation.name}`);
  const target = sourceOf(scope, set);
  const plan = entityPlan(scope, set, options, `${alias}_`);
  const { columns, table } = target.whole;
  const needed = [...plan.properties].flatMap((property) => columns.get(property) ?? []);
  const level = table.levels.length;
  const onTarget = [...fieldsOf(needed.filter((column) => column.level === level)), ...plan.onThing];
  const row = rowReader(set, columns, plan.properties);
  const one = (thing: Answer | null | undefined): readonly Member[] => [
    [navigation.name, thing == null ? 'null' : plan.write(row([{}, thing], 1), thing, undefined)],
  ];

  if (link.kind === 'parent') return { onThing: [], onParent: onTarget, members: ({ parent }) => one(parent) };
  if (link.kind === 'thing')
    return {
      onThing: [aliasedField(alias, [link.field ?? ''], onTarget)],
      onParent: [],
      members: ({ thing }) => one(thing[alias] as Answer | null),
    };

  const test = testOf(scope, set, options);
  const isOwn = link.kind === 'own';
  const [field = '', list] = isOwn
    ? (table.levels[1]?.list.chain ?? []).map(({ field: { name } }) => name)
    : [link.field ?? '', ...(link.kind === 'page' ? ['nodes'] : [])];
  const ofOwner = isOwn ? [...fieldsOf(needed.filter((column) => column.level === 1)), ...plan.onParent] : [];
  const { orderBy, skip, top, count, filter, search } = options;
  return {
    onThing: [...ofOwner, aliasedField(alias, list === undefined ? [field] : [field, list], onTarget)],
    onParent: [],
    members({ thing, key }) {
      const value = thing[alias] as Answer | null;
      const things = (list === undefined ? value : value?.[list]) as readonly (Answer | null)[] | null | undefined;
      const hasMore = list !== undefined && nextOf(value) !== null;
      if (hasMore && ((filter ?? orderBy ?? search) !== null || count || skip > 0)) throw tooMany(navigation.name);
      const found = (things ?? []).flatMap((one, index) => {
        if (one === null) return [];
        const cells = row(isOwn ? [{}, thing, one] : [{}, one], index + 1);
        return test(cells) ? [{ one, cells }] : [];
      });
      if (orderBy !== null) found.sort((a, b) => orderBy.compare(a.cells, b.cells));
      const shown = found.slice(skip, top === null ? undefined : skip + top);
      const written = shown.map(({ one, cells }) => plan.write(cells, one, isOwn ? thing : undefined));
      const isCut = hasMore && (top === null || top > written.length);
      const total = count ? found.length : null;
      const next = isCut ? further(key, written.length) : null;
      return expandedCollection(navigation.name, written, total, next, scope.representation);
    },
  };

  /** Where the rest of an expanded list is, asked for as the part was. */
  function further(key: Key, count: number): string {
    const parts = [
      `$skip=${count}`,
      ...['$select', '$expand'].flatMap((name) => {
        const text = options.texts.get(name);
        return text === undefined ? [] : [`${name}=${encodeURIComponent(text)}`];
      }),
      ...(top === null ? [] : [`$top=${top - count}`]),
    ];
    return `${entityUrl(scope.root, owner, key)}/${navigation.name}?${parts.join('&')}`;
  }
}

function tooMany(name: string): Error {
  return badRequest(
    `An entity has more ${name} than come with it. Ask for them by themselves, or expand ${name} without options that need all of them.`,
    '$expand',
  );
}
