import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
} from 'graphql';
import { BadInput } from '../../platform/errors.ts';
import type { ColumnType } from '../column.ts';
import { wordsOf } from './names.ts';
import type { Selected } from './selected.ts';

/** A column as it comes from a selection, not yet named. */
export interface Source {
  readonly words: readonly string[];
  readonly type: ColumnType;
  readonly scale: number | null;
  readonly isNullable: boolean;
  readonly description: string;
  /** The coordinates on the way, which the caller must be allowed to ask for. */
  readonly coordinates: readonly string[];
  /** The selections that it takes, from the object on. */
  readonly chain: readonly Selected[];
  /** The keys that lead to it, from the object on. */
  readonly path: readonly string[];
  /** For a list of things that each have a system: whose value it is, and under which key. */
  readonly bySystem?: { readonly system: string; readonly systemKey: string; readonly valueKey: string };
  /** All that it can be, of an enum; null where it can be any value of its type, or several in one. */
  readonly values: readonly string[] | null;
  /** Whether it is a list of values, to be written in one cell. */
  readonly isList: boolean;
}

/** A list of objects in a selection. */
export interface ListSource {
  /** The selections that lead to it, the list itself last. */
  readonly chain: readonly Selected[];
  /** The connection whose page it is; null for a list that comes whole. */
  readonly connection: Selected | null;
  /** The type of what it holds. */
  readonly type: GraphQLObjectType;
  /** The selection within each. */
  readonly children: readonly Selected[];
}

/** What a selection on one object comes to. */
export interface Shape {
  readonly columns: readonly Source[];
  readonly lists: readonly ListSource[];
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  ID: 'id',
  Int: 'integer',
  SafeInt: 'long',
  Float: 'float',
  Boolean: 'boolean',
  Date: 'date',
  DateTime: 'timestamp',
  Decimal: 'decimal',
};

/** Digits after the point of an amount (`Money.decimal`). */
const MONEY_SCALE = 2;

/**
 * Columns and lists of a selection on one object. Nested objects give columns whose names begin with the field's.
 * @param isOpen whether a page is one of many that are all wanted
 * @throws BadInput for what neither a column nor a list can be made of
 */
export function shapeOf(selected: readonly Selected[], isOpen: (connection: Selected) => boolean): Shape {
  const columns: Source[] = [];
  const lists: ListSource[] = [];
  const look = (children: readonly Selected[], place: Place): void => {
    for (const child of children) {
      const here = within(place, child);
      const type = getNullableType(child.field.type);
      const named = getNamedType(type);
      if (isLeafType(named)) columns.push(columnOf(child, here));
      else if (isListType(type) && isBySystem(named)) columns.push(...columnsBySystem(child, here));
      else if (isListType(type)) lists.push(listOf(child, here));
      else if (isConnection(child.field.type))
        look(withoutPageInfo(child, here, isOpen), { ...here, connection: child, words: place.words });
      else look(child.children, here);
    }
  };
  look(selected, { words: [], path: [], chain: [], coordinates: [], isNullable: false, connection: null });
  return { columns, lists };
}

/** Whether it is a page of a list (GraphQL Cursor Connections): `nodes` or `edges`, and `pageInfo`. */
export function isConnection(type: GraphQLOutputType): boolean {
  const named = getNamedType(type);
  return isObjectType(named) && named.name.endsWith('Connection') && 'pageInfo' in named.getFields();
}

interface Place {
  readonly words: readonly string[];
  readonly path: readonly string[];
  readonly chain: readonly Selected[];
  readonly coordinates: readonly string[];
  readonly isNullable: boolean;
  /** The connection directly above. */
  readonly connection: Selected | null;
}

function within(place: Place, child: Selected): Place {
  return {
    words: [...place.words, ...wordsIn(place, child)],
    path: [...place.path, child.key],
    chain: [...place.chain, child],
    coordinates: [...place.coordinates, child.coordinate],
    isNullable: place.isNullable || !isNonNullType(child.field.type) || child.on.length > 0,
    connection: null,
  };
}

/** Money in whole units is called what the amount is called; `node` of an edge is the thing itself. */
function wordsIn({ connection }: Place, { key, coordinate }: Selected): readonly string[] {
  if (coordinate === 'Money.decimal' && key === 'decimal') return [];
  if (coordinate.endsWith('Edge.node') && key === 'node') return [];
  return connection === null ? wordsOf(key) : [...wordsOf(connection.key), ...wordsOf(key)];
}

function columnOf({ coordinate, key, field }: Selected, place: Place): Source {
  const type = getNullableType(field.type);
  const isList = isListType(type);
  const named = getNamedType(type);
  const isPlain = coordinate === 'Money.decimal' && key === 'decimal';
  return {
    words: isPlain && place.words.length === 0 ? wordsOf(key) : place.words,
    type: isList ? 'text' : (TYPES[named.name] ?? 'text'),
    scale: coordinate === 'Money.decimal' ? MONEY_SCALE : null,
    isNullable: place.isNullable,
    description: described(place.chain, field.description),
    coordinates: place.coordinates,
    chain: place.chain,
    path: place.path,
    values: isEnumType(named) && !isList ? named.getValues().map(({ name }) => name) : null,
    isList,
  };
}

/** A system and one value: such a list has a column for each system. */
function isBySystem(type: unknown): boolean {
  return isObjectType(type) && Object.keys(type.getFields()).length === 2 && type.getFields().system !== undefined;
}

function columnsBySystem(list: Selected, place: Place): readonly Source[] {
  const system = list.children.find(({ field }) => field.name === 'system');
  const systems = system && getNamedType(system.field.type);
  const lacks = (what: string) => new BadInput(`\`${list.key}\` has a column for each system: ${what}.`);
  if (system === undefined || !isEnumType(systems)) throw lacks('ask for `system` in it too');
  if (list.children.length === 1) throw lacks('ask in it for what it is to hold');
  const outer = place.words.slice(0, -wordsOf(list.key).length);
  return list.children
    .filter((child) => child !== system)
    .flatMap((value) =>
      systems.getValues().map(({ name }) => ({
        words: [...outer, ...wordsOf(name), ...wordsOf(value.key)],
        type: TYPES[getNamedType(value.field.type).name] ?? 'text',
        scale: null,
        isNullable: true,
        description: described([...place.chain], value.field.description),
        coordinates: [...place.coordinates, value.coordinate],
        chain: [...place.chain, value],
        path: place.path,
        bySystem: { system: name, systemKey: system.key, valueKey: value.key },
        values: null,
        isList: false,
      })),
    );
}

function listOf(list: Selected, { chain }: Place): ListSource {
  const above = chain.at(-2);
  const type = concreteType(list);
  const connection = above !== undefined && isConnection(above.field.type) ? above : null;
  return { chain, connection, type: itemType(type), children: list.children };
}

/** Of an interface, the one type that fields are asked of. Every type has `__typename`. */
function concreteType({ field, children }: Selected): GraphQLObjectType {
  const type = getNamedType(field.type);
  const own = children.filter((child) => child.field !== TypeNameMetaFieldDef);
  const [owner, other] = new Set(own.map((child) => child.owner));
  return (isObjectType(type) || other !== undefined || owner === undefined ? type : owner) as GraphQLObjectType;
}

/** What an edge is of. */
function itemType(type: GraphQLObjectType): GraphQLObjectType {
  const node = type.name.endsWith('Edge') ? type.getFields().node : undefined;
  return node === undefined ? type : (getNamedType(node.type) as GraphQLObjectType);
}

/** Where pages are followed, no page's end is the table's. @throws BadInput where it is asked for elsewhere */
function withoutPageInfo(
  connection: Selected,
  { path }: Place,
  isOpen: (connection: Selected) => boolean,
): readonly Selected[] {
  const { children } = connection;
  const info = children.find(({ field }) => field.name === 'pageInfo');
  if (info === undefined) return children;
  if (!isOpen(connection) || !children.some(({ field }) => isListType(getNullableType(field.type))))
    throw new BadInput(
      `\`${[...path, info.key].join('.')}\` tells where a page ends, and a table has no place for it: leave it out. A list without \`first\` and \`last\` is read to its end, and \`edges { cursor }\` tells the place of each row.`,
    );
  return children.filter(({ field }) => field.name !== 'pageInfo');
}

/** Of what lies above, and its own. */
function described(chain: readonly Selected[], own: string | null | undefined): string {
  const above = chain.slice(0, -1).map(({ field }) => field.description);
  return [...above, own]
    .filter((text) => text != null && text !== '')
    .map((text) => String(text).replace(/\s+/g, ' ').trim())
    .join(' ');
}
