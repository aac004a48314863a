import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadSchema } from '../../../src/edge/schema.ts';
import type { Dataset } from '../../../src/tables/dataset/dataset.ts';
import { loadDatasets } from '../../../src/tables/dataset/folder.ts';

let datasets: readonly Dataset[];
beforeAll(async () => {
  const schema = await loadSchema({ schema: 'schema', resolvers: join(import.meta.dirname, '../../../resolvers') });
  datasets = await loadDatasets(schema, ['src/tables/datasets']);
});

// What analysts build on: columns are added, and none of them is renamed or changes its type.
test('columns stay what they are', () => {
  const told = datasets.map(({ name, table }) => {
    const columns = table.columns.map(
      (column) =>
        `${column.name} ${column.type}${column.scale === null ? '' : `(${column.scale})`}${column.isNullable ? '?' : ''}`,
    );
    return `${name}: ${columns.join(', ')}`;
  });
  expect(`\n${told.join('\n')}\n`).toMatchInlineSnapshot();
});

test('each column is described, and has a name of its own in files and in OData', () => {
  for (const { name, table } of datasets) {
    const { columns } = table;
    expect([
      name,
      columns.filter(({ description }) => description.trim().length < 5).map((column) => column.name),
    ]).toEqual([name, []]);
    expect(new Set(columns.map((column) => column.name)).size).toBe(columns.length);
    expect(new Set(columns.map(({ property }) => property)).size).toBe(columns.length);
    for (const column of columns) expect(column.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  }
});

test('each dataset is told about, has a key of its columns, and describes its parameters', () => {
  for (const { name, title, description, key, table, parameters } of datasets) {
    expect([name, title.length > 3, description.length > 20, key.length > 0]).toEqual([name, true, true, true]);
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    for (const column of key) expect([name, column, columns.has(column)]).toEqual([name, column, true]);
    expect([
      name,
      parameters.filter((parameter) => parameter.description === '').map((parameter) => parameter.name),
    ]).toEqual([name, []]);
  }
});

test('money comes as pence, as a decimal of two digits and with its currency', () => {
  const amounts = datasets.flatMap(({ name, table }) =>
    table.columns
      .filter(({ type, scale }) => type === 'decimal' && scale === 2)
      .map((column) => ({ name, table, column })),
  );
  expect(amounts.length).toBeGreaterThan(5);
  for (const { name, table, column } of amounts) {
    const typeOf = (suffix: string) => table.columns.find((one) => one.name === `${column.name}_${suffix}`)?.type;
    expect([name, column.name, typeOf('pence'), typeOf('currency')]).toEqual([name, column.name, 'long', 'text']);
  }
});
