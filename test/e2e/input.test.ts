import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 30 } });
});
afterAll(() => house.stop());

const idOf = (text: string): string => Buffer.from(text).toString('base64url');

describe('a policy number', () => {
  const PLANS = 'query ($number: String) { plans(filter: { policyNumber: $number }) { totalCount nodes { id } } }';
  const OF_CLIENTS =
    'query ($number: String) { clients(first: 1) { nodes { plans(filter: { policyNumber: $number }) { totalCount } } } }';

  test.each(['', ' ', '---', 'PL1'])('that identifies nothing is no filter for all plans: %j', async (number) => {
    for (const query of [PLANS, OF_CLIENTS]) {
      const { errors } = await house.ask(query, { number });
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
      expect(errors?.[0]?.message).toContain('`policyNumber` needs at least 4 letters or digits');
    }
  });

  test('that is null or left out filters nothing', async () => {
    const all = await house.ask('{ plans { totalCount nodes { id } } }');
    expect(all.data.plans.nodes.length).toBeGreaterThan(5);
    for (const variables of [{ number: null }, {}])
      expect(await house.ask(PLANS, variables)).toMatchObject({ data: all.data });
  });
});

describe('ids', () => {
  test.each(['Client:d:7b0c1d2e-9999-4000-8000-000000000001', 'Client:p:7b0c1d2e-9999-4000-8000-000000000001'])(
    'a stranger (%s) is null without an error',
    async (id) => {
      const reply = await house.ask(
        'query ($id: ID!) { client(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }',
        { id: idOf(id) },
      );
      expect(reply).toMatchObject({ data: { client: null, node: null, nodes: [null] }, status: 200 });
      expect(reply.errors).toBeUndefined();
    },
  );

  test.each([
    '',
    'nonsense',
    '💥',
    '../../etc/passwd',
    idOf('Client'),
    idOf('Client:d:a b'),
    idOf('Client:x:1'),
    idOf('Client:d:../x'),
    idOf('__proto__:d:1'),
    idOf('Plan:d:1'),
    'x'.repeat(5_000),
  ])('a malformed one is BAD_USER_INPUT that says what is allowed: %s', async (id) => {
    house.clear();
    const reply = await house.ask('query ($id: ID!) { client(id: $id) { id } }', { id });
    expect(reply.data).toEqual({ client: null });
    expect(reply.errors?.[0]).toMatchObject({ path: ['client'], extensions: { code: 'BAD_USER_INPUT' } });
    expect(reply.errors?.[0]?.message).toMatch(/Give an id as/);
    expect(house.calls()).toEqual([]);
  });

  test('everything with an id can be read again by it', async () => {
    const query = `{ clients(first: 30) { nodes { id adviser { id } organisationUnit { id } relationships { id } plans { nodes { id valuations(first: 1) { nodes { id } } } } profilingResults(first: 1) { nodes { id } } } }
      questionnaires(first: 1) { nodes { id } } organisationUnits { nodes { id } } employees { nodes { id } } }`;
    const { text, errors } = await house.ask(query);
    expect(errors).toBeUndefined();
    const ids = [...new Set([...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? ''))];
    const types = new Set<string>();
    for (let start = 0; start < ids.length; start += 150) {
      const reply = await house.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
        ids: ids.slice(start, start + 150),
      });
      expect(reply.errors).toBeUndefined();
      expect(reply.data.nodes.map((node: { id: string } | null) => node?.id)).toEqual(ids.slice(start, start + 150));
      for (const { __typename } of reply.data.nodes) types.add(__typename);
    }
    expect([...types].sort()).toEqual([
      'Client',
      'Employee',
      'OrganisationUnit',
      'Plan',
      'ProfilingResult',
      'Questionnaire',
      'Relationship',
      'Valuation',
    ]);
  });
});

describe('days', () => {
  test('the first and the last that there are bound nothing', async () => {
    const query = `query ($from: Date, $to: Date) { plans(first: 50) { nodes { sources { system } valuations(from: $from, to: $to, first: 200) { nodes { id } } } } }`;
    const open = await house.ask(query);
    expect(open.errors).toBeUndefined();
    for (const system of ['DYNAMIC_PLANNER', 'PLANNR'])
      expect(
        open.data.plans.nodes.some(
          ({ sources, valuations }: { sources: { system: string }[]; valuations: { nodes: unknown[] } }) =>
            valuations.nodes.length > 0 && sources.every((source) => source.system === system),
        ),
      ).toBe(true);
    for (const from of [null, '0000-01-01', '0001-01-01'])
      for (const to of [null, '9999-12-31']) {
        const { data, errors } = await house.ask(query, { from, to });
        expect(errors, `${from} to ${to}`).toBeUndefined();
        expect(data).toEqual(open.data);
      }
    const csv = (days: string) =>
      fetch(`${house.gateway.url}/tables/valuations.csv?${days}`).then((reply) => reply.text());
    expect(await csv('from=2026-10-01&to=9999-12-31')).toBe(await csv('from=2026-10-01'));
  });
});

describe('paging arguments', () => {
  test.each([0, 201, -1])('first: %i is BAD_USER_INPUT on every list', async (first) => {
    const lists = ['clients', 'plans', 'organisationUnits', 'employees', 'questionnaires'];
    const inner = '... on Client { plans(first: $n) { missing } profilingResults(first: $n) { missing } }';
    const [person] = (await house.ask('{ clients(first: 1) { nodes { id } } }')).data.clients.nodes;
    const reply = await house.ask(
      `query ($n: Int, $id: ID!) { ${lists.map((list) => `${list}(first: $n) { missing }`).join(' ')} node(id: $id) { ${inner} } }`,
      { n: first, id: person.id },
    );
    expect(reply.errors).toHaveLength(lists.length + 2);
    for (const { message, extensions } of reply.errors ?? []) {
      expect(extensions).toEqual({ code: 'BAD_USER_INPUT' });
      expect(message).toBe(`\`first\` is ${first}; it must be from 1 to 200.`);
    }
  });

  test('after: null is fine; a foreign or broken cursor says so', async () => {
    const query =
      'query ($after: String, $f: ClientFilter) { clients(first: 2, after: $after, filter: $f) { nodes { id } pageInfo { endCursor } } }';
    const first = await house.ask(query, { after: null });
    expect(first.errors).toBeUndefined();
    const { endCursor } = first.data.clients.pageInfo;
    const plans = await house.ask('{ plans(first: 2) { pageInfo { endCursor } } }');
    for (const [after, filter] of [
      ['junk', null],
      [plans.data.plans.pageInfo.endCursor, null],
      [endCursor, { status: 'ACTIVE' }],
      [idOf('x:1'), null],
    ]) {
      const reply = await house.ask(query, { after, f: filter });
      expect(reply.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(reply.errors?.[0]?.message).toMatch(/cursor/);
    }
    expect((await house.ask(query, { after: endCursor, f: {} })).errors).toBeUndefined();
  });
});

describe('the door', () => {
  test('answers GET queries, and refuses what a form could send', async () => {
    const url = `${house.gateway.url}/graphql?query=${encodeURIComponent('{ gateway { version } }')}`;
    const plain = await fetch(url);
    expect(plain.status).toBe(400);
    expect(await plain.text()).toMatch(/CSRF/);
    const good = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    expect(await good.json()).toMatchObject({ data: { gateway: { version: '0.0.0-test' } } });
    const form = await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ __typename }"}',
    });
    expect(form.status).toBeGreaterThanOrEqual(400);
    expect(form.status).toBeLessThan(500);
  });

  test.each([
    ['not JSON', '{"query":', 400],
    ['not an object', '[]', 400],
    ['too large', JSON.stringify({ query: `{ gateway { version } } #${'x'.repeat(2_000_000)}` }), 413],
    ['not GraphQL', JSON.stringify({ query: '{ clients(' }), 400],
    ['not in the schema', JSON.stringify({ query: '{ nothing }' }), 400],
  ])('a body that is %s gets a clear 4xx', async (_name, body, status) => {
    const response = await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).toMatch(/"code":"(BAD_REQUEST|GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED)"/);
    expect(text).not.toMatch(/\.ts:|node_modules/);
  });

  test('tells Studio’s origin that it may ask, and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${house.gateway.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    const studio = await preflight('https://studio.apollographql.com');
    expect(studio.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is live and ready', async () => {
    expect((await fetch(`${house.gateway.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${house.gateway.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${house.gateway.url}/nowhere`)).status).toBe(404);
  });
});
