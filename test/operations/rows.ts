import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of docs/FEATURES.md. */
export interface Row {
  readonly what: string;
  /** Schema coordinates: `Client.incomes`. */
  readonly coordinates: readonly string[];
  readonly rest: string;
  readonly grade: string;
  /** The operation that shows it; null for what is not there yet. */
  readonly operation: string | null;
}

/** An operation to be run, by its file's name. */
export interface Operation {
  readonly name: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const HERE = import.meta.dirname;
const NOT_YET = '**not yet**';

/** The rows of all tables of the document. @throws TypeError for a row that is none */
export function rowsOf(document: string): Row[] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| What |'))
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim());
      const [what = '', graph = '', rest = '', grade = '', last = ''] = cells;
      const coordinates = [...graph.matchAll(/`(\w+\.\w+)`/g)].map(([, name]) => name ?? '');
      const link = /^\[`([\w-]+)`\]\(\.\.\/test\/operations\/\1\.graphql\)$/.exec(last);
      if (cells.length !== 5 || coordinates.length === 0 || (link === null && last !== NOT_YET))
        throw new TypeError(`no row of features: ${line}`);
      return { what, coordinates, rest, grade, operation: link?.[1] ?? null };
    });
}

/** Every operation of this folder. */
export function operations(): Operation[] {
  return readdirSync(HERE)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const name = file.replace(/\.graphql$/, '');
      const values = join(HERE, `${name}.json`);
      return {
        name,
        query: readFileSync(join(HERE, file), 'utf8'),
        variables: existsSync(values) ? JSON.parse(readFileSync(values, 'utf8')) : {},
      };
    });
}

const TABLE = join(HERE, '../../docs/FEATURES.md');

/** The mutations of the table that write to such paths. */
export function mutationsTo(path: RegExp): string[] {
  return rowsOf(readFileSync(TABLE, 'utf8'))
    .filter(({ rest }) => path.test(rest))
    .flatMap(({ coordinates }) => coordinates)
    .filter((coordinate) => coordinate.startsWith('Mutation.'))
    .map((coordinate) => coordinate.replace('Mutation.', ''));
}
