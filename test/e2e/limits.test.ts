import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

async function withHouse<T>(env: Record<string, string>, work: (house: House) => Promise<T>): Promise<T> {
  const house = await startHouse({ sandbox: { clients: 20 }, env });
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}

const SMALL = '{ clients(first: 2) { nodes { displayName } } }';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('an operation', () => {
  test('is told what it costs, and what is left', () =>
    withHouse({}, async (house) => {
      const one = await house.ask(SMALL);
      const ten = await house.ask(SMALL.replace('2', '10'));
      const cost = (reply: typeof one) =>
        reply.extensions.cost as { requested: number; limit: number; budget: { remaining: number; resetMs: number } };
      expect(cost(ten).requested).toBeGreaterThan(cost(one).requested);
      expect(cost(ten).budget.remaining).toBe(cost(one).budget.remaining - cost(ten).requested);
      expect(cost(one).budget.resetMs).toBeLessThanOrEqual(60_000);
    }));

  test('that may cost too much is refused before anything is asked, with the figures and what to do', () =>
    withHouse({ MAX_COST: '100' }, async (house) => {
      const reply = await house.ask(
        'query ($n: Int = 50) { clients(first: $n) { nodes { plans(first: 200) { nodes { id } } } } }',
      );
      expect(reply.status).toBe(400);
      expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'COST_EXCEEDED', limit: 100 });
      expect(reply.errors?.[0]?.message).toMatch(/smaller `first`/);
      expect(house.calls()).toEqual([]);
    }));

  test.each([
    ['MAX_DEPTH', '4', '{ clients { nodes { relationships { client { id } } } } }', 'QUERY_TOO_COMPLEX'],
    ['MAX_ALIASES', '1', '{ a: gateway { version } b: gateway { version } }', 'QUERY_TOO_COMPLEX'],
    ['MAX_ROOT_FIELDS', '1', '{ a: gateway { version } b: gateway { version } }', 'QUERY_TOO_COMPLEX'],
    ['MAX_TOKENS', '100', `{ ${'gateway { version } '.repeat(40)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['MAX_TOKENS', '100', `{ gateway { version } } # ${'x'.repeat(4_000)}`, 'QUERY_TOO_COMPLEX'],
  ])('that passes %s=%s is refused', (name, value, query, code) =>
    withHouse({ [name]: value }, async (house) => {
      const reply = await house.ask(query);
      expect(reply.status).toBe(400);
      expect(reply.errors?.[0]?.extensions.code).toBe(code);
      expect(house.calls()).toEqual([]);
    }),
  );

  test('that passes the caller’s budget is refused with 429 and when to come back', async () => {
    await withHouse({ COST_PER_MINUTE: '1000000', MAX_COST: '1000000' }, async (house) => {
      const { requested } = (await house.ask(SMALL)).extensions.cost as { requested: number };
      const times = Math.floor(1_000_000 / requested) - 1;
      const dear = `{ clients(first: 200) { nodes { plans(first: 200) { nodes { id } } } } }`;
      let refused = await house.ask(dear);
      for (let n = 0; n < Math.min(times, 200) && refused.status === 200; n += 1) refused = await house.ask(dear);
      expect(refused.status).toBe(429);
      expect(refused.errors?.[0]?.extensions).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        retryAfter: expect.any(Number),
      });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });
  });
});

test('a body that is nested beyond all measure is refused unread', () =>
  withHouse({}, async (house) => {
    const reply = await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"{ __typename }","variables":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  }));

describe('batches', () => {
  test('of operations are refused', () =>
    withHouse({}, async (house) => {
      const reply = await fetch(`${house.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ query: SMALL }, { query: SMALL }]),
      });
      expect(reply.status).toBe(400);
    }));
});

describe('registered operations', () => {
  const NAMED = 'query Small { clients(first: 2) { nodes { displayName } } }';
  const files = {
    apollo: {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: hash(NAMED), name: 'Small', type: 'query', body: NAMED }],
    },
    relay: { [createHash('md5').update(NAMED).digest('hex')]: NAMED },
  };

  test.each(['apollo', 'relay'] as const)(
    'of an %s file run by id, and nothing else does where that is enforced',
    async (kind) => {
      const file = join(await mkdtemp(join(tmpdir(), 'wealthgraph-')), 'operations.json');
      await writeFile(file, JSON.stringify(files[kind]));
      await withHouse({ TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: file }, async (house) => {
        const id = kind === 'apollo' ? hash(NAMED) : Object.keys(files.relay)[0];
        const post = async (body: object) => {
          const reply = await fetch(`${house.gateway.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          return (await reply.json()) as {
            data?: { clients: { nodes: unknown[] } };
            errors?: { extensions: { code: string } }[];
          };
        };
        const bodies = [
          { documentId: id },
          { doc_id: id },
          { id },
          { query: NAMED },
          { query: NAMED.replace('{', ' {\n') },
          ...(kind === 'apollo' ? [{ extensions: { persistedQuery: { version: 1, sha256Hash: id } } }] : []),
        ];
        for (const body of bodies) expect((await post(body)).data?.clients.nodes).toHaveLength(2);
        const search = new URLSearchParams({ documentId: id ?? '' });
        const got = await fetch(`${house.gateway.url}/graphql?${search}`, {
          headers: { 'apollo-require-preflight': '1' },
        });
        expect(((await got.json()) as { data: { clients: { nodes: unknown[] } } }).data.clients.nodes).toHaveLength(2);
        for (const body of [{ query: SMALL }, { documentId: 'unknown' }, { query: '{ __schema { types { name } } }' }])
          expect((await post(body)).errors?.[0]?.extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
      });
    },
  );

  test('automatic persisted queries work where they are not enforced', () =>
    withHouse({}, async (house) => {
      const url = new URL(`${house.gateway.url}/graphql`);
      const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash(SMALL) } });
      const ask = async (query?: string) => {
        url.search = new URLSearchParams({ extensions, ...(query && { query }) }).toString();
        return (await (await fetch(url, { headers: { 'apollo-require-preflight': '1' } })).json()) as {
          data?: object;
          errors?: { extensions: { code: string } }[];
        };
      };
      expect((await ask()).errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
      expect((await ask(SMALL)).data).toBeDefined();
      expect((await ask()).data).toBeDefined();
    }));
});

test('without introspection the schema is not told by suggestions either', () =>
  withHouse({ INTROSPECTION: 'false' }, async (house) => {
    expect((await house.ask('{ __schema { types { name } } }')).status).toBe(400);
    const reply = await house.ask('{ client { displayNam } clientz { id } }');
    expect(reply.status).toBe(400);
    expect(reply.text).not.toMatch(/did you mean/i);
    const query = 'query ($f: ClientFilter) { clients(filter: $f) { totalCount } }';
    for (const f of [{ statu: 'ACTIVE' }, { status: 'ACTIV' }]) {
      const refused = await house.ask(query, { f });
      expect(refused.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(refused.text).not.toMatch(/did you mean/i);
    }
  }));
