import type { DuckDB } from '../duckdb.ts';
import { Adder, type Shape, type Totals, totalsSql, type Value } from './cells.ts';

/** The rule that is documented: text that a spreadsheet would run has an apostrophe before it, so one less gives it back. */
const GUARDED = String.raw`^''''*([\t\r\n]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫])`;

/** A CSV file as a relation: every cell as text, null where nothing stands between the commas. */
export function csvRelation(path: string, shape: Shape): string {
  const columns = shape.map(([name, kind]) =>
    kind === 'text'
      ? `CASE WHEN regexp_matches("${name}", '${GUARDED}') THEN substr("${name}", 2) ELSE "${name}" END AS "${name}"`
      : `"${name}"`,
  );
  return `(SELECT ${columns.join(', ')} FROM read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    nullstr = '', allow_quoted_nulls = false, columns = {${shape.map(([name]) => `'${name}': 'VARCHAR'`).join(', ')}}))`;
}

/** A Parquet file as a relation. */
export function parquetRelation(path: string): string {
  return `read_parquet('${path}')`;
}

/** What a relation of DuckDB comes to. */
export async function totalsOf(duckdb: DuckDB, relation: string, shape: Shape): Promise<Totals> {
  const [row = {}] = await duckdb.rows(totalsSql(relation, shape));
  const { n, checksum, ...sums } = row;
  return { count: Number(n), checksum: String(checksum), sums: sums as Record<string, string> };
}

/** The names of a relation's columns, in order. */
export async function columnsOf(duckdb: DuckDB, relation: string): Promise<string[]> {
  return (await duckdb.rows(`DESCRIBE SELECT * FROM ${relation}`)).map((row) => String(row.column_name));
}

/** What lines of JSON come to, and the keys of their first object. */
export async function totalsOfLines(
  lines: AsyncIterable<string>,
  shape: Shape,
): Promise<Totals & { readonly columns: readonly string[] }> {
  const adder = new Adder(shape);
  let columns: readonly string[] = [];
  for await (const line of lines) {
    const row = JSON.parse(line) as Record<string, Value>;
    if (columns.length === 0) columns = Object.keys(row);
    adder.add(row);
  }
  return { ...adder.totals, columns };
}
