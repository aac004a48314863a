import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/platform/cache/index.ts';
import { tagOf } from '../../../src/platform/cache/tags.ts';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';

const ALL = 'tables:read clients:read personal:read plans:read';

let house: House;
let issuer: Issuer;
let units: string[];
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 60 },
    env: {
      ...issuer.env,
      CACHE: 'on',
      // As long as this takes on any machine.
      CACHE_CLIENTS_SECONDS: '3600',
      CACHE_PLANS_SECONDS: '3600',
      CACHE_RESPONSE_SECONDS: '3600',
      COST_PER_MINUTE: '1000000000',
    },
  });
  units = house.sandbox.data.dynamicPlanner.organisationUnits.all().map(({ id }) => id);
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

/** Reads a table whole. */
async function read(
  file: string,
  { sub = 'one', scope = ALL, etag }: { sub?: string; scope?: string; etag?: string | null } = {},
) {
  const token = await issuer.sign({ sub, scope, organisationUnitIds: units.slice(0, 1) });
  house.clear();
  const headers = { authorization: `Bearer ${token}`, ...(etag && { 'if-none-match': etag }) };
  const reply = await fetch(`${house.gateway.url}/tables/${file}`, { headers });
  const text = await reply.text();
  return { status: reply.status, etag: reply.headers.get('etag'), text, calls: house.calls().length };
}

test.each(['clients.csv', 'plans.json?types=PENSION', 'plan_owners.parquet'])(
  'a table that has not changed is not read again: %s',
  async (file) => {
    await house.gateway.drop([EVERYTHING]);
    const first = await read(file);
    expect([first.status, first.calls > 0]).toEqual([200, true]);
    expect(first.etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(await read(file, { etag: first.etag })).toEqual({ status: 304, etag: first.etag, text: '', calls: 0 });
    expect((await read(file, { etag: `"other", ${first.etag}` })).status).toBe(304);
    expect((await read(file, { etag: '*' })).status).toBe(304);
    const other = await read(file, { etag: '"other"' });
    expect([other.status, other.etag, other.text]).toEqual([200, first.etag, first.text]);
  },
);

test('the order of what is asked makes no other table, and what is asked does', async () => {
  const { etag } = await read('plans.csv?types=PENSION&columns=id');
  expect((await read('plans.csv?columns=id&types=PENSION', { etag })).status).toBe(304);
  expect((await read('plans.csv?columns=id', { etag })).status).toBe(200);
  expect((await read('plans.json?types=PENSION&columns=id', { etag })).status).toBe(200);
});

test('what has changed is read again, and has another tag', async () => {
  const { clients } = house.sandbox.data.dynamicPlanner;
  const [person] = clients.all();
  if (person === undefined) throw new Error('nobody');
  const first = await read('clients.csv?columns=id,display_name');
  clients.set(person.id, { ...person, surname: 'Changed', lastName: 'Changed' } as never);
  expect((await read('clients.csv?columns=id,display_name', { etag: first.etag })).status).toBe(304);
  await house.gateway.drop([tagOf('DYNAMIC_PLANNER', 'client', person.id)]);
  const second = await read('clients.csv?columns=id,display_name', { etag: first.etag });
  clients.set(person.id, person);
  await house.gateway.drop([EVERYTHING]);
  expect([second.status, second.calls > 0]).toEqual([200, true]);
  expect(second.etag).not.toBe(first.etag);
});

test("another caller's tag never holds, nor one that was given for fewer scopes", async () => {
  const mine = await read('clients.csv');
  const theirs = await read('clients.csv', { sub: 'two', etag: mine.etag });
  expect(theirs.status).toBe(200);
  expect(theirs.etag).not.toBe(mine.etag);
  const fewer = await read('clients.csv', { scope: 'tables:read clients:read', etag: mine.etag });
  expect(fewer.status).toBe(200);
  expect(fewer.text).not.toContain('date_of_birth');
  expect((await read('clients.csv', { scope: 'clients:read', etag: mine.etag })).status).toBe(403);
});

test('a table that was not read to its end, or broke, leaves no tag behind', async () => {
  await house.gateway.drop([EVERYTHING]);
  const remove = house.sandbox.dynamicPlanner.addFault({ path: /finances$/, kind: 'status', status: 403 });
  const broken = await read('plans.csv');
  remove();
  expect([broken.status, broken.etag]).toEqual([502, null]);
  expect((await read('plans.csv', { etag: '*' })).status).toBe(200);
});
