import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { allOf, odata } from '../odata-caller.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { type Folder, folderOf } from './folder.ts';

/** A dataset that leaves some out by itself, says how many there are, and has the name of a shipped one, but no key. */
const SOME = `# title: Active clients
# rows: clients.nodes
# counted: yes
{ clients(filter: { status: ACTIVE }) { nodes { id displayName } } }
`;

let house: House;
let folder: Folder;
beforeAll(async () => {
  folder = await folderOf({ 'clients.graphql': SOME });
  house = await startHouse({
    sandbox: { clients: 120 },
    env: { DATASETS_DIR: folder.path, COST_PER_MINUTE: '1000000000' },
  });
});
afterAll(async () => {
  await house.stop();
  await folder.remove();
});

async function lines(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> {
  const reply = await fetch(`${house.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ query, variables }),
  });
  expect(reply.status).toBe(200);
  const text = await reply.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('a dataset with a filter of its own', () => {
  test('is counted with it, and takes no entity set with it where it has the name of a shipped one', async () => {
    const catalogue = (await (await fetch(`${house.gateway.url}/tables`)).json()) as {
      tables: { name: string; rows: number | null }[];
    };
    const rows = (await (await fetch(`${house.gateway.url}/tables/clients.json`)).json()) as unknown[];
    const { data } = await house.ask('{ clients(first: 1) { totalCount } }');
    expect(catalogue.tables.find(({ name }) => name === 'clients')?.rows).toBe(rows.length);
    expect(rows.length).toBeLessThan(data.clients.totalCount);
    expect((await odata(house, '/Clients/$count')).text).toBe(String(data.clients.totalCount));
    expect(await allOf(house, '/Clients?$select=id')).toHaveLength(data.clients.totalCount);
  });
});

describe('a query as a table', () => {
  test('that gives `first` a variable without a value is read to its end', async () => {
    const query = 'query ($first: Int) { clients(first: $first) { nodes { id } } }';
    const all = await lines('{ clients { nodes { id } } }');
    expect(all.length).toBeGreaterThan(100);
    expect(await lines(query)).toHaveLength(all.length);
    expect(await lines(query, { first: null })).toHaveLength(all.length);
    expect(await lines(query, { first: 3 })).toHaveLength(3);
  });

  test('of things of several types has a column for each, or is refused; none is empty without a word', async () => {
    const { data } = await house.ask('{ clients(first: 1) { nodes { id } } plans(first: 1) { nodes { id } } }');
    const ids = [data.clients.nodes[0].id, data.plans.nodes[0].id];
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { clientId: id } ... on Plan { planId: id } } }`;
    expect(await lines(query, { ids })).toEqual([
      { client_id: ids[0], plan_id: null },
      { client_id: null, plan_id: ids[1] },
    ]);
    const same = await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/csv' },
      body: JSON.stringify({ query: query.replace(/clientId: |planId: /g, ''), variables: { ids } }),
    });
    expect(same.status).toBe(400);
    expect(await same.text()).toContain('Two columns would be called `id`');
  });

  test('of one thing that is not there has no row', async () => {
    const id = Buffer.from('Client:d:00000000-0000-4000-8000-00000000dead').toString('base64url');
    const query = 'query ($id: ID!) { client(id: $id) { id displayName } }';
    expect(await lines(query, { id })).toEqual([]);
  });
});

describe('a table for a page of another origin', () => {
  test('says at every door that it depends on the origin, beside all else that it depends on', async () => {
    const origin = 'https://reports.example';
    const other = await startHouse({ beside: house, env: { CORS_ORIGINS: origin } });
    try {
      for (const path of ['/tables', '/tables/employees.csv', '/odata/v4/Employees', '/odata/v4/']) {
        const { headers } = await fetch(other.gateway.url + path, { headers: { origin } });
        expect([path, headers.get('access-control-allow-origin')]).toEqual([path, origin]);
        const vary = headers.get('vary')?.split(/,\s*/) ?? [];
        expect([path, vary]).toEqual([
          path,
          expect.arrayContaining(['Origin', 'Accept', 'Authorization', 'X-API-Key']),
        ]);
        expect(new Set(vary).size).toBe(vary.length);
      }
    } finally {
      await other.stop();
    }
  });
});

describe('HEAD of a table', () => {
  test('says what a GET would, but not how long it is, which nobody knows yet', async () => {
    house.clear();
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      request(`${house.gateway.url}/tables/plans.parquet`, { method: 'HEAD' }, (reply) => {
        reply.resume();
        resolve(reply.headers);
      })
        .on('error', reject)
        .end();
    });
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.apache.parquet',
      'content-disposition': 'attachment; filename="plans.parquet"',
      'accept-ranges': 'none',
      'cache-control': 'private, no-cache',
    });
    expect(headers).not.toHaveProperty('content-length');
    expect(house.calls()).toEqual([]);
  });
});

describe('OData', () => {
  test('gives what is asked for twice once, also by two ids of one client', async () => {
    const { data } = await house.ask(
      '{ clients(first: 120) { nodes { id sources { system id } relationships { id } } } }',
    );
    const linked = data.clients.nodes.find(
      ({ sources, relationships }: { sources: unknown[]; relationships: unknown[] | null }) =>
        sources.length > 1 && (relationships?.length ?? 0) > 0,
    );
    const other = Buffer.from(`Client:p:${linked.sources[1].id}`).toString('base64url');
    const ids = `'${linked.id}','${linked.id}','${other}'`;
    const clients = await odata(house, `/Clients?$filter=id in (${ids})&$count=true&$select=id`);
    expect(clients.body).toMatchObject({ '@odata.count': 1, value: [{ id: linked.id }] });
    const ties = await odata(house, `/Relationships?$filter=clientId in (${ids})&$count=true&$select=id`);
    expect(ties.body['@odata.count']).toBe(linked.relationships.length);
    expect(ties.body.value).toHaveLength(linked.relationships.length);
  });

  test('says that nothing is there where what it would belong to is not', async () => {
    for (const path of ["/Clients('xx')/Plans", "/Clients('xx')/Plans/$count", "/Plans('xx')/Owners"])
      expect([path, (await odata(house, path)).status]).toEqual([path, 404]);
  });

  test('reads no further than its page', async () => {
    const calls = async (path: string): Promise<number> => {
      house.clear();
      expect((await odata(house, path)).status).toBe(200);
      const made = house.calls().length;
      // What would have been read ahead would still come in.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(house.calls()).toHaveLength(made);
      return made;
    };
    const whole = await calls('/Valuations/$count');
    expect(await calls('/Valuations?$top=1')).toBeLessThan(whole / 4);
    expect(await calls('/Valuations?$top=20')).toBeLessThan(whole / 4);
  });
});

describe('a connection file of a table', () => {
  let issuer: Issuer;
  let guarded: House;
  beforeAll(async () => {
    issuer = await startIssuer();
    guarded = await startHouse({
      beside: house,
      env: issuer.env,
    });
  });
  afterAll(async () => {
    await guarded.stop();
    issuer.stop();
  });

  test('that the caller may not read is refused as the table is', async () => {
    const token = await issuer.sign({ organisationUnitIds: [], scope: 'tables:read' });
    for (const file of ['clients.odc', 'clients.csv']) {
      const reply = await fetch(`${guarded.gateway.url}/tables/${file}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([file, reply.status]).toEqual([file, 403]);
    }
  });
});
