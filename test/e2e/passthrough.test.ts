import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { type Issuer, startIssuer } from './tokens.ts';

// The sandbox decides by its own tokens who may ask: one that it gave stands for a delegated token of a caller.
let house: House;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 60 },
    env: { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', AUTH_AUDIENCE: '' },
  });
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

async function platformToken(): Promise<string> {
  const { DP_TOKEN_URL = '', DP_CLIENT_ID = '', DP_CLIENT_SECRET = '' } = house.sandbox.settings;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: DP_CLIENT_ID,
    client_secret: DP_CLIENT_SECRET,
  });
  const reply = await fetch(DP_TOKEN_URL, { method: 'POST', body });
  return ((await reply.json()) as { access_token: string }).access_token;
}

const QUERY =
  '{ clients(first: 100) { totalCount missing nodes { displayName sources { system } organisationUnit { name } plans { nodes { sources { system } owners { client { displayName } } } } } } }';

test('the caller’s own token goes upstream, and only people whom it can read are shown', async () => {
  const token = await platformToken();
  house.clear();
  const reply = await house.ask(QUERY, {}, { authorization: `Bearer ${token}` });
  expect(reply.errors).toBeUndefined();
  const people = house.sandbox.data.dynamicPlanner.clients;
  expect(reply.data.clients.totalCount).toBe(people.size);
  expect(reply.data.clients.nodes[0].organisationUnit.name).toMatch(/\w/);
  // Plannr's plans come with the people that are linked; people of Plannr alone do not come at all.
  expect(reply.text).toContain('PLANNR');
  for (const { sources } of reply.data.clients.nodes) expect(sources[0].system).toBe('DYNAMIC_PLANNER');
  const dynamicPlanner = house.sandbox.dynamicPlanner.requests.filter(({ path }) => !path.endsWith('/connect/token'));
  for (const { headers } of dynamicPlanner) expect(headers.authorization).toBe(`Bearer ${token}`);
  for (const { headers } of house.sandbox.plannr.requests) expect(headers.authorization).not.toContain(token);
});

test('topics are what the caller’s own token lists, and the firm’s subscriptions are nobody’s', async () => {
  const token = await platformToken();
  house.clear();
  const { data, errors } = await house.ask(
    '{ eventTopics { topic description } eventSubscriptions { id } }',
    {},
    { authorization: `Bearer ${token}` },
  );
  expect(errors).toBeUndefined();
  expect(data.eventTopics).toContainEqual({ topic: 'client.created', description: 'A client was created' });
  expect(data.eventSubscriptions).toBeNull();
  expect(house.calls().map(({ template, headers }) => [template, headers.authorization])).toEqual([
    ['/pubsub/v1/topics', `Bearer ${token}`],
  ]);
});

test('a token that the platform refuses shows nothing, and is not renewed', async () => {
  house.clear();
  const reply = await house.ask(QUERY, {}, { authorization: 'Bearer not-a-token-of-the-platform' });
  expect(reply.data.clients.nodes).toEqual([]);
  expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_REJECTED', upstream: { status: 401 } });
  expect(house.sandbox.dynamicPlanner.requests.filter(({ path }) => path.endsWith('/connect/token'))).toEqual([]);
});

test('a person of Plannr alone is nobody here, and a linked one is whom the token can read', async () => {
  const token = await platformToken();
  const { data } = house.sandbox;
  const [alone] = data.plannrAlone();
  const linked = data.dynamicPlanner.clients.all().find(({ id }) => data.plannrAccountsOf(id).length === 1);
  const account = data.plannrAccountsOf(linked?.id ?? '')[0];
  const ids = [alone?.uuid, account?.uuid].map((uuid) => Buffer.from(`Client:p:${uuid}`).toString('base64url'));
  const reply = await house.ask(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { sources { id } } } }',
    { ids },
    { authorization: `Bearer ${token}` },
  );
  expect(reply.data.nodes[0]).toBeNull();
  expect(reply.data.nodes[1].sources[0].id).toBe(linked?.id);
});

test('a token that the platform refuses can not even tell what is there in Plannr', async () => {
  const [plan] = house.sandbox.data.plannr.plans.all();
  const [account] = house.sandbox.data.plannr.accounts.by('type', 'client');
  const ids = [
    `Plan:p:${plan?.uuid}`,
    'Plan:p:7b0c1d2e-9999-4000-8000-000000000001',
    `Client:p:${account?.uuid}`,
    'Client:p:7b0c1d2e-9999-4000-8000-000000000001',
  ];
  house.clear();
  for (const id of ids) {
    const variables = { id: Buffer.from(id).toString('base64url') };
    const reply = await house.ask('query ($id: ID!) { node(id: $id) { id } }', variables, {
      authorization: 'Bearer not-a-token',
    });
    expect(reply.data).toEqual({ node: null });
    expect(reply.errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_REJECTED']);
  }
  expect(house.sandbox.plannr.requests).toEqual([]);
});

describe('tokens that are made up', () => {
  const COST_PER_MINUTE = 400;
  const open = async (env: Record<string, string>, work: (spend: Spend) => Promise<void>): Promise<void> => {
    const other = await startHouse({
      sandbox: { clients: 5 },
      env: { AUTH_MODE: 'passthrough', AUTH_ISSUER: '', COST_PER_MINUTE: String(COST_PER_MINUTE), ...env },
    });
    try {
      await work(async (token, headers = {}) => {
        const query = '{ gateway { version platforms { system } links { isLoaded } } }';
        const reply = await other.ask(query, {}, { authorization: `Bearer ${token}`, ...headers });
        const { budget } = (reply.extensions?.cost ?? {}) as { budget?: { remaining: number } };
        return { status: reply.status, remaining: budget?.remaining ?? Number.NaN };
      });
    } finally {
      await other.stop();
    }
  };
  type Spend = (
    token: string,
    headers?: Record<string, string>,
  ) => Promise<{ readonly status: number; readonly remaining: number }>;

  test('share the budget of their address, whatever they say of it', () =>
    open({}, async (spend) => {
      const first = await spend('made-up-0');
      const cost = COST_PER_MINUTE - first.remaining;
      for (let n = 1; n < Math.floor(COST_PER_MINUTE / cost); n += 1) {
        const from = `203.0.113.${n % 250}`;
        const claims = { 'x-forwarded-for': from, forwarded: `for=${from}`, 'x-real-ip': from };
        expect(await spend(`made-up-${n}`, claims)).toEqual({
          status: 200,
          remaining: COST_PER_MINUTE - (n + 1) * cost,
        });
      }
      expect((await spend('made-up-last', { 'x-forwarded-for': '198.51.100.1' })).status).toBe(429);
    }));

  test('share the one that a trusted proxy tells', () =>
    open({ TRUST_PROXY: '127.0.0.1,::1' }, async (spend) => {
      const { remaining } = await spend('made-up-0', { 'x-forwarded-for': '203.0.113.1' });
      const cost = COST_PER_MINUTE - remaining;
      const at = (addresses: string) => spend(`made-up-${addresses.length}`, { 'x-forwarded-for': addresses });
      expect((await at('203.0.113.2')).remaining).toBe(COST_PER_MINUTE - cost);
      // What stands before the address that the proxy saw is the caller's own word.
      expect((await at('198.51.100.9, 203.0.113.2')).remaining).toBe(COST_PER_MINUTE - 2 * cost);
    }));
});

test('without a token, and with an expired one, nobody gets in', async () => {
  expect((await house.ask(QUERY)).status).toBe(401);
  const expired = await issuer.sign({ exp: 1 });
  const [header, , signature] = expired.split('.');
  const payload = Buffer.from(JSON.stringify({ sub: 'a', exp: 1 })).toString('base64url');
  const reply = await house.ask(QUERY, {}, { authorization: `Bearer ${header}.${payload}.${signature}` });
  expect(reply.status).toBe(401);
  expect(reply.errors?.[0]?.message).toContain('expired');
});

test('a token that Dynamic Planner does not accept does not learn whether a circle of Plannr is there', async () => {
  const other = await startHouse({
    sandbox: { clients: 20 },
    env: { AUTH_MODE: 'passthrough', AUTH_ISSUER: '' },
  });
  try {
    const [circle] = other.sandbox.data.plannr.circles.all();
    other.clear();
    for (const uuid of [circle?.uuid, '00000000-0000-4000-8000-000000000000']) {
      const id = Buffer.from(`Circle:p:${uuid}`).toString('base64url');
      const query = 'query ($id: ID!) { node(id: $id) { id } }';
      const reply = await other.ask(query, { id }, { authorization: 'Bearer made-up' });
      expect(reply.data).toEqual({ node: null });
      expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_REJECTED' });
    }
    expect(other.calls().filter(({ template }) => template === '/api/v1/circles')).toEqual([]);
  } finally {
    await other.stop();
  }
});
