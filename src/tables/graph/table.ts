import { type GraphQLObjectType, isInterfaceType, valueFromASTUntyped } from 'graphql';
import { BadInput } from '../../platform/errors.ts';
import type { Column } from '../column.ts';
import { camelCase, snakeCase, wordsOf } from './names.ts';
import { OWN } from './own.ts';
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
  refuseDoubles(columns);
  if (columns.length === 0) throw new BadInput('A table needs at least one field that holds a value.');
  return { levels, columns };
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

/** Names of the operations' own, which no field of the document may have in the answer. */
const TAKEN: ReadonlySet<string> = new Set(Object.values(OWN));

function refuseDoubles(columns: readonly GraphColumn[]): void {
  const names = new Set<string>();
  const properties = new Set<string>();
  for (const { name, property, source } of columns) {
    const taken = source?.path.find((key) => TAKEN.has(key));
    if (taken !== undefined) throw new BadInput(`\`${taken}\` is no alias that a table can have: choose another one.`);
    // `a1` and `a_1` differ in files only.
    if (names.has(name) || properties.has(property))
      throw new BadInput(
        `Two columns would be called \`${name}\`. Give the field \`${source?.path.join('.') ?? name}\` an alias: \`other: ${source?.chain.at(-1)?.node.name.value ?? name}\`.`,
      );
    names.add(name);
    properties.add(property);
  }
}
