import type { Column } from '../column.ts';
import { badRequest, notImplemented } from './errors.ts';
import { type Filter, filterOf } from './filter/filter.ts';
import type { EntityModel, EntitySet, Navigation } from './model.ts';
import { type OrderBy, orderByOf } from './orderby.ts';
import { type OptionName, optionOf, type Query } from './query.ts';
import { searchOf } from './search.ts';
import { splitOutside } from './split.ts';

/** What is asked of an entity set, or of one entity. */
export interface Options {
  /** The columns asked for, in the order of the entity set; null where all are. */
  readonly select: readonly Column[] | null;
  /** The navigations that `$select` names: their links are asked for, which everyone knows how to write (section 11.2.5.1). */
  readonly selectedLinks: readonly Navigation[];
  readonly filter: Filter | null;
  readonly orderBy: OrderBy | null;
  /** Terms that all must be found; null without `$search`. */
  readonly search: readonly string[] | null;
  /** How many at most; null without a limit. */
  readonly top: number | null;
  readonly skip: number;
  /** Whether to say how many there are in all, without `$top` and `$skip`. */
  readonly count: boolean;
  readonly expand: readonly Expand[];
  readonly skipToken: string | null;
  /** The options as they were written, and parameter aliases, by their names. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A navigation whose entities are to stand in the answer. */
export interface Expand {
  readonly navigation: Navigation;
  /** The set that it leads to. */
  readonly set: EntitySet;
  readonly options: Options;
}

/** How deep `$expand` may go. */
export const EXPAND_LEVELS = 3;
/** How many navigations a request may expand in all. */
const MOST_EXPANDS = 20;

/** What each kind of resource takes; on a count, the others change nothing (OData 4.01 Protocol, section 11.2.10). */
const ALLOWED: Readonly<Record<'collection' | 'count' | 'one', ReadonlySet<OptionName> | null>> = {
  collection: null,
  count: null,
  one: new Set<OptionName>(['$select', '$expand', '$format']),
};

/** What options are read with. */
export interface OptionsScope {
  readonly model: EntityModel;
  /** Milliseconds since 1970: what the function `now` gives. */
  readonly now: number;
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * Reads the options of a request for a collection, a count or one entity.
 * @param kind `one` also for an entity or property by key, where collections' options have no place
 * @throws ODataError 400 where an option is malformed or out of place, 501 where it asks for what is not supported
 */
export function optionsOf(
  query: Query,
  kind: keyof typeof ALLOWED,
  set: EntitySet,
  scope: Omit<OptionsScope, 'aliases'>,
): Options {
  const reader = new Reader({ ...scope, aliases: query.aliases });
  return reader.options(query.options, kind, set, 0);
}

class Reader {
  readonly #scope: OptionsScope;
  #expands = 0;

  constructor(scope: OptionsScope) {
    this.#scope = scope;
  }

  options(given: ReadonlyMap<OptionName, string>, kind: keyof typeof ALLOWED, set: EntitySet, level: number): Options {
    for (const name of given.keys()) {
      if (ALLOWED[kind]?.has(name) === false) throw badRequest(`${name} has no place where there is one entity.`, name);
    }
    const read = <T>(name: OptionName, how: (text: string) => T): T | null => {
      const text = given.get(name);
      return text === undefined ? null : how(text);
    };
    const { columns } = set;
    const names = read('$select', (text) => selected(text, set));
    return {
      select: names && columns.filter(({ property }) => names.has(property)),
      selectedLinks: set.navigation.filter(({ name }) => names?.has(name) === true),
      filter: read('$filter', (text) => filterOf(text, { columns, ...this.#scope })),
      orderBy: read('$orderby', (text) => orderByOf(text, columns)),
      search: read('$search', (text) => this.#search(text, set)),
      top: read('$top', (text) => countOf(text, '$top')),
      skip: read('$skip', (text) => countOf(text, '$skip')) ?? 0,
      count: read('$count', booleanOf) ?? false,
      expand: read('$expand', (text) => this.#expanded(text, set, level + 1)) ?? [],
      skipToken: read('$skiptoken', (text) => text),
      texts: new Map<string, string>([...this.#scope.aliases, ...given]),
    };
  }

  #search(text: string, set: EntitySet): readonly string[] {
    if (!set.isSearchable) throw notImplemented(`$search on ${set.name}`, 'Use $filter with contains(…).', '$search');
    return searchOf(text);
  }

  #expanded(text: string, set: EntitySet, level: number): readonly Expand[] {
    if (level > EXPAND_LEVELS) throw badRequest(`$expand may go ${EXPAND_LEVELS} levels deep.`, '$expand');
    const items = splitOutside(text, ',').map((item) => item.trim());
    // What is named goes before "*" (OData 4.01 URL Conventions, section 5.1.3).
    const named = new Set(items.map((item) => item.split('(')[0]?.trim()));
    const others = set.navigation.map(({ name }) => name).filter((name) => !named.has(name));
    const found = items.flatMap((item) => (item === '*' ? others : [item]));
    const expands = found.map((item) => this.#expand(item, set, level));
    const names = new Set(expands.map(({ navigation }) => navigation.name));
    if (names.size < expands.length) throw badRequest('$expand names a navigation twice.', '$expand');
    return expands;
  }

  #expand(item: string, set: EntitySet, level: number): Expand {
    this.#expands += 1;
    if (this.#expands > MOST_EXPANDS) throw badRequest(`$expand may name ${MOST_EXPANDS} navigations.`, '$expand');
    const [, path = '', nested] = /^([^()]*?)\s*(?:\((.*)\))?$/s.exec(item) ?? [];
    const [name = '', ...more] = path.split('/');
    if (more.length > 0)
      throw notImplemented('A path in $expand', 'Nest it: $expand=Plans($expand=Holdings).', '$expand');
    if (name === '*') throw notImplemented('An option of "*" in $expand', 'Name the navigations.', '$expand');
    const navigation = set.navigation.find((each) => each.name === name);
    const target = this.#scope.model.sets.find((each) => each.name === navigation?.target);
    if (!navigation || !target) {
      const known = set.navigation.map((each) => each.name).join(', ');
      throw badRequest(
        `$expand names "${name}", which ${set.type} does not have. It has: ${known || 'none'}.`,
        '$expand',
      );
    }
    const given = new Map<OptionName, string>();
    for (const pair of nested === undefined ? [] : splitOutside(nested, ';')) setNested(given, pair);
    const options = this.options(given, navigation.isCollection ? 'collection' : 'one', target, level);
    return { navigation, set: target, options };
  }
}

function setNested(into: Map<OptionName, string>, pair: string): void {
  const equals = pair.indexOf('=');
  const written = pair.slice(0, Math.max(equals, 0)).trim();
  const name = written === '' ? null : optionOf(written);
  if (name === null || name === '$format' || name === '$skiptoken')
    throw badRequest('The options in the brackets of $expand are such as $select=id;$top=5.', '$expand');
  if (into.has(name)) throw badRequest(`${name} is given twice within $expand.`, '$expand');
  into.set(name, pair.slice(equals + 1).trim());
}

/** The names of the properties and navigations that are selected. */
function selected(text: string, set: EntitySet): ReadonlySet<string> {
  const names = new Set<string>();
  for (const item of text.split(',').map((each) => each.trim())) {
    if (item === '*') for (const { property } of set.columns) names.add(property);
    else if (/[/().]/.test(item))
      throw notImplemented(
        'A path or a nested option in $select',
        'Put $select into $expand: $expand=Plans($select=id).',
        '$select',
      );
    else if (
      ![...set.columns.map(({ property }) => property), ...set.navigation.map(({ name }) => name)].includes(item)
    )
      throw badRequest(
        `$select names "${item}", which ${set.type} does not have. $metadata lists what it has.`,
        '$select',
      );
    else names.add(item);
  }
  return names;
}

function countOf(text: string, name: OptionName): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} needs a whole number from 0 on.`, name);
  return value;
}

function booleanOf(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw badRequest('$count is true or false.', '$count');
  return lower === 'true';
}
