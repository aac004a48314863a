import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import type { ExpectedRow } from './expected.ts';

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

let house: House;
beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  house = await startHouse({ sandbox: { clients: 60 }, env: { COST_PER_MINUTE: '1000000000' } });
});
afterAll(async () => {
  await house.stop();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

const get = (path: string, init: RequestInit = {}) => fetch(`${house.gateway.url}${path}`, init);

async function rowsOf(file: string): Promise<ExpectedRow[]> {
  const reply = await get(`/tables/${file}`);
  expect([file, reply.status]).toEqual([file, 200]);
  return (await reply.json()) as ExpectedRow[];
}

const templates = () => [...new Set(house.calls().map(({ template }) => template))].sort();

describe('columns', () => {
  test('come in the order in which they are named, however that is written', async () => {
    const [row] = await rowsOf('plans.json?columns=name,id');
    expect(Object.keys(row ?? {})).toEqual(['name', 'id']);
    expect(await rowsOf('plans.json?columns=name&columns=%20id')).toEqual(await rowsOf('plans.json?columns=name,id'));
  });

  test('that are not chosen are not asked of the platforms either', async () => {
    house.clear();
    await rowsOf('plans.json?columns=id,name');
    expect(templates()).toEqual([
      '/api/v1/account',
      '/api/v1/plans',
      '/crm/v1/clients',
      '/finances/v1/clients/{clientIds}/finances',
    ]);
    house.clear();
    await rowsOf('clients.json?columns=id,display_name');
    expect(templates()).toEqual(['/api/v1/account', '/crm/v1/clients']);
    house.clear();
    await rowsOf('clients.json?columns=adviser_id');
    expect(templates()).not.toContain('/finances/v1/clients/{clientIds}/finances');
  });

  test('that a filter looks at are read, and not written', async () => {
    const all = await rowsOf('plans.json');
    expect(await rowsOf('plans.json?columns=id&type=PENSION')).toEqual(
      all.filter(({ type }) => type === 'PENSION').map(({ id }) => ({ id })),
    );
  });
});

describe('filters', () => {
  test.each([
    ['a text', 'provider_name', 'text'],
    ['a decimal', 'current_value', 'decimal'],
    ['pence', 'current_value_pence', 'number'],
    ['a day', 'opened_on', 'text'],
    ['a moment', 'updated_at', 'moment'],
    ['nothing', 'plannr_id', 'null'],
  ])('compare %s by value: %s', async (_, column, kind) => {
    const all = await rowsOf('plans.json');
    const value = kind === 'null' ? '' : String(all.find((row) => row[column] !== null)?.[column]);
    const written =
      kind === 'decimal'
        ? `0${value}00`
        : kind === 'moment'
          ? new Date(value).toISOString().replace('Z', '+00:00')
          : value;
    const wanted = all.filter((row) => (kind === 'null' ? row[column] === null : String(row[column]) === value));
    expect(wanted.length).toBeGreaterThan(0);
    expect(await rowsOf(`plans.json?${column}=${encodeURIComponent(written)}`)).toEqual(wanted);
  });

  test('named several times take any of the values, and several columns all of them', async () => {
    const all = await rowsOf('plans.json');
    expect(await rowsOf('plans.json?type=PENSION&type=INVESTMENT&status=ACTIVE')).toEqual(
      all.filter(({ type, status }) => ['PENSION', 'INVESTMENT'].includes(String(type)) && status === 'ACTIVE'),
    );
  });

  test('take the values of an enum in any case', async () => {
    const all = await rowsOf('plans.json');
    const wanted = all.filter(({ type, status }) => type === 'PENSION' && status === 'ACTIVE');
    expect(wanted.length).toBeGreaterThan(0);
    expect(await rowsOf('plans.json?status=active&type=Pension')).toEqual(wanted);
    expect(await rowsOf('plans.json?statuses=active&types=Pension')).toEqual(wanted);
  });

  test('of the dataset go upstream as the graph has them', async () => {
    const all = await rowsOf('plans.json');
    const wanted = all.filter(({ type }) => type === 'PENSION' || type === 'INVESTMENT');
    expect(await rowsOf('plans.json?types=PENSION,INVESTMENT')).toEqual(wanted);
    expect(await rowsOf('plans.json?types=PENSION&types=INVESTMENT')).toEqual(wanted);
    const some = all.find(({ dynamic_planner_id }) => dynamic_planner_id !== null);
    expect(await rowsOf(`plans.json?policyNumber=${some?.policy_number}`)).toContainEqual(some);
  });

  test('called as a column give rows with that value, several of them, and empty ones', async () => {
    const all = await rowsOf('clients.json');
    for (const [query, wanted] of [
      ['status=ACTIVE', ['ACTIVE']],
      ['status=ACTIVE&status=INACTIVE', ['ACTIVE', 'INACTIVE']],
      ['status=', [null]],
      ['status=ACTIVE&status=', ['ACTIVE', null]],
    ] as const) {
      const rows = all.filter(({ status }) => (wanted as readonly unknown[]).includes(status));
      expect([query, rows.length > 0, rows.length < all.length]).toEqual([query, true, true]);
      expect([query, await rowsOf(`clients.json?${query}`)]).toEqual([query, rows]);
    }
  });

  test('that one value is given to read less upstream', async () => {
    const asked = () => house.calls().filter(({ query }) => 'status' in query);
    house.clear();
    await rowsOf('clients.json?status=ACTIVE');
    expect(asked()).not.toEqual([]);
    house.clear();
    await rowsOf('clients.json?status=ACTIVE&status=INACTIVE');
    expect(asked()).toEqual([]);
  });

  test.each(['valuations', 'latest_valuations'])(
    'tell the system that a figure is from, and those that its plan stands in, apart: %s',
    async (name) => {
      const all = await rowsOf(`${name}.json`);
      for (const system of ['PLANNR', 'DYNAMIC_PLANNER'])
        expect(await rowsOf(`${name}.json?system=${system}`)).toEqual(all.filter((row) => row.system === system));
      const plans = new Set((await rowsOf('plans.json?inSystem=PLANNR')).map(({ id }) => id));
      expect(await rowsOf(`${name}.json?inSystem=PLANNR`)).toEqual(all.filter(({ plan_id }) => plans.has(plan_id)));
    },
  );
});

describe('updatedSince', () => {
  test.each(['clients', 'plans', 'relationships', 'incomes'])(
    'gives what changed at a moment or later, or nobody knows when: %s',
    async (name) => {
      const all = await rowsOf(`${name}.json`);
      const moments = all.map((row) => String(row.updated_at)).sort();
      const middle = moments[Math.floor(moments.length / 2)] ?? '';
      const since = (moment: string) =>
        all.filter((row) => row.updated_at === null || Date.parse(String(row.updated_at)) >= Date.parse(moment));
      expect(await rowsOf(`${name}.json?updatedSince=${middle}`)).toEqual(since(middle));
      const day = middle.slice(0, 10);
      expect(await rowsOf(`${name}.json?updatedSince=${day}`)).toEqual(since(day));
      expect(await rowsOf(`${name}.json?updatedSince=2999-01-01T00:00:00Z`)).toEqual(since('2999-01-01'));
    },
  );
});

describe('what is not understood is refused before anything is asked, with what is allowed', () => {
  test.each([
    ['clients.csv?columns=', /There is no column ``\. The columns are id, display_name/],
    ['clients.csv?columns=id,,status', /There is no column ``/],
    ['clients.csv?columns=id,surname', /There is no column `surname`\. The columns are id, display_name/],
    ['clients.csv?columns=id,id', /names a column twice/],
    [
      'clients.csv?surname=x',
      /Parameters are updatedSince, status, .*, columns, incomplete, bom; columns are id, display_name/,
    ],
    ['clients.csv?Id=x', /There is no parameter or column `Id`/],
    ['clients.csv?status=GONE', /`status` is one of ACTIVE, INACTIVE/],
    ['plans.csv?inSystem=PLANNR&inSystem=DYNAMIC_PLANNER', /Give `inSystem` once/],
    ['plans.csv?policyNumber=', /`policyNumber` needs at least 4 letters or digits/],
    ['plans.csv?types=PENSION,GONE', /`types` is one of .*PENSION/],
    ['plans.csv?status=ACTIVE,INACTIVE', /`status` is one of ACTIVE, .*INACTIVE/],
    ['plans.csv?status=ACTIVE&status=GONE', /`status` is one of ACTIVE, .*INACTIVE/],
    ['clients.csv?status=ACTIVE&status=GONE', /`status` is one of ACTIVE, INACTIVE/],
    ['clients.csv?status=ACTIVE,INACTIVE', /`status` is one of ACTIVE, INACTIVE/],
    ['valuations.csv?plan_type=&system=Plannr%20', /`system` is one of DYNAMIC_PLANNER, PLANNR/],
    ['plans.csv?current_value=much', /The value for `current_value` is not a number/],
    ['plans.csv?opened_on=2026-02-30', /The value for `opened_on` is not a day such as 2026-01-31/],
    ['plans.csv?updated_at=yesterday', /The value for `updated_at` is not a moment such as/],
    ['incomes.csv?is_gross=maybe', /The value for `is_gross` is not true or false/],
    ['valuations.csv?from=1.1.2026', /`from` is a day such as 2026-01-31/],
    ['clients.csv?updatedSince=yesterday', /`updatedSince` is (one|a) moment/],
    ['clients.csv?updatedSince=2026-01-31T00:00:00', /`updatedSince` is (one|a) moment/],
    ['plans.csv?updatedSince=2026-01-31T00:00:00', /`updatedSince` is one moment, for example 2026-01-31T00:00:00Z/],
    ['plans.csv?updatedSince=2026-01-31&updatedSince=2026-02-01', /`updatedSince` is one moment/],
    ['plans.csv?updatedSince=', /`updatedSince` is one moment/],
    ['employees.csv?updatedSince=2026-01-31', /`employees` does not tell when a row last changed/],
    ['clients.csv?incomplete=yes', /`incomplete` takes `allow` and nothing else/],
    ['clients.csv?__proto__=1', /There is no parameter or column/],
    ['clients.csv?constructor=1', /There is no parameter or column/],
  ])('%s', async (file, message) => {
    house.clear();
    const reply = await get(`/tables/${file}`);
    const { errors } = (await reply.json()) as { errors: { message: string; extensions: object }[] };
    expect([reply.status, errors[0]?.extensions]).toEqual([400, { code: 'BAD_USER_INPUT' }]);
    expect(errors[0]?.message).toMatch(message);
    expect(house.calls()).toEqual([]);
  });

  test.each([
    ['/tables/nothing.csv', 'There is no such table'],
    ['/tables/clients.xlsx', 'Tables come as csv, ndjson, json, parquet'],
    ['/tables/clients', 'There is no such table'],
    ['/tables/.csv', 'There is no such table'],
    ['/tables/..%2Fclients.csv', 'There is no such table'],
    ['/tables/Clients.csv', 'There is no such table'],
    ['/tables/clients.CSV', 'Tables come as'],
  ])('%s is not there', async (path, message) => {
    const reply = await get(path);
    const { errors } = (await reply.json()) as { errors: { message: string; extensions: object }[] };
    expect([reply.status, errors[0]?.extensions]).toEqual([404, { code: 'NOT_FOUND' }]);
    expect(errors[0]?.message).toContain(message);
  });

  test('another method is told which there are, whatever comes with it', async () => {
    const json = { 'content-type': 'application/json' };
    for (const path of ['/tables', '/tables/clients.csv', '/tables/wealthgraph.pbids', '/tables/a/b'])
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const reply = await get(path, { method, headers: json, body: '{ "broken' });
        expect([path, method, reply.status, reply.headers.get('allow')]).toEqual([path, method, 405, 'GET, HEAD']);
        expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
      }
    expect((await get('/tables/a/b')).status).toBe(404);
  });
});

describe('headers', () => {
  test('HEAD tells what a GET would give, and reads nothing', async () => {
    house.clear();
    const reply = await get('/tables/clients.csv', { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect((await get('/tables/clients.csv?columns=x', { method: 'HEAD' })).status).toBe(400);
    expect((await get('/tables/nothing.csv', { method: 'HEAD' })).status).toBe(404);
    expect(house.calls()).toEqual([]);
  });

  test.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['ndjson', 'application/x-ndjson'],
    ['json', 'application/json'],
    ['parquet', 'application/vnd.apache.parquet'],
  ])('say what a file is: %s', async (extension, type) => {
    const { headers } = await get(`/tables/employees.${extension}`);
    expect(headers.get('content-type')?.replace('application/json; charset=utf-8', 'application/json')).toBe(type);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="employees.${extension}"`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    for (const name of ['Accept-Encoding', 'Authorization']) expect(headers.get('vary')).toContain(name);
  });

  test('gzip where it is asked for, with the same bytes in it', async () => {
    const { request } = await import('node:http');
    const raw = (encoding: string) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) =>
        request(
          `${house.gateway.url}/tables/plans.csv`,
          { headers: { 'accept-encoding': encoding } },
          async (reply) => {
            const chunks: Buffer[] = [];
            for await (const chunk of reply) chunks.push(chunk);
            resolve({ encoding: reply.headers['content-encoding'], bytes: Buffer.concat(chunks) });
          },
        )
          .on('error', reject)
          .end(),
      );
    const plain = await raw('identity');
    const packed = await raw('gzip');
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip']);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect((await raw('gzip;q=0, br')).encoding).toBeUndefined();
  });
});

test('whatever a query string holds, the answer is a table or says in a code what is wrong', async () => {
  const names = [
    'columns',
    'id',
    'status',
    'updatedSince',
    'incomplete',
    'system',
    'role',
    'parent_id',
    '__proto__',
    '',
  ];
  const words = [
    '',
    'id',
    'id,name',
    '*',
    'ACTIVE',
    'PLANNR',
    '2026-01-31',
    '2026-01-31T00:00:00Z',
    'allow',
    'null',
    '-1',
    '1e999',
    "' OR 1=1",
    '../..',
    '\0',
    '\ud800',
    '=1+1',
    '%',
    '[object Object]',
  ];
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...names) },
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const pairs = fc.array(fc.tuple(name, word, fc.boolean()), { maxLength: 5 });
  const file = fc.tuple(
    fc.constantFrom('employees', 'organisation_units', 'clients', 'nothing', '__proto__', 'constructor'),
    fc.constantFrom('csv', 'json', 'ndjson', 'parquet', 'toString', ''),
  );
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(file, pairs, async ([table, extension], query) => {
      const text = query
        .map((pair) => {
          const [key, value] = pair
            .slice(0, 2)
            .map((part) =>
              pair[2]
                ? encodeURIComponent(String(part).toWellFormed())
                : String(part).replace(/[^\x21-\x22\x24-\x7e]/g, ''),
            );
          return `${key}=${value}`;
        })
        .join('&');
      const reply = await get(`/tables/${table}.${extension}?${text}`);
      const body = await reply.text();
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      expect([200, 400, 404]).toContain(reply.status);
      if (reply.status === 200) return;
      const { errors } = JSON.parse(body) as { errors: { message: string; extensions: { code: string } }[] };
      expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(errors[0]?.extensions.code);
      expect(body).not.toMatch(/\bat .*:\d+:\d+|node_modules|TypeError/);
    }),
    { seed: 20_260_430, numRuns: 400 },
  );
  for (const status of [200, 400, 404]) expect(statuses.get(status)).toBeGreaterThan(20);
});
