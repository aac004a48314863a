import { hash } from 'node:crypto';

/** What a column of a table holds, as the documentation tells it; written down here and not taken from the gateway. */
export type Kind = 'text' | 'whole' | 'pounds' | 'exact' | 'float' | 'truth' | 'day' | 'moment';

/** A column: its name in files, and what it holds. */
export type Shape = readonly (readonly [name: string, kind: Kind])[];

/** A cell as JSON has it. */
export type Value = string | number | boolean | null | undefined;

/** What a table comes to, whatever the order of its rows. */
export interface Totals {
  readonly count: number;
  /** Of every column of pence, as text. */
  readonly sums: Readonly<Record<string, string>>;
  /** Of every cell of every row. */
  readonly checksum: string;
}

/** Digits after the point that an exact decimal is compared with: as many as its type in Parquet has. */
const SCALE = 12;
const DIGITS = 6;
const BETWEEN = '\u001f';
const NOTHING = '\u0000';
/** Hex digits of a row's hash that are added up: 60 bits, so that a sum of millions fits into 128. */
const HEX = 15;

const TEXT: Readonly<Record<Kind, (value: NonNullable<Value>) => string>> = {
  text: String,
  whole: (value) => String(BigInt(value)),
  pounds: (value) => fixed(String(value), 2),
  exact: (value) => fixed(String(value), SCALE),
  float: (value) => Number(value).toFixed(DIGITS),
  truth: String,
  day: String,
  moment: (value) => String(Date.parse(String(value))),
};

/** The same of a column of DuckDB that has the kind's type. */
const SQL: Readonly<Record<Kind, (column: string) => string>> = {
  text: (column) => `${column}::VARCHAR`,
  whole: (column) => `${column}::BIGINT::VARCHAR`,
  pounds: (column) => `${column}::DECIMAL(18, 2)::VARCHAR`,
  exact: (column) => `${column}::DECIMAL(38, ${SCALE})::VARCHAR`,
  float: (column) => `printf('%.${DIGITS}f', ${column}::DOUBLE)`,
  truth: (column) => `${column}::BOOLEAN::VARCHAR`,
  day: (column) => `${column}::DATE::VARCHAR`,
  moment: (column) => `epoch_ms(${column}::TIMESTAMPTZ)::VARCHAR`,
};

function fixed(digits: string, scale: number): string {
  const [, whole = '', fraction = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(digits) ?? [];
  if (whole === '' || fraction.length > scale) throw new Error(`no decimal of ${scale} digits`);
  return `${whole}.${fraction.padEnd(scale, '0')}`;
}

const isPence = (name: string): boolean => /(^|_)pence$/.test(name);

/** Adds rows up, one at a time. */
export class Adder {
  readonly #shape: Shape;
  readonly #sums: Map<string, bigint>;
  #count = 0;
  #checksum = 0n;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#sums = new Map(shape.flatMap(([name]) => (isPence(name) ? [[name, 0n]] : [])));
  }

  add(row: Readonly<Record<string, Value>>): void {
    const cells = this.#shape.map(([name, kind]) => {
      const value = row[name];
      if (value === null || value === undefined) return NOTHING;
      const sum = this.#sums.get(name);
      if (sum !== undefined) this.#sums.set(name, sum + BigInt(value));
      return TEXT[kind](value);
    });
    this.#count += 1;
    this.#checksum += BigInt(`0x${hash('sha256', cells.join(BETWEEN)).slice(0, HEX)}`);
  }

  get totals(): Totals {
    const sums = Object.fromEntries([...this.#sums].map(([name, sum]) => [name, String(sum)]));
    return { count: this.#count, sums, checksum: String(this.#checksum) };
  }
}

/** The statement that adds up what a relation of DuckDB holds. */
export function totalsSql(relation: string, shape: Shape): string {
  const cells = shape.map(([name, kind]) => `coalesce(${SQL[kind](`"${name}"`)}, chr(0))`);
  const sums = shape.flatMap(([name]) =>
    isPence(name) ? [`coalesce(sum("${name}"::HUGEINT), 0)::VARCHAR AS "${name}"`] : [],
  );
  const hashed = `('0x' || substr(sha256(concat_ws(chr(31), ${cells.join(', ')})), 1, ${HEX}))::UBIGINT`;
  return `SELECT count(*)::INTEGER AS n, coalesce(sum(${hashed}::HUGEINT), 0)::VARCHAR AS checksum${sums.map((sum) => `, ${sum}`).join('')} FROM ${relation}`;
}
