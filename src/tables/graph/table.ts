import { type GraphQLObjectType, isInterfaceType, valueFromASTUntyped } from 'graphql';
import { BadInput } from '../../platform/errors.ts';
import type { Column } from '../column.ts';
import { camelCase, snakeCase, wordsOf } from './names.ts';
import { TAKEN } from './own.ts';
import type { Selected } from './selected.ts';
import { type ListSource, type Source, shapeOf } from './shape.ts';

/** A column that knows where in the graph its cells come from. */
export interface GraphColumn extends Column {
  /** Of the lists on the way to the rows: 0 is the operation itself, 1 the first list's things. */
  readonly level: number;
  /** Null for the column that numbers the rows of the innermost list. */
  readonly source: Source | null;
}

/** One list on the way to the rows. */
export interface Level {
  readonly list: ListSource;
  /** The keys from the object above to the list. */
  readonly path: readonly string[];
  /** Where the document does not say how many, all are wanted: pages are followed. */
  readonly isFollowed: boolean;
}

/** A table as a selection makes it. */
export interface GraphTable {
  /** From the outermost to that whose things are the rows; none where the operation itself is the only row. */
  readonly levels: readonly Level[];
  /** In the order of the document, what encloses the rows first. */
  readonly columns: readonly GraphColumn[];
}

/** The arguments that say how many. */
export const SIZES: ReadonlySet<string> = new Set(['first', 'last']);

/** The arguments that say which part of a list (GraphQL Cursor Connections, section 4). */
const PAGING: ReadonlySet<string> = new Set([...SIZES, 'after', 'before']);

/** The column that tells a row's place in its list, from 1. */
export const POSITION = 'position';

/** How a table is made. */
export interface Making {
  /** Whether a column tells each row's place in the innermost list. */
  readonly isNumbered?: boolean;
  /** The operation's variables, coerced. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * The table that a selection makes: the things in its innermost list are the rows, and what encloses them is repeated in each.
 * @throws BadInput where it makes no table, saying why
 */
export function tableOf(
  selected: readonly Selected[],
  { isNumbered = false, variables = {} }: Making = {},
): GraphTable {
  const levels: Level[] = [];
  const found: { level: number; type: GraphQLObjectType | null; sources: readonly Source[] }[] = [];
  let children = selected;
  let type: GraphQLObjectType | null = null;
  for (;;) {
    const { columns, lists } = shapeOf(children, (connection) => isOpenEnded(connection, variables));
    found.push({ level: levels.length, type, sources: columns });
    const [list, other] = lists;
    if (list === undefined) break;
    if (other !== undefined) throw sideBySide(list, other);
    levels.push({ list, path: list.chain.map(({ key }) => key), isFollowed: isOpenEnded(list.connection, variables) });
    ({ children, type } = list);
  }
  const numbered = isNumbered && levels.length > 0 ? [positionColumn(levels.length)] : [];
  const columns = found.flatMap(({ level, type: of, sources }) => {
    const isRow = level === levels.length;
    const prefix = isRow || of === null ? [] : wordsOf(of.name);
    const named = sources.map((source) => columnOf(source, prefix, level));
    return isRow ? [...numbered, ...named] : named;
  });
  refuseTaken([...levels.map(({ path }) => path), ...columns.map(({ source }) => source?.path ?? [])]);
  refuseNameless(columns);
  refuseDoubles(columns);
  if (columns.length === 0) throw new BadInput('A table needs at least one field that holds a value.');
  return { levels, columns };
}

/** The same table, read with other variables. @param variables coerced: what they say of how many, and from where, counts */
export function withVariables(table: GraphTable, variables: Readonly<Record<string, unknown>>): GraphTable {
  const levels = table.levels.map((level) => ({
    ...level,
    isFollowed: isOpenEnded(level.list.connection, variables),
  }));
  return { ...table, levels };
}

/** Whether the outermost list is read from its start to its end. @param variables coerced */
export function isWhole({ levels }: GraphTable, variables: Readonly<Record<string, unknown>>): boolean {
  const given = levels[0]?.list.connection?.node.arguments?.filter(({ name }) => PAGING.has(name.value)) ?? [];
  return given.every(({ value }) => valueFromASTUntyped(value, { ...variables }) == null);
}

/** The cursor after which the document itself says that the outermost list begins; null at its start. @param variables coerced */
export function startOf({ levels }: GraphTable, variables: Readonly<Record<string, unknown>>): string | null {
  const written = levels[0]?.list.connection?.node.arguments?.find(({ name }) => name.value === 'after');
  const value = written === undefined ? null : valueFromASTUntyped(written.value, { ...variables });
  return typeof value === 'string' ? value : null;
}

/** Whether things of a type can be asked for by their id. */
export function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some((parent) => isInterfaceType(parent) && parent.name === 'Node');
}

function columnOf(source: Source, prefix: readonly string[], level: number): GraphColumn {
  const words = [...prefix, ...source.words];
  const { type, scale, isNullable, description } = source;
  return { name: snakeCase(words), property: camelCase(words), type, scale, isNullable, description, level, source };
}

function positionColumn(level: number): GraphColumn {
  const description = 'The place in the list, counted from 1.';
  const plain = { type: 'integer', scale: null, isNullable: false, description } as const;
  return { name: POSITION, property: POSITION, ...plain, level, source: null };
}

/** No `first` and no `last`: all of it. */
function isOpenEnded(connection: Selected | null, variables: Readonly<Record<string, unknown>>): boolean {
  const sizes = connection?.node.arguments?.filter(({ name }) => SIZES.has(name.value)) ?? [];
  return connection !== null && sizes.every(({ value }) => valueFromASTUntyped(value, { ...variables }) == null);
}

function sideBySide(one: ListSource, other: ListSource): BadInput {
  const [a, b] = [one, other].map(({ chain }) => chain.map(({ key }) => key).join('.'));
  return new BadInput(
    `\`${a}\` and \`${b}\` are lists beside each other, and a table has one kind of row. Leave one of them out, or ask for two tables.`,
  );
}

/** Names of the operations' own are none that a field of the document may have in the answer. */
function refuseTaken(paths: readonly (readonly string[])[]): void {
  const taken = paths.flat().find((key) => TAKEN.has(key));
  if (taken !== undefined) throw new BadInput(`\`${taken}\` is no alias that a table can have: choose another one.`);
}

function refuseNameless(columns: readonly GraphColumn[]): void {
  const nameless = columns.find(({ name }) => name === '');
  if (nameless === undefined) return;
  const field = nameless.source?.chain.at(-1)?.node.name.value ?? '';
  throw new BadInput(`The field \`${field}\` would be a column without a name: give it an alias of letters.`);
}

function refuseDoubles(columns: readonly GraphColumn[]): void {
  const names = new Set<string>();
  const properties = new Set<string>();
  for (const { name, property, source } of columns) {
    // `a1` and `a_1` differ in files only.
    if (names.has(name) || properties.has(property))
      throw new BadInput(
        `Two columns would be called \`${name}\`. Give the field \`${source?.path.join('.') ?? name}\` an alias: \`other: ${source?.chain.at(-1)?.node.name.value ?? name}\`.`,
      );
    names.add(name);
    properties.add(property);
  }
}
