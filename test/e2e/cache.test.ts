import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BOOK, bookCalls, byTemplate, globalId, KEEPING, startKeeping } from './cache-book.ts';
import { type House, startHouse } from './harness.ts';

const FIRST = 50;

describe('a gateway that keeps what it reads', () => {
  let house: House;
  beforeAll(async () => {
    house = await startKeeping();
  });
  beforeEach(async () => {
    await house.gateway.refresh();
    house.clear();
  });
  afterAll(() => house.stop());

  test('asks for a Book once, and never again while it is fresh', async () => {
    const cold = await house.ask(BOOK, { first: FIRST });
    expect(cold.errors).toBeUndefined();
    expect(byTemplate(house.calls())).toEqual(bookCalls(house, FIRST));
    house.clear();
    for (let turn = 0; turn < 3; turn += 1) expect((await house.ask(BOOK, { first: FIRST })).data).toEqual(cold.data);
    expect(house.calls()).toEqual([]);
  });

  test('serves each client alone from a list of them', async () => {
    const list = await house.ask('{ clients(first: 50) { nodes { id displayName } } }');
    house.clear();
    for (const { id, displayName } of list.data.clients.nodes.slice(0, 20)) {
      const reply = await house.ask('query ($id: ID!) { client(id: $id) { displayName } }', { id });
      expect(reply.data).toEqual({ client: { displayName } });
    }
    expect(house.calls()).toEqual([]);
  });

  test('serves what belongs to one of fifty that were read together', async () => {
    const fields =
      'id relationships { type client { displayName } } plans { nodes { name owners { percentage } } } riskLevel { level }';
    const list = await house.ask(`{ clients(first: 50) { nodes { ${fields} } } }`);
    house.clear();
    for (const node of list.data.clients.nodes) {
      const reply = await house.ask(`query ($id: ID!) { client(id: $id) { ${fields} } }`, { id: node.id });
      expect(reply.errors).toBeUndefined();
      expect(reply.data.client).toEqual(node);
    }
    expect(house.calls()).toEqual([]);
  });

  test('reads at most two things anew when one person has changed, and shows the change', async () => {
    await house.ask(BOOK, { first: FIRST });
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    if (person === undefined) throw new Error('nobody there');
    house.sandbox.data.dynamicPlanner.clients.set(person.id, { ...person, lastName: 'Changed' });
    house.clear();
    await house.gateway.drop([`DYNAMIC_PLANNER/client:${person.id}`]);
    const reply = await house.ask(BOOK, { first: FIRST });
    expect(reply.data.clients.nodes[0].displayName).toBe(`${person.firstName} Changed`);
    expect(house.calls().length).toBeGreaterThan(0);
    expect(house.calls().length).toBeLessThanOrEqual(2);
    house.clear();
    const alone = await house.ask('query ($id: ID!) { client(id: $id) { displayName } }', {
      id: globalId('Client', person.id),
    });
    expect(alone.data.client.displayName).toBe(`${person.firstName} Changed`);
    expect(house.calls()).toEqual([]);
    house.sandbox.data.dynamicPlanner.clients.set(person.id, person);
  });

  test('reads one thing anew where one of another kind was dropped', async () => {
    const { dynamicPlanner: dp, plannr } = house.sandbox.data;
    const [person] = dp.clients.all();
    const account = house.sandbox.data.plannrAccountsOf(person?.id ?? '')[0];
    await house.ask(BOOK, { first: FIRST });
    for (const [tag, template] of [
      [`DYNAMIC_PLANNER/relationships:${person?.id}`, '/crm/v1/relationships'],
      [`DYNAMIC_PLANNER/finances:${person?.id}`, '/finances/v1/clients/{clientIds}/finances'],
      [`DYNAMIC_PLANNER/results:${person?.id}`, '/profiling/v1/clients/{clientIds}/results'],
      [
        `DYNAMIC_PLANNER/finance:${dp.finances.by('client', person?.id ?? '')[0]?.id}`,
        '/finances/v1/clients/{clientIds}/finances',
      ],
      [`DYNAMIC_PLANNER/employee:${person?.adviserId}`, '/crm/v1/employees'],
      [`PLANNR/plans:${account?.uuid}`, '/api/v1/plans'],
      [`PLANNR/plan:${plannr.plans.by('client', account?.uuid ?? '')[0]?.uuid}`, '/api/v1/plans'],
    ] as const) {
      house.clear();
      await house.gateway.drop([tag]);
      expect((await house.ask(BOOK, { first: FIRST })).errors).toBeUndefined();
      expect(byTemplate(house.calls()), tag).toEqual({ [template]: 1 });
    }
  });

  test('remembers for a short time that somebody does not exist', async () => {
    const variables = { id: globalId('Client', '7b0c1d2e-9999-4000-8000-000000000001') };
    const ask = () => house.ask('query ($id: ID!) { client(id: $id) { displayName } }', variables);
    expect((await ask()).data).toEqual({ client: null });
    expect(house.calls()).toHaveLength(1);
    expect((await ask()).data).toEqual({ client: null });
    expect(house.calls()).toHaveLength(1);
  });
});

describe('a gateway that is told to keep', () => {
  const ofTwoBooks = async (env: Record<string, string>): Promise<Record<string, number>[]> => {
    const house = await startHouse({ env: { ...KEEPING, ...env } });
    try {
      const counts: Record<string, number>[] = [];
      for (let turn = 0; turn < 2; turn += 1) {
        house.clear();
        expect((await house.ask(BOOK, { first: 20 })).errors).toBeUndefined();
        counts.push(byTemplate(house.calls()));
      }
      expect(counts[0]).toEqual(bookCalls(house, 20));
      return counts;
    } finally {
      await house.stop();
    }
  };

  test('nothing asks for everything each time', async () => {
    const [cold, warm] = await ofTwoBooks({ CACHE: 'off' });
    expect(warm).toEqual(cold);
  });

  test.each([
    ['CLIENTS', ['/crm/v1/clients', '/api/v1/account']],
    ['RELATIONSHIPS', ['/crm/v1/relationships']],
    ['PLANS', ['/finances/v1/clients/{clientIds}/finances', '/api/v1/plans']],
    ['PROFILING', ['/profiling/v1/clients/{clientIds}/results']],
    ['REFERENCE', ['/crm/v1/employees']],
  ])('%s for no time at all asks for those each time, and for nothing else', async (pace, templates) => {
    const [cold = {}, warm] = await ofTwoBooks({ [`CACHE_${pace}_SECONDS`]: '0' });
    expect(warm).toEqual(Object.fromEntries(Object.entries(cold).filter(([template]) => templates.includes(template))));
    expect(Object.keys(warm ?? {}).length).toBeGreaterThan(0);
  });
});
