import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

/** A platform that is not as it is thought to be: each path answers what the test says. */
const servers: Server[] = [];
const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
  for (const server of servers.splice(0)) server.close();
});

async function houseOver(answer: (url: URL) => unknown): Promise<{ house: House; calls: string[] }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (!url.pathname.includes('token')) calls.push(`${url.pathname}${url.search}`);
    response.setHeader('content-type', 'application/json');
    const body = url.pathname.includes('token') ? { access_token: 'abc', expires_in: 3600 } : answer(url);
    response.end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const house = await startHouse({
    sandbox: { clients: 0 },
    without: 'PLANNR_',
    env: { DP_BASE_URL: url, DP_TOKEN_URL: `${url}/token` },
  });
  houses.push(house);
  calls.length = 0;
  return { house, calls };
}

const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `c${from + index}`,
    firstName: 'A',
    lastName: `P${from + index}`,
    status: 'active',
  }));
const pageOf = (url: URL) => Number(url.searchParams.get('pageNumber'));
const sizeOf = (url: URL) => Number(url.searchParams.get('pageSize'));

test('a platform that gives the same bare page for every page number is read once more, not for ever', async () => {
  const { house, calls } = await houseOver((url) => (url.pathname.endsWith('/clients') ? people(0, 100) : []));
  const reply = await house.ask(
    '{ clients(first: 5, filter: { nameContains: "nobody" }) { nodes { id } pageInfo { hasNextPage } } }',
  );
  expect(reply.errors).toBeUndefined();
  expect(reply.data.clients).toEqual({ nodes: [], pageInfo: { hasNextPage: false } });
  expect(calls.length).toBeLessThanOrEqual(4);
});

test.each([[[{}, {}, {}, {}, {}]], [[null, 5, 'x']]])(
  'items that are none (%j) are reported and do not keep it busy',
  async (items) => {
    const { house, calls } = await houseOver((url) => (url.pathname.endsWith('/clients') ? items : []));
    const reply = await house.ask('{ clients(first: 5) { nodes { id } } }');
    expect(reply.data.clients.nodes).toEqual([]);
    expect(reply.errors?.[0]?.message).toBe('Dynamic Planner sent a client.id that is not an id.');
    expect(calls.length).toBeLessThanOrEqual(4);
  },
);

test('empty pages with a total end the list', async () => {
  const { house, calls } = await houseOver(() => ({ items: [], totalCount: 500, pageSize: 5 }));
  const reply = await house.ask('{ clients(first: 5) { nodes { id } } employees(first: 5) { nodes { id } } }');
  expect(reply.data.clients.nodes).toEqual([]);
  expect(calls.length).toBeLessThanOrEqual(4);
});

test('a platform that ignores a filter is walked: right nodes, right total, an end', async () => {
  const all = people(0, 30).map((person, index) => ({ ...person, status: index % 3 === 0 ? 'inactive' : 'active' }));
  const { house } = await houseOver((url) => {
    const start = (pageOf(url) - 1) * sizeOf(url);
    return {
      items: all.slice(start, start + sizeOf(url)),
      pageNumber: pageOf(url),
      pageSize: sizeOf(url),
      totalCount: all.length,
    };
  });
  const query =
    'query ($s: ClientStatus, $after: String) { clients(first: 4, after: $after, filter: { status: $s }) { nodes { displayName } pageInfo { hasNextPage endCursor } } }';
  const found: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const reply = await house.ask(query, { s: 'INACTIVE', after });
    found.push(...reply.data.clients.nodes.map(({ displayName }: { displayName: string }) => displayName));
    ({ endCursor: after, hasNextPage: more } = reply.data.clients.pageInfo);
  }
  expect(found).toEqual(all.filter(({ status }) => status === 'inactive').map(({ lastName }) => `A ${lastName}`));
  const none = await house.ask(
    '{ clients(first: 4, filter: { status: PROSPECT }) { totalCount nodes { id } pageInfo { hasNextPage } } }',
  );
  expect(none.data.clients).toEqual({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } });
});

test('reading back from the end of a list whose length nobody tells is refused with what to do', async () => {
  const { house } = await houseOver((url) =>
    url.pathname.endsWith('/clients') ? people((pageOf(url) - 1) * 100, pageOf(url) < 3 ? sizeOf(url) : 10) : [],
  );
  const reply = await house.ask('{ clients(last: 5) { nodes { id } } }');
  expect(reply.errors?.[0]).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
    message: expect.stringContaining('Use `first`'),
  });
});

test('a platform that gives everyone where it was asked for ids is found out, and not read to its end', async () => {
  const { house, calls } = await houseOver((url) => ({
    items: people((pageOf(url) - 1) * 100, 100),
    pageSize: 100,
    totalCount: 50_000,
  }));
  const id = Buffer.from('Client:d:c1').toString('base64url');
  const reply = await house.ask('query ($id: ID!) { client(id: $id) { id } }', { id });
  expect(reply.data.client).toBeNull();
  expect(reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_INVALID_DATA');
  expect(calls).toHaveLength(1);
});

test('what is up is told also while the hierarchy could not be loaded', async () => {
  const { house } = await houseOver(() => 'no list');
  const reply = await house.ask('{ gateway { version platforms { system status } } }');
  expect(reply.data.gateway.platforms).toEqual([
    { system: 'DYNAMIC_PLANNER', status: expect.stringMatching(/UP|DOWN/) },
    { system: 'PLANNR', status: 'NOT_CONFIGURED' },
  ]);
});
