import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GeneratedClient, generatedClient, propertyOf, TABLE_OF } from '../tables/odata/client.ts';
import { type ExpectedTable, expectedTables } from '../tables/scale/expected.ts';
import { expectedSet, foundSet } from '../tables/scale/odata.ts';
import { type House, startHouse } from './harness.ts';

let house: House;
let client: GeneratedClient;
let expected: ReadonlyMap<string, ExpectedTable>;
let root: string;
beforeAll(async () => {
  house = await startHouse({
    sandbox: { clients: 150 },
    env: { CACHE: 'entities', COST_PER_MINUTE: '1000000000' },
  });
  root = `${house.gateway.url}/odata/v4`;
  expected = await expectedTables(house);
  client = await generatedClient(root);
});
afterAll(async () => {
  await client?.close();
  await house?.stop();
});

test('the service document names the sets that are compared here', async () => {
  const { value } = (await (await fetch(`${root}/`)).json()) as { value: { name: string }[] };
  expect(value.map(({ name }) => name)).toEqual(Object.keys(TABLE_OF));
});

describe.each(Object.keys(TABLE_OF))('%s, read with a client that odata2ts made', (name) => {
  test.each([undefined, 499])(
    'are what the graph has: count, pence and a checksum of every cell (maxpagesize %s)',
    async (pageSize) => {
      const { shape, ...totals } = expectedSet(name, expected);
      expect(totals.count).toBeGreaterThan(0);
      const { pages, properties, ...found } = await foundSet(client, name, expected, pageSize);
      expect(found).toEqual(totals);
      expect(properties).toEqual(shape.map(([column]) => propertyOf(column)));
      // Every page but the last is full.
      const size = pageSize ?? 5_000;
      expect(pages).toHaveLength(Math.ceil(totals.count / size));
      expect(pages.slice(0, -1)).toEqual(pages.slice(1).map(() => size));
    },
  );

  test('are found one by one by the keys that the client writes', async () => {
    const { data } = await client.set(name).query((builder) => builder.top(3));
    for (const entity of data.value) {
      const key = await keyOf(name, entity);
      const { '@odata.context': context, ...found } = await client.entity(name, key);
      expect(context).toBe(`${root}/$metadata#${name}/$entity`);
      expect(found).toEqual(entity);
    }
  });

  test('are counted as the client asks for it', async () => {
    const { data } = await client.set(name).query((builder) => builder.count().top(1));
    expect(data.value).toHaveLength(1);
    expect(String(data['@odata.count'])).toBe(String(expectedSet(name, expected).count));
  });
});

test('the client’s own filters, orders and expansions are understood', async () => {
  const { data } = await client.set('Plans').query((builder, plan) =>
    builder
      .select('id', 'type', 'currentValuePence')
      .filter(plan.type.eq('PENSION').and(plan.currentValuePence.gt('100000')))
      .orderBy(plan.currentValuePence.desc())
      .expand('Owners')
      .top(5),
  );
  expect(data.value.length).toBeGreaterThan(1);
  expect(data.value.every(({ type }) => type === 'PENSION')).toBe(true);
  const pence = data.value.map(({ currentValuePence }) => Number(currentValuePence));
  expect(pence).toEqual(pence.toSorted((a, b) => b - a));
  expect(data.value.every(({ Owners }) => Array.isArray(Owners) && Owners.length > 0)).toBe(true);
});

async function keyOf(name: string, entity: Record<string, unknown>): Promise<unknown> {
  const csdl = (await (await fetch(`${root}/$metadata?$format=json`)).json()) as {
    Wealthgraph: Record<string, { $Key: string[]; $Type?: string }> & {
      Container: Record<string, { $Type: string }>;
    };
  };
  const type = csdl.Wealthgraph.Container[name]?.$Type.split('.').at(-1) ?? '';
  const names = csdl.Wealthgraph[type]?.$Key ?? [];
  return names.length === 1 ? entity[names[0] ?? ''] : Object.fromEntries(names.map((each) => [each, entity[each]]));
}
