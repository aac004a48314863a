import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, odata } from './odata-caller.ts';

let house: House;
let clients: Entity[];
let plans: Entity[];
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 450 }, env: { COST_PER_MINUTE: '1000000000' } });
  clients = await allOf(house, '/Clients');
  plans = await allOf(house, '/Plans');
});
afterAll(() => house?.stop());

/** How many calls to the platforms it takes to read a collection's first page. */
async function callsFor(path: string): Promise<number> {
  house.clear();
  const { status, text } = await odata(house, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return house.calls().length;
}

/** The values of a query parameter, or of a field of a body, that the platforms were given. */
function told(text: string): boolean {
  return house.calls().some(({ path, query, body }: Entity) => JSON.stringify([path, query, body]).includes(text));
}

describe('goes to the platforms', () => {
  test('a status, an adviser and a unit', async () => {
    const all = await callsFor('/Clients?$select=id');
    const { adviserId } = clients.find((client) => client.adviserId !== null);
    expect(await callsFor(`/Clients?$select=id&$filter=adviserId eq '${adviserId}'`)).toBeLessThan(all);
    expect(told(Buffer.from(adviserId, 'base64url').toString().split(':').at(-1) ?? '')).toBe(true);
    expect(await callsFor("/Clients?$select=id&$filter=status eq 'PROSPECT'")).toBeLessThan(all);
  });

  test('one entity, or a few, by their keys', async () => {
    const all = await callsFor('/Plans?$select=id');
    const [one, other] = plans.slice(200);
    expect(await callsFor(`/Plans?$select=id,name&$filter=id eq '${one.id}'`)).toBeLessThan(all / 3);
    expect(await callsFor(`/Plans?$select=id,name&$filter=id in ('${one.id}','${other.id}')`)).toBeLessThan(all / 3);
    expect(await callsFor(`/Plans('${one.id}')`)).toBeLessThan(all / 3);
    const valuations = await callsFor('/Valuations?$top=100000&$select=id');
    const ofOne = `$filter=planId eq '${one.id}'`;
    expect(await callsFor(`/Valuations?$select=id&${ofOne}`)).toBeLessThan(valuations / 10);
    const owned = await callsFor(`/Owners?$select=planId&$filter=clientId eq '${clients[7].id}'`);
    expect(owned).toBeLessThan(all);
  });

  test('a type: of other plans nothing more is read', async () => {
    const all = await callsFor('/Valuations?$select=id');
    expect(await callsFor("/Valuations?$select=id&$filter=planType eq 'PENSION'")).toBeLessThan(all / 2);
  });

  test('nothing where nothing can pass', async () => {
    for (const filter of ["type eq 'NOTHING'", "id eq 'garbage'", "id in ('garbage','more')"])
      expect(await callsFor(`/Plans?$filter=${filter}`)).toBe(0);
    expect(await callsFor("/Clients?$filter=adviserId eq 'garbage'")).toBe(0);
  });
});

describe('what is not needed is not read', () => {
  test('$top reads no further than it must', async () => {
    const all = await callsFor('/Clients');
    expect(await callsFor('/Clients?$top=10')).toBeLessThanOrEqual(all / 3);
    const plansAll = await callsFor('/Plans');
    expect(await callsFor('/Plans?$top=10')).toBeLessThan(plansAll / 2);
  });

  test('$count of clients costs one page, and $top=0 nothing', async () => {
    expect(await callsFor('/Clients/$count')).toBeLessThanOrEqual(2);
    expect(await callsFor('/Clients?$top=0')).toBe(0);
  });

  test('columns that are not selected cost no call', async () => {
    expect(await callsFor('/Plans?$select=id&$top=100')).toBeLessThanOrEqual(await callsFor('/Plans?$top=100'));
  });
});
