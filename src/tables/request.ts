import { BadInput, CodedError } from '../platform/errors.ts';
import type { Row } from './column.ts';
import {
  BOM,
  COLUMNS,
  type CommonParameter,
  INCOMPLETE,
  isReserved,
  OF_EVERY_TABLE,
  type Switch,
  UPDATED_SINCE,
} from './dataset/common.ts';
import type { Dataset } from './dataset/dataset.ts';
import { type Parameter, valueOfParameter, wordsOfParameter } from './dataset/parameters.ts';
import { type GraphColumn, type GraphTable, startOf, withVariables } from './graph/table.ts';
import { matcherOf } from './matching.ts';
import { momentOf } from './moment.ts';

/** The scopes that a caller lacks for a field, `Client.emails`; none where the caller may ask for it. */
export type Lacking = (coordinate: string) => readonly string[];

/** What is asked of a table. */
export interface TableRequest {
  /** The dataset's, as its variables make it. */
  readonly table: GraphTable;
  /** The cursor after which it begins; null at its start. */
  readonly after: string | null;
  /** The columns to be written. */
  readonly columns: readonly GraphColumn[];
  /** The columns to be read: those to be written first, then what filters look at. */
  readonly read: readonly GraphColumn[];
  /** Whether a row of what is read belongs into the table. */
  readonly test: (row: Row) => boolean;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether records that a platform sent broken may be left out. */
  readonly mayBeIncomplete: boolean;
  /** Whether CSV begins with a byte order mark, which Excel takes for UTF-8 when a file is opened by a double click. */
  readonly hasBom: boolean;
}

/** The parameters of a table that are no variables of its document. */
export function commonParameters({ parameters, table }: Dataset): readonly CommonParameter[] {
  const isOwn = parameters.some(({ name }) => name === UPDATED_SINCE.name);
  const isTold = updatedIn(table) !== undefined;
  return [...(isTold && !isOwn ? [UPDATED_SINCE] : []), ...OF_EVERY_TABLE];
}

/** The column that tells when a row last changed; what is called so by an alias, and is no moment, is none. */
function updatedIn({ columns }: GraphTable): GraphColumn | undefined {
  return columns.find(({ name, type }) => name === 'updated_at' && type === 'timestamp');
}

/**
 * Reads what a query string asks of a dataset: `columns=id,name`, the dataset's own parameters, `updatedSince`, and any column's name with
 * the value that it must have (several times: any of them). A parameter that is called as a column is that column's filter, and narrows
 * what is read where the graph takes what is asked for.
 * @throws BadInput for what it does not know; CodedError FORBIDDEN for a column that the caller may not have
 */
export function tableRequest(dataset: Dataset, search: URLSearchParams, lacking: Lacking): TableRequest {
  const { table, parameters } = dataset;
  const columns = chosen(table, search.getAll(COLUMNS.name), lacking);
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const variables: Record<string, unknown> = { ...dataset.defaults };
  const tests: { readonly column: GraphColumn; readonly test: (cell: Row[number]) => boolean }[] = [];
  for (const name of new Set(search.keys())) {
    const parameter = known.get(name);
    const words = parameter === undefined ? search.getAll(name) : wordsOfParameter(parameter, search.getAll(name));
    const isFilter = table.columns.some((column) => column.name === name);
    if (parameter !== undefined && (!isFilter || narrows(parameter, words)))
      variables[name] = valueOfParameter(parameter, words);
    if (name === UPDATED_SINCE.name) tests.push(...changedSince(dataset, words, lacking));
    else if (isFilter || (parameter === undefined && !isReserved(name))) {
      const column = columnOf(
        table,
        name,
        [...parameters, ...commonParameters(dataset)].map((one) => one.name),
      );
      refuse(table, [column], lacking);
      tests.push({ column, test: matcherOf(column, words, column.source?.values) });
    }
  }
  for (const { name, isRequired } of parameters)
    if (isRequired && variables[name] === undefined) throw new BadInput(`Give the parameter \`${name}\`.`);
  const read = [...new Set([...columns, ...tests.map(({ column }) => column)])];
  const checks = tests.map(({ column, test }) => ({ place: read.indexOf(column), test }));
  return {
    table: withVariables(table, variables),
    after: startOf(table, variables),
    columns,
    read,
    test: (row) => checks.every(({ place, test }) => test(row[place] ?? null)),
    variables,
    mayBeIncomplete: isGiven(search, INCOMPLETE),
    hasBom: isGiven(search, BOM),
  };
}

/** The scopes that a caller lacks for what is needed to read a table at all, or for one of its columns. */
export function lackingFor(table: GraphTable, lacking: Lacking, column?: GraphColumn): readonly string[] {
  const coordinates =
    column === undefined
      ? table.levels.flatMap(({ list }) => list.chain.map(({ coordinate }) => coordinate))
      : (column.source?.coordinates ?? []);
  return [...new Set(coordinates.flatMap(lacking))];
}

/** Whether the graph can be asked for these values of a column, of which there may be several, and empty ones. */
function narrows({ isList }: Parameter, words: readonly string[]): boolean {
  return words.every((word) => word !== '') && (isList || words.length === 1);
}

/** Named columns in the order given; else all that the caller may have. */
function chosen(table: GraphTable, words: readonly string[], lacking: Lacking): readonly GraphColumn[] {
  const missing = lackingFor(table, lacking);
  if (missing.length > 0) throw forbidden('This table', missing);
  const names = words.flatMap((word) => word.split(',')).map((name) => name.trim());
  if (names.length === 0) {
    const allowed = table.columns.filter((column) => lackingFor(table, lacking, column).length === 0);
    if (allowed.length === 0) refuse(table, table.columns, lacking);
    return allowed;
  }
  const columns = names.map((name) => columnOf(table, name));
  if (new Set(columns).size < columns.length) throw new BadInput(`\`${COLUMNS.name}\` names a column twice.`);
  refuse(table, columns, lacking);
  return columns;
}

function columnOf({ columns }: GraphTable, name: string, parameters?: readonly string[]): GraphColumn {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const names = columns.map((one) => one.name).join(', ');
  const wrong = shown(name);
  if (parameters === undefined) throw new BadInput(`There is no column \`${wrong}\`. The columns are ${names}.`);
  throw new BadInput(
    `There is no parameter or column \`${wrong}\`. Parameters are ${parameters.join(', ')}; columns are ${names}.`,
  );
}

/** A name as somebody wrote it, fit for a message. */
function shown(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}`]/gu, '').slice(0, 60);
}

function refuse(table: GraphTable, columns: readonly GraphColumn[], lacking: Lacking): void {
  for (const column of columns) {
    const missing = lackingFor(table, lacking, column);
    if (missing.length > 0) throw forbidden(`The column \`${column.name}\``, missing);
  }
}

function forbidden(what: string, missing: readonly string[]): CodedError {
  const names = missing.map((scope) => `\`${scope}\``).join(' and ');
  return new CodedError('FORBIDDEN', `${what} needs the scope ${names}, which the caller does not have.`, {
    missingScopes: missing,
  });
}

/** A moment or later, or nobody knows when: what may have changed is not left out. */
function changedSince(dataset: Dataset, words: readonly string[], lacking: Lacking) {
  const [word = ''] = words;
  const moment = momentOf(word);
  if (words.length !== 1 || moment === null)
    throw new BadInput(`\`${UPDATED_SINCE.name}\` is one moment, for example 2026-01-31T00:00:00Z.`);
  const column = updatedIn(dataset.table);
  if (column === undefined) {
    if (dataset.parameters.some(({ name }) => name === UPDATED_SINCE.name)) return [];
    throw new BadInput(
      `\`${dataset.name}\` does not tell when a row last changed: leave \`${UPDATED_SINCE.name}\` out.`,
    );
  }
  refuse(dataset.table, [column], lacking);
  return [{ column, test: (cell: Row[number]) => typeof cell !== 'string' || (momentOf(cell) ?? moment) >= moment }];
}

function isGiven(search: URLSearchParams, { name, values: [value] }: Switch): boolean {
  const words = search.getAll(name);
  if (words.length === 0) return false;
  if (words.length === 1 && words[0] === value) return true;
  throw new BadInput(`\`${name}\` takes \`${value}\` and nothing else.`);
}
