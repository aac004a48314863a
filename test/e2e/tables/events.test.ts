import { expect, test } from 'vitest';
import { startHouse } from '../harness.ts';
import { listening } from '../listening.ts';
import { canonicalRows, openReader, shippedDatasets } from './reading.ts';

interface Told {
  cursor: string;
  topic: string;
  system: string;
  occurredAt: string;
  resource: { type: string; id: string } | null;
}

test('events come in every format as the graph has them, each once', async () => {
  const [house, reader, datasets] = await Promise.all([
    startHouse({ env: await listening({ CACHE: 'on' }) }),
    openReader(),
    shippedDatasets(),
  ]);
  const dataset = datasets.get('events');
  if (dataset === undefined) throw new Error('no events');
  const changes = (['client', 'valuation', 'plan', 'finance', 'account'] as const).map((kind) =>
    house.sandbox.change(kind),
  );
  const count = changes.reduce((sum, change) => sum + change.dynamicPlanner.length + change.plannr.length, 0);
  const query = '{ events(first: 200) { nodes { cursor topic system occurredAt resource { type id } } } }';
  const nodes = async () => (await house.ask(query)).data.events.nodes;
  await expect.poll(async () => (await nodes()).length).toBe(count);
  const expected = canonicalRows(
    dataset,
    (await nodes()).map(({ cursor, topic, system, occurredAt, resource }: Told) => ({
      cursor,
      topic,
      system,
      occurred_at: occurredAt,
      resource_type: resource?.type ?? null,
      resource_id: resource?.id ?? null,
    })),
  );
  expect(new Set(expected.map(({ cursor }) => cursor)).size).toBe(count);
  for (const extension of ['csv', 'ndjson', 'json', 'parquet']) {
    const reply = await fetch(`${house.gateway.url}/tables/events.${extension}`);
    expect(reply.status).toBe(200);
    expect(await reader.read(dataset, extension, Buffer.from(await reply.arrayBuffer()))).toEqual(expected);
  }
  const [first] = expected;
  const some = await fetch(`${house.gateway.url}/tables/events.json?topics=${first?.topic}`);
  expect(canonicalRows(dataset, (await some.json()) as never)).toEqual(
    expected.filter(({ topic }) => topic === first?.topic),
  );
  await house.stop();
  await reader.close();
});
