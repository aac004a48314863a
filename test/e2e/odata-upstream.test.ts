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

/** How many calls to the platforms a request takes. Whole collections leave nothing under way that would be counted with the next one. */
async function callsFor(path: string): Promise<number> {
  house.clear();
  const { status, text } = await odata(house, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return house.calls().length;
}

describe('goes to the platforms', () => {
  test('a status of clients', async () => {
    const all = await callsFor('/Clients?$select=id,status');
    expect(await callsFor("/Clients?$select=id,status&$filter=status eq 'ACTIVE'")).toBeLessThan(all);
    expect(house.calls().every(({ path }) => path === '/crm/v1/clients')).toBe(true);
  });

  test('one entity, or a few, by their keys', async () => {
    const all = await callsFor('/Plans?$select=id');
    const [one, other] = plans.slice(200);
    for (const path of [
      `/Plans?$select=id&$filter=id eq '${one.id}'`,
      `/Plans?$select=id&$filter=id in ('${one.id}','${other.id}')`,
      `/Plans('${one.id}')?$select=id`,
      `/Owners?$select=planId&$filter=planId eq '${one.id}'`,
      `/Valuations?$select=id&$filter=planId eq '${one.id}'`,
      `/Owners?$select=planId&$filter=clientId eq '${clients[7].id}'`,
    ])
      expect(await callsFor(path), path).toBeLessThan(all / 3);
  });

  test('a type: of other plans nothing more is read', async () => {
    const all = await callsFor('/Valuations/$count');
    expect(await callsFor("/Valuations/$count?$filter=planType eq 'PENSION'")).toBeLessThan(all / 2);
    const plansAll = await callsFor('/Plans?$select=id');
    expect(await callsFor("/Plans?$select=id&$filter=type eq 'PENSION'")).toBeLessThan(plansAll);
  });

  test('nothing where nothing can pass', async () => {
    for (const filter of ["type eq 'NOTHING'", "id eq 'garbage'", "id in ('garbage','more')"])
      expect(await callsFor(`/Plans?$filter=${filter}`)).toBe(0);
    expect(await callsFor("/Clients?$filter=adviserId eq 'garbage'")).toBe(0);
  });
});

describe('goes to a platform that knows the filter', () => {
  let knowing: House;
  beforeAll(async () => {
    knowing = await startHouse({
      sandbox: { clients: 120 },
      contract: { parameters: { updatedSince: 'updatedSince', adviserIds: 'adviserIds' } },
    });
  });
  afterAll(() => knowing?.stop());

  test('a time, and an adviser', async () => {
    const { adviserId } = clients.find((client) => client.adviserId !== null);
    for (const [filter, name] of [
      ['updatedAt ge 2026-09-01T00:00:00Z', 'updatedSince'],
      [`adviserId eq '${adviserId}'`, 'adviserIds'],
    ]) {
      knowing.clear();
      expect((await odata(knowing, `/Clients?$filter=${filter}`)).status).toBe(200);
      const asked = knowing.calls().filter(({ query }) => name !== undefined && name in query);
      expect(asked.length, filter).toBeGreaterThan(0);
    }
  });
});

describe('what is not needed is not read', () => {
  test('$top reads no further than it must', async () => {
    const all = await callsFor('/Clients');
    expect(await callsFor('/Clients?$top=10')).toBeLessThanOrEqual(all / 3);
    const plansAll = await callsFor('/Plans?$select=id');
    expect(await callsFor('/Plans?$select=id&$top=10')).toBeLessThan(plansAll / 5);
  });

  test('$count of clients costs one page, and $top=0 nothing', async () => {
    expect(await callsFor('/Clients/$count')).toBeLessThanOrEqual(2);
    expect(await callsFor('/Clients?$top=0')).toBe(0);
  });

  test('columns that are not selected cost no call', async () => {
    expect(await callsFor('/Plans?$select=id&$top=100')).toBeLessThanOrEqual(await callsFor('/Plans?$top=100'));
  });
});
