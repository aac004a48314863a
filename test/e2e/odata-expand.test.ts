import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, type ODataReply, odata } from './odata-caller.ts';

let house: House;
let clients: Entity[];
let plans: Entity[];
let owners: Entity[];
let valuations: Entity[];
const get = (path: string, headers: Record<string, string> = {}): Promise<ODataReply> => odata(house, path, headers);
/** Entities alone, without what the service says of them. */
const PLAIN = { accept: 'application/json;odata.metadata=none' };
const read = (path: string): Promise<Entity[]> => allOf(house, path, { prefer: 'odata.maxpagesize=5000', ...PLAIN });
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 }, env: { COST_PER_MINUTE: '1000000000' } });
  clients = await read('/Clients');
  plans = await read('/Plans');
  owners = await read('/Owners');
  valuations = await read('/Valuations');
});
afterAll(() => house?.stop());

/** Entities by a property's value. */
function by(entities: readonly Entity[], property: string): Map<string, Entity[]> {
  const found = new Map<string, Entity[]>();
  for (const entity of entities) found.set(entity[property], [...(found.get(entity[property]) ?? []), entity]);
  return found;
}

describe('a link to many', () => {
  test.each([
    ['Plans', 'Owners', 'planId'],
    ['Plans', 'Valuations', 'planId'],
    ['Plans', 'Holdings', 'planId'],
    ['Plans', 'Cashflows', 'planId'],
    ['Clients', 'Relationships', 'clientId'],
    ['Clients', 'RiskLevels', 'clientId'],
  ])('%s has in %s what that set has for it', async (set, link, key) => {
    const targets = by(await read(`/${link}`), key);
    const found = await read(`/${set}?$select=id&$expand=${link}`);
    expect(found.length).toBe(set === 'Plans' ? plans.length : clients.length);
    for (const entity of found) expect(entity[link]).toEqual(targets.get(entity.id) ?? []);
    expect(targets.size).toBeGreaterThan(0);
  });

  test('Clients has in Plans what its owners own', async () => {
    const known = new Map(plans.map((plan) => [plan.id, plan]));
    const owned = by(owners, 'clientId');
    for (const { id, Plans } of await read('/Clients?$select=id&$expand=Plans')) {
      const ids = (owned.get(id) ?? []).map(({ planId }) => planId);
      expect(Plans.map((plan: Entity) => plan.id).toSorted()).toEqual(ids.toSorted());
      for (const plan of Plans) expect(plan).toEqual(known.get(plan.id));
    }
  });

  test('takes options of its own', async () => {
    const options = '$select=valuedOn;$filter=valuedOn ge 2025-01-01;$orderby=valuedOn;$skip=1;$top=2;$count=true';
    for (const plan of await read(`/Plans?$select=id&$expand=Valuations(${options})`)) {
      const passing = valuations
        .filter(({ planId, valuedOn }) => planId === plan.id && valuedOn >= '2025-01-01')
        .map(({ valuedOn }) => ({ valuedOn }))
        .toSorted((a, b) => (a.valuedOn < b.valuedOn ? -1 : 1));
      expect(plan['Valuations@odata.count']).toBe(passing.length);
      expect(plan.Valuations).toEqual(passing.slice(1, 3));
    }
  });

  test('OrganisationUnits has the units below it, and Employees their own', async () => {
    const units = await read('/OrganisationUnits?$expand=Parent,Children($select=id)');
    for (const { id, parentId, Parent, Children } of units) {
      expect(Parent?.id ?? null).toBe(parentId);
      const below = units.filter((unit) => unit.parentId === id).map((unit) => unit.id);
      expect(Children.map((unit: Entity) => unit.id).toSorted()).toEqual(below.toSorted());
    }
    const employees = await read('/Employees?$expand=OrganisationUnits($select=id)');
    expect(employees.some(({ OrganisationUnits }) => OrganisationUnits.length > 0)).toBe(true);
  });
});

describe('a link to one', () => {
  test('is the entity, or null', async () => {
    const known = new Map(clients.map((client) => [client.id, client]));
    for (const { clientId, Client } of await read('/Owners?$expand=Client'))
      expect(Client).toEqual(clientId === null ? null : known.get(clientId));
    for (const { adviserId, Adviser, organisationUnitId, OrganisationUnit } of await read(
      '/Clients?$expand=Adviser($select=id),OrganisationUnit($select=id)',
    )) {
      expect(Adviser).toEqual(adviserId === null ? null : { id: adviserId });
      expect(OrganisationUnit).toEqual(organisationUnitId === null ? null : { id: organisationUnitId });
    }
  });

  test('leads back to what the entity belongs to', async () => {
    const known = new Map(plans.map((plan) => [plan.id, plan]));
    const found = await read('/Holdings?$expand=Plan');
    expect(found.length).toBeGreaterThan(0);
    for (const { planId, Plan } of found) expect(Plan).toEqual(known.get(planId));
    for (const { clientId, Client } of await read('/RiskLevels?$expand=Client($select=id)'))
      expect(Client).toEqual({ id: clientId });
  });
});

describe('links within links', () => {
  test('go three levels deep, also back and forth over the same plan', async () => {
    const deep = '$expand=Owners($select=position;$expand=Plan($select=id;$expand=Holdings($select=position)))';
    const holdings = by(await read('/Holdings?$select=planId,position'), 'planId');
    for (const { id, Owners } of await read(`/Plans?$select=id&${deep}`))
      for (const { Plan } of Owners)
        expect(Plan).toEqual({ id, Holdings: (holdings.get(id) ?? []).map(({ position }) => ({ position })) });
  });

  test('every link of every set, and every link in each of them', async () => {
    const { body } = await get('/$metadata?$format=json');
    const { Container, ...types } = body.Wealthgraph;
    const linksOf = (set: string): [string, string][] =>
      Object.entries(Container[set]?.$NavigationPropertyBinding ?? {}) as [string, string][];
    expect(Object.keys(types).length).toBeGreaterThan(9);
    for (const set of Object.keys(Container).filter((name) => !/[$@]/.test(name)))
      for (const [link, target] of linksOf(set))
        for (const [inner] of linksOf(target)) {
          const { status, text } = await get(`/${set}?$top=3&$expand=${link}($expand=${inner})`);
          expect(status, `${set} ${link} ${inner}: ${text}`).toBe(200);
        }
  });

  test('end at three levels', async () => {
    const { status, body } = await get('/Clients?$expand=Plans($expand=Owners($expand=Client($expand=Plans)))');
    expect([status, body.error.target]).toEqual([400, '$expand']);
  });
});

describe('a list of more than comes with an entity', () => {
  let planId: string;
  let own: Entity[];
  beforeAll(async () => {
    const [plan] = plans.filter(({ dynamicPlannerId, plannrId }) => dynamicPlannerId !== null && plannrId === null);
    planId = plan.id;
    const { valuations: store } = house.sandbox.data.dynamicPlanner;
    for (let day = 0; day < 450; day += 1) {
      const valuedOn = new Date(Date.UTC(2018, 0, 1 + day)).toISOString().slice(0, 10);
      const id = `c0ffee00-0000-4000-8000-${String(day).padStart(12, '0')}`;
      store.add(plan.dynamicPlannerId, { id, financeId: plan.dynamicPlannerId, valuedOn, value: 1_000 + day });
    }
    own = await read(`/Plans('${planId}')/Valuations`);
  });

  test('goes on behind a link', async () => {
    expect(own.length).toBeGreaterThan(450);
    const options = '$select=valuedOn;$expand=Plan($select=name)';
    const { body } = await get(`/Plans('${planId}')?$select=name&$expand=Valuations(${options})`, PLAIN);
    const link: string = body['Valuations@odata.nextLink'];
    const rest = await allOf(house, link.slice(`${house.gateway.url}/odata/v4`.length), PLAIN);
    expect([...body.Valuations, ...rest]).toEqual(own.map(({ valuedOn }) => ({ valuedOn, Plan: { name: body.name } })));
  });

  test('says what to do where the options need all of it', async () => {
    const { status, body } = await get(`/Plans('${planId}')?$expand=Valuations($orderby=valuedOn;$top=1)`);
    expect([status, body.error.target]).toEqual([400, '$expand']);
    const { body: first } = await get(`/Plans('${planId}')/Valuations?$orderby=valuedOn&$top=1`);
    expect(first.value[0].valuedOn).toBe('2018-01-01');
  });
});
