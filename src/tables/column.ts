/** What the cells of a column hold. */
export type ColumnType = 'id' | 'text' | 'integer' | 'long' | 'float' | 'decimal' | 'boolean' | 'date' | 'timestamp';

/**
 * One cell, as the graph's JSON has it: `integer` (32 bits), `long` (up to 2^53 - 1) and `float` are numbers, `boolean` is a boolean, and all
 * else is text: `decimal` as `-?\d+(\.\d+)?`, `date` as `2026-04-30`, `timestamp` as ISO 8601 with an offset.
 */
export type Cell = string | number | boolean | null;

/** A row: its cells in the order of the columns. */
export type Row = readonly Cell[];

/** A column of a table. */
export interface Column {
  /** Its name in files: snake_case. */
  readonly name: string;
  /** Its name in OData: camelCase, of the same words. */
  readonly property: string;
  readonly type: ColumnType;
  /** Digits after the point, of a `decimal` that has always so many: 2 for money. Null where values have as many as they have. */
  readonly scale: number | null;
  readonly isNullable: boolean;
  /** From the schema. */
  readonly description: string;
}

/** Rows as they arrive, some at a time. */
export type RowBatches = AsyncIterable<readonly Row[]>;
