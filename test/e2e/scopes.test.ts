import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSchema } from '../../src/edge/schema.ts';
import { changeKeys, issueKey, revoked } from '../../src/guard/keys/index.ts';
import { greedyFields, scopesOf, unguardedFields } from '../../src/guard/scopes/index.ts';
import { type House, type Reply, startHouse } from './harness.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

let house: House;
let issuer: Issuer;
let file: string;
let top: string;
beforeAll(async () => {
  issuer = await startIssuer();
  file = join(await mkdtemp(join(tmpdir(), 'wealthgraph-')), 'keys.json');
  house = await startHouse({
    sandbox: { clients: 40 },
    env: { ...issuer.env, API_KEYS_FILE: file },
  });
  top = topUnitOf(house.sandbox);
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

async function as(scope: string, query: string, variables = {}): Promise<Reply> {
  const token = await issuer.sign({ organisationUnitIds: [top], scope });
  return house.ask(query, variables, { authorization: `Bearer ${token}` });
}

describe('the graph', () => {
  test('guards every root field, and no refusal takes along what is allowed', async () => {
    const schema = await loadSchema({ schema: 'schema', resolvers: join(import.meta.dirname, '../../resolvers') });
    expect(unguardedFields(schema)).toEqual([]);
    expect(greedyFields(schema)).toEqual([]);
    expect(Object.keys(Object.fromEntries(scopesOf(schema))).sort()).toMatchInlineSnapshot(`
      [
        "Account",
        "Circle",
        "Client",
        "Client.addresses",
        "Client.assets",
        "Client.dateOfBirth",
        "Client.documents",
        "Client.emails",
        "Client.expenditures",
        "Client.incomes",
        "Client.liabilities",
        "Client.lookThrough",
        "Client.phones",
        "Client.plans",
        "Client.protections",
        "Client.wealth",
        "Document",
        "Employee",
        "Employee.email",
        "Event",
        "EventSubscription",
        "EventTopic",
        "Expenditure",
        "Income",
        "Mutation.clientUpsert",
        "Mutation.documentDelete",
        "Mutation.documentUpload",
        "Mutation.employeeUpsert",
        "Mutation.financeDelete",
        "Mutation.financeUpsert",
        "Mutation.planCreate",
        "Mutation.planOwnershipUpdate",
        "Mutation.planUpdate",
        "Mutation.planValuationsRecord",
        "Mutation.relationshipDelete",
        "Mutation.relationshipUpsert",
        "Mutation.valuationRecord",
        "OrganisationUnit",
        "Plan",
        "Plan.riskAlignment",
        "ProfilingResult",
        "Query.client",
        "Query.clients",
        "Query.employees",
        "Query.eventSubscriptions",
        "Query.eventTopics",
        "Query.events",
        "Query.lookThrough",
        "Query.organisationUnits",
        "Query.plan",
        "Query.plans",
        "Query.questionnaires",
        "Questionnaire",
        "Relationship",
        "SelfRelationship",
        "Subscription.clientChanged",
        "Subscription.events",
        "Valuation",
      ]
    `);
  });
});

describe('a caller without a scope', () => {
  test('gets FORBIDDEN with its name, and nothing goes upstream', async () => {
    house.clear();
    const reply = await as('plans:read', '{ clients(first: 5) { nodes { displayName } } }');
    expect(reply.data).toEqual({ clients: null });
    expect(reply.errors?.[0]).toMatchObject({
      path: ['clients'],
      extensions: { code: 'FORBIDDEN', missingScopes: ['clients:read'] },
    });
    expect(reply.errors?.[0]?.message).toContain('`clients:read`');
    expect(house.calls()).toEqual([]);
  });

  test('gets the rest: no personal data, no plans', async () => {
    house.clear();
    const reply = await as(
      'clients:read',
      '{ clients(first: 3) { nodes { displayName dateOfBirth emails { address } plans { nodes { id } } wealth { total { pence } } riskLevel { level } } } }',
    );
    for (const node of reply.data.clients.nodes) {
      expect(node).toMatchObject({ dateOfBirth: null, emails: null, plans: null, wealth: null });
      expect(node.displayName).toMatch(/\w/);
    }
    // One error for each field, however many the clients are.
    expect(reply.errors?.map(({ path, extensions }) => [path?.join('.'), extensions])).toEqual(
      ['dateOfBirth', 'emails', 'plans', 'wealth'].map((field) => [
        `clients.nodes.0.${field}`,
        {
          code: 'FORBIDDEN',
          missingScopes: [['plans', 'wealth'].includes(field) ? 'plans:read' : 'personal:read'],
          occurrences: 3,
        },
      ]),
    );
    expect(house.calls().filter(({ template }) => /finances|plans/.test(template))).toEqual([]);
  });

  test('gets no person through a plan, by no id and by no fragment', async () => {
    const plans = await as(
      'plans:read',
      '{ plans(first: 5) { nodes { id name owners { percentage client { displayName } } } } }',
    );
    expect(plans.data.plans.nodes).toHaveLength(5);
    expect(plans.text).toMatch(/"client":null/);
    expect(plans.text).not.toMatch(/"displayName"/);
    const [person] = house.sandbox.data.dynamicPlanner.clients.all();
    const id = Buffer.from(`Client:d:${person?.id}`).toString('base64url');
    house.clear();
    const node = await as(
      'plans:read',
      'query ($id: ID!) { node(id: $id) { __typename ... on Client { displayName } } nodes(ids: [$id]) { id } }',
      { id },
    );
    expect(node.data).toEqual({ node: null, nodes: [null] });
    expect(house.calls()).toEqual([]);
  });
});

describe('an API key', () => {
  const ask = (headers: Record<string, string>) =>
    house.ask('{ clients(first: 2) { totalCount nodes { displayName dateOfBirth } } }', {}, headers);
  const issue = async (scopes: string[]) => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 86_400_000);
    const { text, entry } = issueKey({
      name: 'Power BI',
      organisationUnitIds: [top],
      scopes: scopes as never,
      expiresAt,
      now,
    });
    await changeKeys(file, (entries) => [...entries, entry]);
    return { key: text, entry };
  };

  /** Waits until the gateway has looked at the file, which it does once a second. */
  const answers = (key: string, status: number) =>
    expect.poll(async () => (await ask({ 'x-api-key': key })).status).toBe(status);

  test('works as a header, as a bearer token and as HTTP Basic, with its own scopes and units', async () => {
    const { key } = await issue(['clients:read']);
    await answers(key, 200);
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    for (const headers of [
      { 'x-api-key': key },
      { authorization: `Bearer ${key}` },
      basic(`anyone:${key}`),
      basic(`${key}:`),
    ]) {
      const reply = await ask(headers);
      expect(reply.status).toBe(200);
      expect(reply.data.clients.totalCount).toBe(house.sandbox.data.peopleCount());
      expect(reply.data.clients.nodes[0].dateOfBirth).toBeNull();
    }
  });

  test('that is revoked is refused without a restart', async () => {
    const { key, entry } = await issue(['clients:read']);
    await answers(key, 200);
    await changeKeys(file, (entries) => revoked(entries, entry.id, new Date()));
    await answers(key, 401);
    const reply = await ask({ 'x-api-key': key });
    expect(reply.status).toBe(401);
    expect(reply.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('that is unknown, and two credentials at once, are refused', async () => {
    expect((await ask({ 'x-api-key': 'wg_nonsense' })).status).toBe(401);
    const { key } = await issue(['clients:read']);
    expect((await ask({ 'x-api-key': key, authorization: `Bearer ${key}` })).status).toBe(400);
  });
});
