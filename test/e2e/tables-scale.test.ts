import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DuckDB, type DuckRow, openDuckDB } from '../tables/duckdb.ts';
import { type GeneratedClient, generatedClient, propertyOf, TABLE_OF } from '../tables/odata/client.ts';
import { type ExpectedTable, expectedTables } from '../tables/scale/expected.ts';
import { columnsOf, csvRelation, parquetRelation, totalsOf, totalsOfLines } from '../tables/scale/found.ts';
import { expectedSet, foundSet } from '../tables/scale/odata.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLIENTS = 5_000;
/** A slow machine that does other things besides needs minutes for what takes half of one. */
const PATIENCE_MS = 600_000;
/** Of the OData service. */
const LARGEST_PAGE = 5_000;
/** So that the log of events has more than a page. */
const CHANGES = 450;

/** The graph's own limits are tested elsewhere; here all of it is read at once, many times over, from what was read once. */
const ENV = {
  CACHE: 'entities',
  CACHE_MEMORY_MB: '4096',
  CACHE_CLIENTS_SECONDS: '3600',
  CACHE_PLANS_SECONDS: '3600',
  MAX_COST: '1000000000',
  COST_PER_MINUTE: '1000000000000',
  EVENTS_CATCH_UP_SECONDS: '86400',
};

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

let house: House;
let duckdb: DuckDB;
let expected: ReadonlyMap<string, ExpectedTable>;
let told = 0;

async function tableOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(`${house.gateway.url}/tables/${file}`);
  if (response.status !== 200 || response.body === null) throw new Error(`${file}: ${response.status}`);
  return response.body;
}

/** The objects of a file, each as a line: of JSON's array the gateway writes each on a line of its own, which is checked by parsing it. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const line of createInterface({ input: Readable.from(bytes), crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== '') yield line;
}

/** The objects of one JSON array. */
async function* itemsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const items = JSON.parse(Buffer.concat(chunks).toString()) as unknown[];
  for (const item of items) yield JSON.stringify(item);
}

/** How many events stand in the log. */
async function eventsTaken(): Promise<number> {
  let count = 0;
  for (let after: string | null = null, isLast = false; !isLast; ) {
    const { data } = await house.ask(
      'query ($after: String) { events(first: 200, after: $after) { nodes { cursor } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    count += data.events.nodes.length;
    isLast = !data.events.pageInfo.hasNextPage;
    after = data.events.pageInfo.endCursor;
  }
  return count;
}

beforeAll(async () => {
  duckdb = await openDuckDB();
  house = await startHouse({ sandbox: { clients: CLIENTS }, env: await listening(ENV) });
  const kinds = ['client', 'valuation', 'plan', 'finance', 'account'] as const;
  for (let index = 0; index < CHANGES; index += 1) {
    const { dynamicPlanner, plannr } = house.sandbox.change(kinds[index % kinds.length]);
    told += dynamicPlanner.length + plannr.length;
  }
  await vi.waitUntil(async () => (await eventsTaken()) === told, { timeout: 60_000 });
  expected = await expectedTables(house);
});
afterAll(async () => {
  await house?.stop();
  await duckdb?.close();
});

test('the graph has what the platforms have', () => {
  const { dynamicPlanner, peopleCount } = house.sandbox.data;
  expect(peopleCount()).toBe(CLIENTS);
  expect(expected.get('clients')?.count).toBe(CLIENTS);
  expect(expected.get('events')?.count).toBe(told);
  expect(expected.get('employees')?.count).toBe(dynamicPlanner.employees.size);
  expect(expected.get('organisation_units')?.count).toBe(dynamicPlanner.organisationUnits.size);
  expect(expected.get('latest_valuations')?.count).toBe(expected.get('plans')?.count);
});

const NAMES = (await readdir(join(ROOT, 'src/tables/datasets')))
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => basename(file, '.graphql'));

/** A file of a table, fetched once. */
function fileOf(name: string, extension: 'csv' | 'parquet'): Promise<string> {
  const file = `${name}.${extension}`;
  const path = files.get(file) ?? tableOf(file).then((bytes) => duckdb.file(file, bytes));
  files.set(file, path);
  return path;
}
const files = new Map<string, Promise<string>>();

/** Every format, read by another program or by plain code. */
const READ: Readonly<Record<string, (name: string, table: ExpectedTable) => Promise<object>>> = {
  async csv(name, { shape }) {
    const path = await fileOf(name, 'csv');
    const [header = ''] = (await readFile(path, 'utf8')).split('\r\n', 1);
    return { ...(await totalsOf(duckdb, csvRelation(path, shape), shape)), columns: header.split(',') };
  },
  async parquet(name, { shape }) {
    const relation = parquetRelation(await fileOf(name, 'parquet'));
    return { ...(await totalsOf(duckdb, relation, shape)), columns: await columnsOf(duckdb, relation) };
  },
  ndjson: async (name, { shape }) => totalsOfLines(linesOf(await tableOf(`${name}.ndjson`)), shape),
  json: async (name, { shape }) => totalsOfLines(itemsOf(await tableOf(`${name}.json`)), shape),
};

/** The largest takes as long as all others together: here in two formats, and in all with `ALL_FORMATS=1`. */
function formatsOf(name: string): readonly string[] {
  return name === 'valuations' && process.env.ALL_FORMATS === undefined ? ['csv', 'parquet'] : Object.keys(READ);
}

describe.each(NAMES)('%s', (name) => {
  test('has in every format exactly the rows of the graph: count, sums of pence, and a checksum of every cell', async () => {
    const table = expected.get(name);
    if (table === undefined) throw new Error(`${name} is a new table: tell in expected.ts what it has to hold`);
    expect(table.count).toBeGreaterThan(0);
    const { shape, ...totals } = table;
    const columns = shape.map(([column]) => column);
    const formats = formatsOf(name);
    // All at once: what is read of the platforms is read once.
    const read = await Promise.all(formats.map(async (format) => [format, await READ[format]?.(name, table)]));
    expect(Object.fromEntries(read)).toEqual(
      Object.fromEntries(formats.map((format) => [format, { ...totals, columns }])),
    );
  });
});

describe('OData, read with a client that odata2ts made', () => {
  let client: GeneratedClient;
  beforeAll(async () => {
    client = await generatedClient(`${house.gateway.url}/odata/v4`);
  });
  afterAll(async () => client?.close());

  test.each(Object.keys(TABLE_OF))('%s, over all pages, are the rows of the graph', async (name) => {
    const { shape, ...totals } = expectedSet(name, expected);
    const { pages, properties, ...found } = await foundSet(client, name, expected, LARGEST_PAGE);
    expect(found).toEqual(totals);
    expect(properties).toEqual(shape.map(([column]) => propertyOf(column)));
    expect(pages).toHaveLength(Math.ceil(totals.count / LARGEST_PAGE));
  });
});

/** A report of the documentation, over files of these tables. */
async function report(file: string, tables: readonly string[]): Promise<DuckRow[]> {
  const [path = ''] = await Promise.all(tables.map((name) => fileOf(name, 'parquet')));
  const sql = await readFile(join(ROOT, 'docs/tables/sql', file), 'utf8');
  return duckdb.rows(sql.replaceAll('{base}', dirname(path)));
}

/** What the documentation leaves out of assets under advice. */
const NOT_ADVISED = new Set(
  'INACTIVE PROPOSED MORTGAGE LOAN_CREDIT PROTECTION_POLICY GROUP_PROTECTION GENERAL_INSURANCE FIXED_ASSET'.split(' '),
);

test('assets under advice of the newest month are the latest valuations of the plans advised on, each once', async () => {
  let pence = 0n;
  let plans = 0;
  for await (const { type, status, latestValuation } of plansOf('type status latestValuation { value { pence } }')) {
    if (latestValuation === null || NOT_ADVISED.has(type) || NOT_ADVISED.has(status)) continue;
    pence += BigInt(latestValuation.value.pence);
    plans += 1;
  }
  const rows = await report('assets-under-advice.sql', ['plans', 'plan_owners', 'valuations']);
  const newest = rows.at(-1)?.month_end;
  const last = rows.filter((row) => row.month_end === newest);
  expect(last.reduce((sum, row) => sum + BigInt(String(row.value_pence)), 0n)).toBe(pence);
  expect(last.reduce((sum, row) => sum + Number(row.plans), 0)).toBe(plans);
  expect(new Set(rows.map((row) => `${row.month_end} ${row.adviser_id} ${row.currency}`)).size).toBe(rows.length);
});

test('the report of disagreements has every one once, and the differences in money that the graph has', async () => {
  let pence = 0n;
  const found = new Set<string>();
  for await (const { id, discrepancies } of plansOf('id discrepancies { field values { system value } }'))
    for (const { field, values } of discrepancies) {
      found.add(`${id} ${field}`);
      const [theirs, ours] = ['PLANNR', 'DYNAMIC_PLANNER'].map(
        (system): string => values.find((value: { system: string }) => value.system === system)?.value,
      );
      if (field === 'currentValue') pence += penceOf(theirs) - penceOf(ours);
    }
  const rows = await report('disagreements.sql', ['plan_discrepancies', 'plan_owners']);
  expect(rows.map((row) => `${row.plan_id} ${row.field}`).toSorted()).toEqual([...found].toSorted());
  const differences = rows.filter(({ difference }) => difference !== null);
  expect(differences.reduce((sum, row) => sum + penceOf(String(row.difference)), 0n)).toBe(pence);
});

/** Pence of `5176.30` or `5176.30 GBP`. */
function penceOf(text = ''): bigint {
  return BigInt(text.replace(/ .*/, '').replace('.', ''));
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
async function* plansOf(fields: string): AsyncGenerator<any> {
  for (let after: string | null = null, isLast = false; !isLast; ) {
    const { data } = await house.ask(
      `query ($after: String) { plans(first: 200, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    yield* data.plans.nodes;
    isLast = !data.plans.pageInfo.hasNextPage;
    after = data.plans.pageInfo.endCursor;
  }
}
