import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DuckDB, openDuckDB } from '../../tables/duckdb.ts';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { folderOf } from './folder.ts';

const NDJSON = 'application/x-ndjson';
const PARQUET = 'application/vnd.apache.parquet';
const CLIENTS = 450;

interface OwnedPlan {
  what: string | null;
  worth: { pence: number; decimal: string; currency: string } | null;
}

interface PlanDetails {
  termType?: string | null;
  renewalDate?: { raw: string | null } | null;
}

let house: House;
let duck: DuckDB;
beforeAll(async () => {
  duck = await openDuckDB();
  house = await startHouse({ sandbox: { clients: CLIENTS }, env: { COST_PER_MINUTE: '1000000000' } });
});
afterAll(async () => {
  await house.stop();
  await duck.close();
});

async function post(query: string, accept: string, more: Record<string, unknown> = {}, at = house): Promise<Response> {
  return fetch(`${at.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, ...more }),
  });
}

async function lines(query: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> {
  const reply = await post(query, NDJSON, more);
  const text = await reply.text();
  expect([reply.status, text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function refusal(query: string, more: Record<string, unknown> = {}): Promise<[number, string, string]> {
  const reply = await post(query, 'text/csv', more);
  const { errors } = (await reply.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return [reply.status, errors[0]?.extensions.code ?? '', errors[0]?.message ?? ''];
}

describe('any query as a table', () => {
  test('reads a list without `first` to its end, over as many pages as it has', async () => {
    const rows = await lines('{ clients { nodes { id displayName } } }');
    const { data } = await house.ask('{ clients(first: 1) { totalCount } }');
    expect(rows).toHaveLength(data.clients.totalCount);
    expect(rows.length).toBeGreaterThanOrEqual(CLIENTS);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('is the page that is asked for where the document says how many, from where it says', async () => {
    const all = await lines('{ clients { edges { cursor node { id } } } }');
    expect(Object.keys(all[0] ?? {})).toEqual(['cursor', 'id']);
    expect(await lines('{ clients(first: 3) { nodes { id } } }')).toEqual(all.slice(0, 3).map(({ id }) => ({ id })));
    const after = all[440]?.cursor;
    const query = 'query ($after: String) { clients(after: $after) { nodes { id } } }';
    expect(await lines(query, { variables: { after } })).toEqual(all.slice(441).map(({ id }) => ({ id })));
  });

  test('repeats what encloses the rows, and takes fragments, variables, aliases and directives', async () => {
    const query = `query Owned($types: [PlanType!], $without: Boolean!) {
      clients(first: 20) { nodes { ...Who plans(filter: { types: $types }) { nodes { what: name worth: currentValue { ...Amount } policyNumber @skip(if: $without) } } } }
    }
    fragment Who on Client { id name { full } }
    fragment Amount on Money { pence decimal currency }`;
    const variables = { types: ['PENSION'], without: true };
    const rows = await lines(query, { variables });
    const { data } = await house.ask(query, variables);
    const expected = data.clients.nodes.flatMap(
      ({ id, name, plans }: { id: string; name: { full: string }; plans: { nodes: OwnedPlan[] } }) =>
        plans.nodes.map(({ what, worth }) => ({
          client_id: id,
          client_name_full: name.full,
          what,
          worth_pence: worth?.pence ?? null,
          worth: worth?.decimal ?? null,
          worth_currency: worth?.currency ?? null,
        })),
    );
    expect(rows).toEqual(expected);
    expect(rows.length).toBeGreaterThan(5);
  });

  test('tells the types of things', async () => {
    const { data } = await house.ask('{ clients(first: 1) { nodes { id plans(first: 1) { nodes { id } } } } }');
    const [client] = data.clients.nodes;
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    expect(await lines(query, { variables: { ids: [client.id, client.plans.nodes[0].id] } })).toEqual([
      { typename: 'Client', id: client.id },
      { typename: 'Plan', id: client.plans.nodes[0].id },
    ]);
    const details = await lines('{ plans { nodes { details { __typename } } } }');
    expect(new Set(details.map((row) => row.details_typename))).toContain('PensionDetails');
    expect(await lines('{ clients(first: 1) { __typename nodes { __typename } } }')).toEqual([
      { clients_typename: 'ClientConnection', typename: 'Client' },
    ]);
  });

  test('asks for a field under all the conditions around it', async () => {
    const fields = 'id details { ... on TermedDetails { termType ... on RenewableDetails { renewalDate { raw } } } }';
    const rows = await lines(`{ plans { nodes { ${fields} } } }`);
    const { data } = await house.ask(`{ plans(first: 200) { nodes { ${fields} } } }`);
    const expected = data.plans.nodes.map(({ id, details }: { id: string; details: PlanDetails | null }) => ({
      id,
      details_term_type: details?.termType ?? null,
      details_renewal_date_raw: details?.renewalDate?.raw ?? null,
    }));
    expect(rows.slice(0, 200)).toEqual(expected);
    expect(rows.filter((row) => row.details_renewal_date_raw !== null).length).toBeGreaterThan(3);
  });

  test('comes as CSV and Parquet too, named after the operation', async () => {
    const query = 'query Worth { plans { nodes { id currentValue { pence decimal } openedOn updatedAt } } }';
    const [csv, parquet] = await Promise.all([post(query, 'text/csv'), post(query, PARQUET)]);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="Worth.csv"');
    const text = await csv.text();
    expect(text.split('\r\n')[0]).toBe('id,current_value_pence,current_value,opened_on,updated_at');
    const path = await duck.file('worth.parquet', parquet.body as never);
    const [types] = await duck.rows(`SELECT list(column_type) AS types FROM (DESCRIBE SELECT * FROM '${path}')`);
    expect(types).toEqual({
      types: ['VARCHAR', 'BIGINT', 'DECIMAL(18,2)', 'DATE', 'TIMESTAMP WITH TIME ZONE'],
    });
    const rows = await lines(query);
    const sum = rows.reduce((total, row) => total + Number(row.current_value_pence ?? 0), 0);
    const [told] = await duck.rows(
      `SELECT count(*)::INT AS count, sum(current_value_pence)::BIGINT AS sum, sum(current_value) * 100 = sum(current_value_pence) AS same FROM '${path}'`,
    );
    expect(told).toEqual({ count: rows.length, sum: String(sum), same: true });
    expect(text.trim().split('\r\n')).toHaveLength(rows.length + 1);
  });

  test('is one row where nothing in it is a list', async () => {
    expect(await lines('{ gateway { version } }')).toEqual([{ gateway_version: expect.any(String) }]);
  });

  test.each([
    [
      '{ clients { nodes { id emails { address } plans { nodes { id } } } } }',
      /`emails` and `plans\.nodes` are lists beside each other/,
    ],
    [
      '{ clients { nodes { id other: displayName otherName: displayName other_name: displayName } } }',
      /Two columns would be called `other_name`/,
    ],
    ['{ clients { pageInfo { hasNextPage } } }', /`clients.pageInfo` tells where a page ends/],
    ['{ clients(first: 2) { pageInfo { endCursor } nodes { id } } }', /`clients.pageInfo` tells where a page ends/],
    ['{ __schema { types { name } } }', /`__schema` tells of the schema, and makes no table/],
    ['mutation { clientUpsert(input: { idempotencyKey: "a" }) { changes { id } } }', /Only a query makes a table/],
    ['query A { gateway { version } } query B { gateway { version } }', /give `operationName`/],
    ['query ($_first: Int) { clients(first: $_first) { nodes { id } } }', /`\$_first` is no variable/],
    ['query ($_after: String) { clients(after: $_after) { nodes { id } } }', /`\$_after` is no variable/],
    ['{ clients { _page: nodes { id } } }', /`_page` is no alias/],
    ['{ clients { nodes { id _: displayName } } }', /`displayName` would be a column without a name/],
    ['', /Send the query itself/],
  ])('says why %s makes none', async (query, message) => {
    const [status, code, told] = await refusal(query);
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(told).toMatch(message);
  });

  test('is refused as every operation is where it is malformed, unknown, or its variables are wrong', async () => {
    expect((await refusal('{ clients {')).slice(0, 2)).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    expect((await refusal('{ nobody }')).slice(0, 2)).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    const query = 'query ($first: Int!) { clients(first: $first) { nodes { id } } }';
    expect((await refusal(query, { variables: { first: 'many' } }))[0]).toBe(400);
    expect((await refusal(query, { variables: [] })).slice(0, 2)).toEqual([400, 'BAD_USER_INPUT']);
    expect((await refusal('{ clients(first: 999) { nodes { id } } }')).slice(0, 2)).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('is an answer of the graph where JSON is preferred, or nothing is named', async () => {
    for (const accept of ['*/*', 'application/json', 'text/csv;q=0.1, application/json']) {
      const reply = await post('{ gateway { version } }', accept);
      expect(await reply.json()).toMatchObject({ data: { gateway: {} } });
    }
  });
});

describe('an automatic persisted query', () => {
  const query = '{ employees { nodes { id } } }';
  const named = (text: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') } },
  });
  const send = (body: object, accept: string) =>
    fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });

  test('is asked for by its text where only its hash is sent, and is a table where both are', async () => {
    const asked = await send(named(query), 'text/csv');
    expect(asked.status).toBe(400);
    expect(await asked.json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    const told = await send({ query, ...named(query) }, 'text/csv');
    expect([told.status, await told.text()]).toEqual([200, await (await send({ query }, 'text/csv')).text()]);
  });

  test('whose text is not that of its hash is refused', async () => {
    const reply = await send({ query, ...named('{ another }') }, 'text/csv');
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('provided sha does not match')]);
  });
});

describe('who may', () => {
  let issuer: Issuer;
  let guarded: House;
  let top: string;
  beforeAll(async () => {
    issuer = await startIssuer();
    guarded = await startHouse({
      beside: house,
      env: issuer.env,
    });
    const units = house.sandbox.data.dynamicPlanner.organisationUnits.all();
    top = units.find(({ parentId }) => parentId === null)?.id ?? '';
  });
  afterAll(async () => {
    await guarded.stop();
    issuer.stop();
  });

  const ask = async (scope: string, query: string): Promise<Response> =>
    fetch(`${guarded.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: NDJSON,
        authorization: `Bearer ${await issuer.sign({ organisationUnitIds: [top], scope })}`,
      },
      body: JSON.stringify({ query }),
    });

  test('needs the scope for tables and those of what is read', async () => {
    const query = '{ clients(first: 2) { nodes { displayName } } }';
    expect((await ask('clients:read', query)).status).toBe(403);
    expect((await ask('tables:read', query)).status).toBe(403);
    const reply = await ask('tables:read clients:read', query);
    expect(reply.status).toBe(200);
    expect((await reply.text()).trim().split('\n')).toHaveLength(2);
    const personal = await ask(
      'tables:read clients:read',
      '{ clients(first: 2) { nodes { displayName dateOfBirth } } }',
    );
    expect(personal.status).toBe(403);
    expect(await personal.text()).toContain('personal:read');
  });

  test('runs registered operations only, where only those run', async () => {
    const registered = 'query Names { clients(first: 2) { nodes { displayName } } }';
    const folder = await folderOf({});
    const file = join(folder.path, 'documents.json');
    await writeFile(file, JSON.stringify({ 'the-id': registered }));
    const strict = await startHouse({
      beside: house,
      env: { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: file },
    });
    try {
      expect((await post('{ gateway { version } }', NDJSON, {}, strict)).status).toBe(400);
      expect((await post(registered, NDJSON, {}, strict)).status).toBe(200);
      // What the gateway itself offers stands in its own files.
      const table = await fetch(`${strict.gateway.url}/tables/employees.csv`);
      expect(table.status).toBe(200);
      await table.text();
    } finally {
      await strict.stop();
      await folder.remove();
    }
  });
});
