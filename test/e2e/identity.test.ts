import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, type Reply, startHouse } from './harness.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

let house: House;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({ env: issuer.env });
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

const LIST =
  'query ($after: String) { clients(first: 200, after: $after) { totalCount nodes { id sources { system id } organisationUnit { name } relationships { client { id } } plans { nodes { id owners { percentage client { id } } } } } pageInfo { hasNextPage endCursor } } }';

async function as(organisationUnitIds: unknown, query = LIST, variables: Record<string, unknown> = {}): Promise<Reply> {
  const token = await issuer.sign({ organisationUnitIds });
  return house.ask(query, variables, { authorization: `Bearer ${token}` });
}

/** Ids of a unit and all below it. */
function subtree(id: string): Set<string> {
  const units = house.sandbox.data.dynamicPlanner.organisationUnits.all();
  const found = new Set([id]);
  for (let grown = true; grown; ) {
    const below = units.filter((unit) => unit.parentId != null && found.has(unit.parentId) && !found.has(unit.id));
    for (const unit of below) found.add(unit.id);
    grown = below.length > 0;
  }
  return found;
}

function top(): string {
  return topUnitOf(house.sandbox);
}

function region(): string {
  return house.sandbox.data.dynamicPlanner.organisationUnits.all().find(({ parentId }) => parentId === top())?.id ?? '';
}

describe('without a good token', () => {
  test.each([
    ['none', {}],
    ['junk', { authorization: 'Bearer a.b.c' }],
    ['another scheme', { authorization: 'Basic dGVzdDp0ZXN0' }],
  ])('(%s) nobody gets in', async (_name, headers) => {
    house.clear();
    const reply = await house.ask(LIST, {}, headers);
    expect(reply.status).toBe(401);
    expect(reply.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(reply.data).toBeUndefined();
    expect(house.calls()).toEqual([]);
  });
});

describe('with a token', () => {
  test.each([[[]], [undefined], ['not a list'], [['0a000000-0000-4000-8000-00000000dead']]])(
    'of no organisation unit that exists (%j) nothing is visible',
    async (units) => {
      const reply = await as(units);
      expect(reply.errors).toBeUndefined();
      expect(reply.data.clients).toMatchObject({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } });
      const [anyone] = house.sandbox.data.dynamicPlanner.clients.all();
      const id = Buffer.from(`Client:d:${anyone?.id}`).toString('base64url');
      const links = 'gateway { links { accounts linked conflicts } }';
      const direct = await as(
        units,
        `query ($id: ID!) { client(id: $id) { id } plans(first: 5) { nodes { id } } employees { nodes { id } } organisationUnits { nodes { id } } ${links} }`,
        { id },
      );
      expect(direct.data).toEqual({
        client: null,
        plans: { nodes: [] },
        employees: { nodes: [] },
        organisationUnits: { nodes: [] },
        gateway: { links: { accounts: null, linked: null, conflicts: null } },
      });
    },
  );

  test('of the top unit everyone is visible, people of Plannr alone too', async () => {
    const reply = await as([top()]);
    expect(reply.data.clients.totalCount).toBe(house.sandbox.data.peopleCount());
  });

  test('of a region only its subtree is visible: people, related people, owners, totals', async () => {
    const visible = subtree(region());
    const people = house.sandbox.data.dynamicPlanner.clients.all();
    const mine = people.filter(({ organisationUnitId }) => visible.has(organisationUnitId));
    expect(mine.length).toBeGreaterThan(10);
    expect(mine.length).toBeLessThan(people.length);
    house.clear();
    const reply = await as([region()]);
    expect(reply.errors).toBeUndefined();
    const { totalCount, nodes } = reply.data.clients;
    expect(totalCount).toBe(mine.length);
    expect(nodes.map(({ sources }: { sources: { id: string }[] }) => sources[0]?.id)).toEqual(mine.map(({ id }) => id));
    const allowed = new Set(mine.map(({ id }) => Buffer.from(`Client:d:${id}`).toString('base64url')));
    const seen = [...reply.text.matchAll(/"client":\{"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
    expect(seen.length).toBeGreaterThan(0);
    for (const id of seen) expect(allowed).toContain(id);
    // Somebody in the region shares a plan or a relationship with somebody outside: kept, but nameless.
    expect(reply.text).toMatch(/"percentage":[\d.]+,"client":null|"client":null/);
    const list = house.calls().find(({ template }) => template === '/crm/v1/clients');
    expect(list?.query.organisationUnitIds?.split(',').sort()).toEqual([...visible].sort());
  });

  test('of a region, what lies outside can be read by no id', async () => {
    const visible = subtree(region());
    const outside = house.sandbox.data.dynamicPlanner.clients
      .all()
      .filter(({ organisationUnitId }) => !visible.has(organisationUnitId));
    const everything = await as(
      [top()],
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Client { plans { nodes { id owners { client { id } } valuations(first: 1) { nodes { id } } } } relationships { id } profilingResults(first: 1) { nodes { id } } } } }',
      {
        ids: outside.slice(0, 40).map(({ id }) => Buffer.from(`Client:d:${id}`).toString('base64url')),
      },
    );
    const hidden = new Set(outside.map(({ id }) => Buffer.from(`Client:d:${id}`).toString('base64url')));
    for (const client of everything.data.nodes) {
      const plans = client.plans.nodes.filter(({ owners }: { owners: { client: { id: string } }[] }) =>
        owners.every((owner) => hidden.has(owner.client.id)),
      );
      const ids = [
        client.id,
        ...plans.flatMap((plan: { id: string; valuations: { nodes: { id: string }[] } }) => [
          plan.id,
          ...plan.valuations.nodes.map(({ id }) => id),
        ]),
        ...client.relationships.map(({ id }: { id: string }) => id),
        ...client.profilingResults.nodes.map(({ id }: { id: string }) => id),
      ];
      const reply = await as([region()], 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
      expect(reply.data.nodes).toEqual(ids.map(() => null));
    }
  });

  test('of a region, wealth counts only what the visible person owns, and the root list of plans only visible owners', async () => {
    const query =
      'query ($after: String) { plans(first: 200, after: $after) { nodes { id owners { client { id } } } pageInfo { hasNextPage endCursor } } }';
    for (let after: string | null = null, more = true; more; ) {
      const reply: Reply = await as([region()], query, { after });
      for (const { owners } of reply.data.plans.nodes)
        expect(owners.some(({ client }: { client: unknown }) => client !== null)).toBe(true);
      after = reply.data.plans.pageInfo.endCursor;
      more = reply.data.plans.pageInfo.hasNextPage;
    }
  });

  test('of a region, employees are those of its units, and their cursors tell nothing of the others', async () => {
    const visible = subtree(region());
    const mine = house.sandbox.data.dynamicPlanner.employees
      .all()
      .filter(({ organisationUnitIds }) => organisationUnitIds?.some((id) => visible.has(id)));
    const reply = await as(
      [region()],
      '{ employees(first: 200) { totalCount edges { cursor node { sources { id } } } } }',
    );
    expect(reply.data.employees.totalCount).toBe(mine.length);
    const { edges } = reply.data.employees;
    expect(edges.map(({ node }: { node: { sources: { id: string }[] } }) => node.sources[0]?.id)).toEqual(
      mine.map(({ id }) => id),
    );
    const places = edges.map(({ cursor }: { cursor: string }) =>
      Buffer.from(cursor, 'base64url').toString().split(':').at(-1),
    );
    expect(places).toEqual(mine.map((_, index) => String(index)));
  });
});
