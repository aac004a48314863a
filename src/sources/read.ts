import { BrokenField } from '../platform/errors.ts';
import type { CallScope } from '../platform/operation.ts';
import { isIdPart } from '../platform/relay/ids.ts';
import type { System } from '../platform/system.ts';
import { isItem, Wire } from '../platform/wire.ts';

/** Values of a query parameter; several are joined by commas. Undefined and empty ones are left out. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Writes a query string. Commas between values stay as they are (`style=form, explode=false`); values are encoded. */
export function queryString(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    return values.length === 0 ? [] : [`${encodeURIComponent(name)}=${joined(values)}`];
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Values joined by commas, each encoded. */
export function joined(values: readonly string[]): string {
  return values.map(encodeURIComponent).join(',');
}

/** The items that have an id; the others can be nobody's, and are reported. @param idField `id` or `uuid` */
export function identified(
  scope: CallScope,
  system: System,
  name: string,
  idField: string,
  items: readonly unknown[],
): Wire[] {
  const wires: Wire[] = [];
  for (const item of items) {
    if (isItem(item) && isIdPart(item[idField])) wires.push(new Wire(system, name, item));
    else scope.report(new BrokenField(system, `${name}.${idField}`, 'an id'));
  }
  return wires;
}

/** The first of each id: a list may change while its pages are read, and joint things come with several chunks. */
export function distinct(items: readonly Wire[], idField: string): Wire[] {
  const first = new Map<unknown, Wire>();
  for (const item of items) if (!first.has(item.item[idField])) first.set(item.item[idField], item);
  return [...first.values()];
}
