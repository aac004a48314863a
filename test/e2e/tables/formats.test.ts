import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/tables/dataset/dataset.ts';
import { type House, startHouse } from '../harness.ts';
import { EXPECTATIONS, type ExpectedRow, expectedRows } from './expected.ts';
import { canonicalRows, openReader, type Reader, shippedDatasets } from './reading.ts';

let house: House;
let reader: Reader;
let datasets: ReadonlyMap<string, Dataset>;
beforeAll(async () => {
  [house, reader, datasets] = await Promise.all([
    startHouse({ sandbox: { clients: 260 }, env: { CACHE: 'on' } }),
    openReader(),
    shippedDatasets(),
  ]);
});
afterAll(async () => {
  await house.stop();
  await reader.close();
});

const datasetOf = (name: string): Dataset => datasets.get(name) as Dataset;

async function bytesOf(file: string): Promise<Buffer> {
  const reply = await fetch(`${house.gateway.url}/tables/${file}`);
  expect([file, reply.status]).toEqual([file, 200]);
  return Buffer.from(await reply.arrayBuffer());
}

test('every shipped dataset is compared with the graph but the events', () => {
  expect([...Object.keys(EXPECTATIONS), 'events'].sort()).toEqual([...datasets.keys()]);
});

describe.each(Object.keys(EXPECTATIONS))('%s', (name) => {
  let expected: ExpectedRow[];
  beforeAll(async () => {
    const expectation = EXPECTATIONS[name];
    if (expectation === undefined) throw new Error(name);
    expected = canonicalRows(datasetOf(name), await expectedRows(house, expectation));
    expect(expected.length).toBeGreaterThan(5);
  });

  test.each(['csv', 'ndjson', 'json', 'parquet'])(
    'as %s has the rows of the graph, cell by cell',
    async (extension) => {
      const rows = await reader.read(datasetOf(name), extension, await bytesOf(`${name}.${extension}`));
      expect(rows).toEqual(expected);
      expect(Object.keys(rows[0] ?? {})).toEqual(datasetOf(name).table.columns.map((column) => column.name));
    },
  );

  test('has a key that is unique, and nothing empty that is never empty', () => {
    const { key, table } = datasetOf(name);
    const keys = expected.map((row) => JSON.stringify(key.map((column) => row[column])));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((text) => text.includes('null'))).toEqual([]);
    for (const column of table.columns.filter(({ isNullable }) => !isNullable))
      expect([column.name, expected.filter((row) => row[column.name] === null)]).toEqual([column.name, []]);
  });
});

test('a table without rows is a whole file in every format', async () => {
  const dataset = datasetOf('events');
  for (const extension of ['csv', 'ndjson', 'json', 'parquet'])
    expect(await reader.read(dataset, extension, await bytesOf(`plans.${extension}?id=none`))).toEqual([]);
  const header = datasetOf('plans').table.columns.map(({ name }) => name);
  expect((await bytesOf('plans.csv?id=none')).toString()).toBe(`${header.join(',')}\r\n`);
});
