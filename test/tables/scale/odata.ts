import { type GeneratedClient, propertyOf, TABLE_OF } from '../odata/client.ts';
import { Adder, type Totals } from './cells.ts';
import type { ExpectedTable } from './expected.ts';

/** What an entity set comes to, read over all pages; and how large they were. */
export interface FoundSet extends Totals {
  readonly properties: readonly string[];
  readonly pages: readonly number[];
}

/** Reads an entity set whole with the generated client, and adds it up as the table that it is made of. @param pageSize to prefer */
export async function foundSet(
  client: GeneratedClient,
  name: string,
  expected: ReadonlyMap<string, ExpectedTable>,
  pageSize?: number,
): Promise<FoundSet> {
  const { shape } = expectedSet(name, expected);
  const adder = new Adder(shape);
  const pages: number[] = [];
  let properties: readonly string[] = [];
  for await (const { value } of client.read(name, pageSize)) {
    pages.push(value.length);
    for (const entity of value) {
      if (properties.length === 0) properties = Object.keys(entity);
      adder.add(Object.fromEntries(shape.map(([column]) => [column, entity[propertyOf(column)]])));
    }
  }
  return { ...adder.totals, properties, pages };
}

/** The table that an entity set is made of, as the graph has it. */
export function expectedSet(name: string, expected: ReadonlyMap<string, ExpectedTable>): ExpectedTable {
  const table = expected.get(TABLE_OF[name] ?? '');
  if (table === undefined) throw new Error(`${name} is a new entity set: tell in client.ts of which table`);
  return table;
}
