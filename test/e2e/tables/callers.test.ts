import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeKeys, issueKey } from '../../../src/guard/keys/index.ts';
import type { Dataset } from '../../../src/tables/dataset/dataset.ts';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer, topUnitOf } from '../tokens.ts';
import { EXPECTATIONS, type ExpectedRow, expectedRows } from './expected.ts';
import { canonicalRows, shippedDatasets } from './reading.ts';

const ALL = 'tables:read clients:read personal:read plans:read events:read';

let house: House;
let issuer: Issuer;
let keysFile: string;
let top: string;
let datasets: ReadonlyMap<string, Dataset>;
beforeAll(async () => {
  issuer = await startIssuer();
  keysFile = join(await mkdtemp(join(tmpdir(), 'wealthgraph-')), 'keys.json');
  [house, datasets] = await Promise.all([
    startHouse({
      sandbox: { clients: 200 },
      env: {
        ...issuer.env,
        API_KEYS_FILE: keysFile,
        COST_PER_MINUTE: '1000000000',
      },
    }),
    shippedDatasets(),
  ]);
  top = topUnitOf(house.sandbox);
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

async function bearer(scope = ALL, units: readonly string[] = [top]): Promise<Record<string, string>> {
  return issuer.bearer({ organisationUnitIds: units, scope });
}

const get = (file: string, headers: Record<string, string>) =>
  fetch(`${house.gateway.url}/tables/${file}`, { headers });

async function rowsOf(name: string, headers: Record<string, string>, query = ''): Promise<ExpectedRow[]> {
  const reply = await get(`${name}.json${query}`, headers);
  expect([name, reply.status]).toEqual([name, 200]);
  return (await reply.json()) as ExpectedRow[];
}

async function refusal(file: string, headers: Record<string, string>) {
  const reply = await get(file, headers);
  const { errors } = (await reply.json()) as { errors: { message: string; extensions: object }[] };
  return { status: reply.status, ...errors[0] };
}

describe('who does not say who asks', () => {
  test('is asked for a token, or for a name and a password as spreadsheets ask people for them', async () => {
    house.clear();
    for (const headers of [{}, { authorization: 'Basic bm9ib2R5Om5vbnNlbnNl' }] as Record<string, string>[]) {
      const reply = await get('clients.csv', headers);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer, Basic realm="Wealthgraph", charset="UTF-8"');
      expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect(house.calls()).toEqual([]);
  });

  test('an API key is taken as the password of HTTP Basic, and sees its own part', async () => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 86_400_000);
    const scopes = ['clients:read', 'tables:read'];
    const { text, entry } = issueKey({ name: 'excel', organisationUnitIds: [top], scopes, expiresAt, now });
    await changeKeys(keysFile, (keys) => [...keys, entry]);
    const authorization = `Basic ${Buffer.from(`anyone:${text}`).toString('base64')}`;
    await expect.poll(async () => (await get('employees.csv', { authorization })).status).toBe(200);
    expect((await rowsOf('clients', { authorization })).length).toBe((await rowsOf('clients', await bearer())).length);
    expect(await refusal('plans.csv', { authorization })).toMatchObject({
      status: 403,
      extensions: { code: 'FORBIDDEN', missingScopes: ['plans:read'] },
    });
  });
});

describe('a caller without a scope', () => {
  test('for tables has none of them, whatever else they may', async () => {
    house.clear();
    for (const name of datasets.keys())
      expect(await refusal(`${name}.csv`, await bearer(ALL.replace('tables:read ', '')))).toMatchObject({
        status: 403,
        extensions: { code: 'FORBIDDEN', missingScopes: ['tables:read'] },
      });
    expect(house.calls()).toEqual([]);
  });

  test('for what a table is of does not get the table, and nothing goes upstream', async () => {
    house.clear();
    const missing: Record<string, unknown> = {};
    for (const name of datasets.keys()) {
      const { status, extensions } = await refusal(`${name}.csv`, await bearer('tables:read'));
      expect([name, status]).toEqual([name, 403]);
      missing[name] = (extensions as { missingScopes: string[] }).missingScopes.join(' ');
    }
    expect(missing).toEqual({
      cashflows: 'plans:read',
      clients: 'clients:read',
      employees: 'clients:read',
      events: 'events:read',
      expenditures: 'clients:read plans:read',
      holdings: 'plans:read',
      incomes: 'clients:read plans:read',
      latest_valuations: 'plans:read',
      organisation_units: 'clients:read',
      plan_discrepancies: 'plans:read',
      plan_owners: 'plans:read',
      plans: 'plans:read',
      relationships: 'clients:read',
      risk_levels: 'clients:read',
      valuations: 'plans:read',
    });
    expect(house.calls()).toEqual([]);
  });

  test.each([
    ['clients', 'tables:read clients:read', ['date_of_birth'], 'personal:read'],
    ['employees', 'tables:read clients:read', ['email'], 'personal:read'],
    ['plans', 'tables:read plans:read', ['risk_alignment'], 'clients:read'],
    [
      'plan_owners',
      'tables:read plans:read',
      [
        'client_id',
        'client_display_name',
        'client_adviser_id',
        'client_adviser_display_name',
        'client_organisation_unit_id',
        'client_organisation_unit_name',
      ],
      'clients:read',
    ],
  ])(
    'for columns of %s gets the table without them, and is refused when they are named',
    async (name, scope, withheld, needed) => {
      const headers = await bearer(scope);
      const all = datasets.get(name)?.table.columns.map((column) => column.name) ?? [];
      const rows = await rowsOf(name, headers);
      expect(Object.keys(rows[0] ?? {})).toEqual(all.filter((column) => !withheld.includes(column)));
      const full = await rowsOf(name, await bearer());
      expect(rows).toEqual(
        full.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !withheld.includes(column)))),
      );
      house.clear();
      for (const column of withheld) {
        for (const query of [`columns=${column}`, `${column}=1990-01-01`])
          expect(await refusal(`${name}.csv?${query}`, headers)).toMatchObject({
            status: 403,
            message: `The column \`${column}\` needs the scope \`${needed}\`, which the caller does not have.`,
            extensions: { code: 'FORBIDDEN', missingScopes: [needed] },
          });
      }
      expect(house.calls()).toEqual([]);
    },
  );
});

describe('two callers of two organisation units', () => {
  /** Units without anyone above or below each other, the largest first. */
  async function leaves(): Promise<string[]> {
    const { organisationUnits, clients } = house.sandbox.data.dynamicPlanner;
    const parents = new Set(organisationUnits.all().map(({ parentId }) => parentId));
    const size = (id: string) => clients.all().filter(({ organisationUnitId }) => organisationUnitId === id).length;
    return organisationUnits
      .all()
      .map(({ id }) => id)
      .filter((id) => !parents.has(id))
      .sort((a, b) => size(b) - size(a));
  }

  test.each(Object.keys(EXPECTATIONS))('have no row of %s in common', async (name) => {
    const dataset = datasets.get(name) as Dataset;
    const expectation = EXPECTATIONS[name];
    if (expectation === undefined) throw new Error(name);
    const [one = '', other = ''] = await leaves();
    const tables: ExpectedRow[][] = [];
    for (const unit of [one, other]) {
      const headers = await bearer(ALL, [unit]);
      const rows = await rowsOf(name, headers);
      // No less than the graph gives either, and no more.
      expect(canonicalRows(dataset, rows)).toEqual(
        canonicalRows(dataset, await expectedRows(house, expectation, headers)),
      );
      tables.push(rows);
    }
    const keyOf = (row: ExpectedRow) => JSON.stringify(dataset.key.map((column) => row[column]));
    const [mine = new Set(), theirs = new Set()] = tables.map((rows) => new Set(rows.map(keyOf)));
    expect(Math.min(mine.size, theirs.size)).toBeGreaterThan(0);
    const common = [...mine].filter((key) => theirs.has(key));
    // Who advises in both is an employee for both.
    if (name === 'employees') expect(common.length).toBeLessThan(Math.min(mine.size, theirs.size));
    else expect(common).toEqual([]);
  });

  test('see that a plan has more owners, and not who they are', async () => {
    const { clients } = house.sandbox.data.dynamicPlanner;
    let hidden = 0;
    for (const unit of await leaves()) {
      const headers = await bearer(ALL, [unit]);
      const own = new Set((await rowsOf('clients', headers)).map(({ id }) => id));
      const others = clients.all().filter(({ id }) => !own.has(Buffer.from(`Client:d:${id}`).toString('base64url')));
      for (const name of ['plan_owners', 'relationships', 'plans']) {
        const text = await (await get(`${name}.csv`, headers)).text();
        for (const { id } of others) {
          expect(text.includes(id)).toBe(false);
          expect(text.includes(Buffer.from(`Client:d:${id}`).toString('base64url'))).toBe(false);
        }
      }
      for (const owner of await rowsOf('plan_owners', headers)) {
        if (owner.client_id === null) hidden += 1;
        else expect(own.has(owner.client_id ?? '')).toBe(true);
        if (owner.client_id === null)
          expect(
            Object.entries(owner).filter(([column, value]) => column.startsWith('client_') && value !== null),
          ).toEqual([]);
      }
    }
    expect(hidden).toBeGreaterThan(0);
  });
});
