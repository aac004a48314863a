import type { Cell, Row } from '../column.ts';
import type { Source } from '../graph/shape.ts';
import type { GraphColumn } from '../graph/table.ts';
import type { Entry } from './walk.ts';

/** What stands between several values in one cell. */
const BETWEEN = '; ';

/** Makes rows of the things that were read. */
export function rowsOf(columns: readonly GraphColumn[]): (entry: Entry) => Row {
  const readers = columns.map(readerOf);
  return (entry) => readers.map((read) => read(entry));
}

function readerOf({ level, source }: GraphColumn): (entry: Entry) => Cell {
  if (source === null) return ({ position }) => position;
  const read = cellReader(source);
  return ({ things }) => read(things[level]);
}

/** Reads the value of a column off the object that it belongs to. */
export function cellReader({ path, isList, bySystem }: Source): (thing: unknown) => Cell {
  const at = (thing: unknown): unknown => {
    let value = thing;
    for (const key of path) {
      if (value === null || value === undefined) return null;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  };
  if (bySystem !== undefined) {
    const { system, systemKey, valueKey } = bySystem;
    return (thing) => {
      const all = (at(thing) ?? []) as readonly Record<string, unknown>[];
      return joined(all.filter((one) => one[systemKey] === system).map((one) => one[valueKey]));
    };
  }
  if (isList) return (thing) => joined((at(thing) ?? []) as readonly unknown[]);
  return (thing) => cellOf(at(thing));
}

/** Several values as text; null where there is none. */
function joined(values: readonly unknown[]): Cell {
  const texts = values.filter((value) => value !== null && value !== undefined).map(String);
  return texts.length === 0 ? null : texts.join(BETWEEN);
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
