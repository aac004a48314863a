import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DpClient } from '../../src/sandbox/dynamic-planner/wire.ts';
import { type House, startHouse } from './harness.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 120 } });
});
afterAll(() => house.stop());

const idOf = (type: string, id: string): string => Buffer.from(`${type}:d:${id}`).toString('base64url');
const people = () => house.sandbox.data.dynamicPlanner.clients.all();
const LIST =
  'query ($filter: ClientFilter, $first: Int) { clients(filter: $filter, first: $first) { totalCount nodes { sources { system id } dateOfBirth updatedAt } } }';

interface Listed {
  totalCount: number | null;
  nodes: { sources: { system: string; id: string }[] }[];
}

async function list(of: House, filter: object): Promise<Listed> {
  const reply = await of.ask(LIST, { filter, first: 200 });
  expect(reply.errors).toBeUndefined();
  return reply.data.clients;
}

const dpIds = ({ nodes }: Listed): string[] =>
  nodes.flatMap(({ sources }) => (sources[0]?.system === 'DYNAMIC_PLANNER' ? [sources[0].id] : []));

/** A filter, whom of Dynamic Planner it finds, and whether it can find people of Plannr alone. */
const filters = (): readonly (readonly [string, object, (client: DpClient) => boolean, boolean])[] => {
  const [first, second] = people().filter(({ adviserId }) => adviserId != null);
  const born = people()[7]?.dateOfBirth ?? '';
  const since = people()
    .map(({ updatedAt }) => updatedAt)
    .sort()[60];
  const advisers = [first?.adviserId ?? '', second?.adviserId ?? ''];
  return [
    [
      'advisers',
      { adviserIds: advisers.map((id) => idOf('Employee', id)) },
      ({ adviserId }) => advisers.includes(adviserId ?? ''),
      false,
    ],
    ['a date of birth', { dateOfBirth: born }, ({ dateOfBirth }) => dateOfBirth === born, true],
    [
      'the last change',
      { updatedSince: since },
      ({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since ?? ''),
      true,
    ],
    [
      'several at once',
      { updatedSince: since, adviserIds: [idOf('Employee', advisers[0] ?? '')], status: 'ACTIVE' },
      ({ adviserId, status, updatedAt }) =>
        adviserId === advisers[0] && status === 'active' && Date.parse(updatedAt) >= Date.parse(since ?? ''),
      false,
    ],
  ];
};

describe('clients are found by', () => {
  test.each([0, 1, 2, 3])(
    'filter %i, whoever applies it, in the order of the list and with the right total',
    async (at) => {
      const [, filter, keep, mayBeAlone] = filters()[at] ?? [];
      if (filter === undefined || keep === undefined) throw new Error('no such filter');
      const expected = people()
        .filter(keep)
        .map(({ id }) => id);
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(people().length);
      const found = await list(house, filter);
      expect(dpIds(found)).toEqual(expected);
      expect(found.totalCount).toBe(found.nodes.length);
      if (!mayBeAlone) expect(found.nodes).toHaveLength(expected.length);
    },
  );

  test('people of Plannr alone by what their own record says', async () => {
    const account = house.sandbox.data.plannrAlone().find(({ date_of_birth }) => date_of_birth !== null);
    const { nodes } = await list(house, { dateOfBirth: account?.date_of_birth });
    expect(nodes.flatMap(({ sources }) => sources.map(({ id }) => id))).toContain(account?.uuid);
  });

  test('parameters of the platform where the contract names them: no list is walked', async () => {
    const told = await startHouse({
      beside: house,
      contract: {
        parameters: { adviserIds: 'adviserIds', dateOfBirth: 'dateOfBirth', updatedSince: 'updatedSince' },
      },
    });
    for (const [, filter, keep] of filters()) {
      told.clear();
      const found = await list(told, { ...filter, system: undefined });
      expect(dpIds(found)).toEqual(
        people()
          .filter(keep)
          .map(({ id }) => id),
      );
      const calls = told.calls().filter(({ template }) => template === '/crm/v1/clients');
      expect(calls).toHaveLength(Math.max(1, Math.ceil(people().filter(keep).length / 100)));
    }
    await told.stop();
  });

  test('a parameter that the platform ignores in silence all the same', async () => {
    const wrong = await startHouse({ beside: house, contract: { parameters: { dateOfBirth: 'bornOn' } } });
    const [, filter, keep] = filters()[1] ?? [];
    expect(dpIds(await list(wrong, filter ?? {}))).toEqual(
      people()
        .filter(keep ?? (() => false))
        .map(({ id }) => id),
    );
    await wrong.stop();
  });

  test.each([
    [{ adviserIds: [idOf('Client', 'x')] }, /not the id of a Employee/],
    [{ adviserIds: Array.from({ length: 201 }, () => idOf('Employee', 'x')) }, /at most 200/],
  ])('nothing that is malformed', async (filter, message) => {
    house.clear();
    const reply = await house.ask(LIST, { filter });
    expect(reply.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(reply.errors?.[0]?.message).toMatch(message);
    expect(house.calls()).toEqual([]);
  });
});

describe('a date of birth', () => {
  let issuer: Issuer;
  let guarded: House;
  beforeAll(async () => {
    issuer = await startIssuer();
    const env = issuer.env;
    guarded = await startHouse({ beside: house, env });
  });
  afterAll(async () => {
    await guarded.stop();
    issuer.stop();
  });

  test('can not be found out by asking for each day', async () => {
    const top = topUnitOf(house.sandbox);
    const ask = async (scope: string) => {
      const token = await issuer.sign({ organisationUnitIds: [top], scope });
      const query = 'query ($filter: ClientFilter) { clients(filter: $filter) { totalCount } }';
      const filter = { dateOfBirth: people()[0]?.dateOfBirth };
      return guarded.ask(query, { filter }, { authorization: `Bearer ${token}` });
    };
    const refused = await ask('clients:read');
    expect(refused.data).toEqual({ clients: null });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['personal:read'] });
    expect((await ask('clients:read personal:read')).data.clients.totalCount).toBeGreaterThan(0);
  });
});

describe('relationships', () => {
  test('and those with nobody else cost a call each for all clients, and can be read again', async () => {
    house.clear();
    const query =
      '{ clients(first: 50) { nodes { sources { id } relationships { id updatedAt sources { id } client { displayName } } selfRelationship { id client { id } sources { id } } } } }';
    const reply = await house.ask(query);
    expect(reply.errors).toBeUndefined();
    const templates = house.calls().map(({ template }) => template);
    expect(templates.filter((template) => template === '/crm/v1/relationships')).toHaveLength(1);
    expect(templates.filter((template) => template === '/crm/v1/self-relationships')).toHaveLength(1);
    const store = house.sandbox.data.dynamicPlanner;
    for (const { sources, relationships, selfRelationship } of reply.data.clients.nodes) {
      const id = sources[0].id;
      expect(selfRelationship.sources[0].id).toBe(store.selfRelationships.by('client', id)[0]?.id);
      expect(selfRelationship.client.id).toBe(idOf('Client', id));
      expect(relationships.map((one: { sources: { id: string }[] }) => one.sources[0]?.id)).toEqual(
        store.relationships.by('client', id).map((one) => one.id),
      );
    }
    const { id } = reply.data.clients.nodes[3].selfRelationship;
    const again = await house.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    expect(again.data.node).toEqual({ __typename: 'SelfRelationship', id });
  });
});

describe('the hierarchy', () => {
  test('is a tree, and employees say which licences they hold', async () => {
    const query =
      '{ organisationUnits(first: 200) { nodes { name parent { name } children { name parent { name } } } } employees(first: 200) { nodes { displayName licences { product isActive expiresOn } organisationUnits { name } } } }';
    const reply = await house.ask(query);
    expect(reply.errors).toBeUndefined();
    for (const unit of reply.data.organisationUnits.nodes)
      for (const child of unit.children) expect(child.parent.name).toBe(unit.name);
    const licences = reply.data.employees.nodes.flatMap((one: { licences: object[] }) => one.licences);
    expect(licences.length).toBeGreaterThan(0);
  });
});
