import type { SchemaElement } from 'hyparquet-writer';
import { CodedError } from '../../platform/errors.ts';
import type { Cell, Column, ColumnType } from '../column.ts';
import { isDay } from '../moment.ts';

/** What hyparquet-writer takes for a cell; decimals, longs and instants as whole numbers of their unit. */
type Stored = string | number | bigint | boolean;

/** How Parquet keeps a kind of cells (parquet-format, LogicalTypes.md). */
interface Storage {
  /** Its name in errors. */
  readonly name: string;
  readonly element: Omit<SchemaElement, 'name'>;
  /** Undefined for a cell that it can't hold exactly. */
  store(cell: Cell): Stored | undefined;
}

/** Digits of a decimal whose scale is known: what fits into 64 bits. */
const MONEY_PRECISION = 18;
/** The widest decimal that all readers know. */
const WIDE = { precision: 38, scale: 12, bytes: 16 };
const MS_PER_DAY = 86_400_000;
const INT32_MAX = 2 ** 31 - 1;

const DECIMAL = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const TEXT: Storage = {
  name: 'UTF8',
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  store: (cell) => (typeof cell === 'string' ? cell.toWellFormed() : undefined),
};

const STORAGES: Readonly<Record<ColumnType, (column: Column) => Storage>> = {
  id: () => TEXT,
  text: () => TEXT,
  integer: () => ({
    name: 'INT32',
    element: { type: 'INT32' },
    store: (cell) =>
      Number.isInteger(cell) && Number(cell) >= -INT32_MAX - 1 && Number(cell) <= INT32_MAX ? Number(cell) : undefined,
  }),
  long: () => ({
    name: 'INT64',
    element: { type: 'INT64' },
    store: (cell) => (Number.isSafeInteger(cell) ? BigInt(Number(cell)) : undefined),
  }),
  float: () => ({
    name: 'DOUBLE',
    element: { type: 'DOUBLE' },
    store: (cell) => (typeof cell === 'number' ? cell : undefined),
  }),
  boolean: () => ({
    name: 'BOOLEAN',
    element: { type: 'BOOLEAN' },
    store: (cell) => (typeof cell === 'boolean' ? cell : undefined),
  }),
  date: () => ({
    name: 'DATE',
    element: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
    store: daysSince1970,
  }),
  timestamp: () => ({
    name: 'TIMESTAMP(MILLIS, UTC)',
    element: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    },
    store: millisecondsSince1970,
  }),
  decimal: ({ scale }) =>
    scale === null
      ? decimal(WIDE.precision, WIDE.scale, { type: 'FIXED_LEN_BYTE_ARRAY', type_length: WIDE.bytes })
      : decimal(MONEY_PRECISION, scale, { type: 'INT64' }),
};

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  /** @throws CodedError for a cell that doesn't fit; names the column, never the value */
  store(cell: Cell): Stored | null;
}

/** How a column is kept in a Parquet file: exactly, or not at all. Only what is finer than a millisecond is cut off an instant. */
export function parquetColumn(column: Column): ParquetColumn {
  const { name, element, store } = STORAGES[column.type](column);
  return {
    element: { name: column.name, ...element, repetition_type: column.isNullable ? 'OPTIONAL' : 'REQUIRED' },
    store(cell) {
      if (cell === null && column.isNullable) return null;
      const stored = cell === null ? undefined : store(cell);
      if (stored === undefined) throw misfit(column, name);
      return stored;
    },
  };
}

function misfit({ name, isNullable }: Column, type: string): CodedError {
  return new CodedError(
    'UPSTREAM_INVALID_DATA',
    `Column "${name}" has a value that ${type}${isNullable ? '' : ' without nulls'}, its type in Parquet, can't hold. Leave the column out, or take CSV, NDJSON or JSON.`,
  );
}

/** A decimal as a whole number of its smallest unit: worked out from its digits, as a floating-point number would round it. */
function decimal(precision: number, scale: number, physical: Omit<SchemaElement, 'name'>): Storage {
  return {
    name: `DECIMAL(${precision},${scale})`,
    element: {
      ...physical,
      converted_type: 'DECIMAL',
      logical_type: { type: 'DECIMAL', precision, scale },
      precision,
      scale,
    },
    store(cell) {
      const [, sign, whole = '', fraction = ''] = (typeof cell === 'string' && DECIMAL.exec(cell)) || [];
      const fits =
        sign !== undefined && fraction.length <= scale && (whole === '0' ? 0 : whole.length) <= precision - scale;
      return fits ? BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`) : undefined;
    },
  };
}

function daysSince1970(cell: Cell): number | undefined {
  return typeof cell === 'string' && isDay(cell) ? Date.parse(cell) / MS_PER_DAY : undefined;
}

function millisecondsSince1970(cell: Cell): bigint | undefined {
  const [text, day = ''] = (typeof cell === 'string' && TIMESTAMP.exec(cell)) || [];
  const time = text === undefined || !isDay(day) ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : BigInt(time);
}
