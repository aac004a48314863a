import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/index.ts';
import { type House, type Reply, startHouse } from './harness.ts';

const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8')
  .replace('totalCount', 'totalCount missing')
  .replace(/plans \{\s*nodes \{/, 'plans { missing totalCount nodes { sources { system }');
/** What an operation may take where a call hangs, which uses 40% of what is left of it. */
const HANGING = { OPERATION_TIMEOUT_MS: '10000' };
const SECRET_IN_BODY = 'hunter2 of Amelia Hart';

let house: House;
const open = async (env: Record<string, string> = {}): Promise<void> => {
  house = await startHouse({ sandbox: { clients: 60 }, env });
};
beforeAll(() => open());
afterEach(() => {
  house.sandbox.dynamicPlanner.clearFaults();
  house.sandbox.plannr.clearFaults();
});
afterAll(() => house.stop());

const FAULTS: [string, Fault, string][] = [
  ['503', { kind: 'status', status: 503, body: { message: SECRET_IN_BODY } }, 'UPSTREAM_UNAVAILABLE'],
  [
    '500 that is no JSON',
    { kind: 'status', status: 500, body: `<html>${SECRET_IN_BODY}</html>` },
    'UPSTREAM_UNAVAILABLE',
  ],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 'UPSTREAM_RATE_LIMITED'],
  ['a hang', { kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
  ['half a JSON document', { kind: 'halfJson' }, 'UPSTREAM_INVALID_DATA'],
  ['a cut connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
  ['a slow body', { kind: 'slowBody', delayMs: 60_000 }, 'UPSTREAM_TIMEOUT'],
];

/** Every error is coded and on a path, and holds nothing that a platform wrote or that is secret. */
function expectClean(reply: Reply, code: string, system: string): void {
  expect(reply.errors?.length).toBeGreaterThan(0);
  for (const { extensions, path } of reply.errors ?? []) {
    expect(path).toBeDefined();
    expect(extensions.code).toBe(code);
    expect(extensions.upstream).toMatchObject({ system });
    expect(extensions.stacktrace).toBeUndefined();
  }
  expect(reply.text).not.toContain('hunter2');
  expect(reply.text).not.toContain('127.0.0.1');
  for (const secret of ['DP_CLIENT_SECRET', 'DP_SUBSCRIPTION_KEY', 'PLANNR_ACCESS_TOKEN'])
    expect(reply.text).not.toContain(house.sandbox.settings[secret]);
}

describe.each(FAULTS)('with %s', (_name, fault, code) => {
  // A platform that asked to be left alone is left alone, also by the tests that follow.
  const reopen = async (env?: Record<string, string>): Promise<void> => {
    await house.stop();
    await open(env);
  };
  beforeEach(() => reopen(code === 'UPSTREAM_TIMEOUT' ? HANGING : undefined));
  afterAll(() => reopen());

  test('from Plannr, all of Dynamic Planner’s data arrives', async () => {
    const whole = await house.ask(BOOK, { first: 20 });
    house.sandbox.plannr.addFault(fault);
    const reply = await house.ask(BOOK, { first: 20 });
    expectClean(reply, code, 'PLANNR');
    expect(reply.data.clients.nodes).toHaveLength(20);
    for (const [index, node] of reply.data.clients.nodes.entries()) {
      const before = whole.data.clients.nodes[index];
      expect(node).toMatchObject({
        displayName: before.displayName,
        adviser: before.adviser,
        relationships: before.relationships,
        riskLevel: before.riskLevel,
      });
      // Who is linked is known still; whose plans could not be read says so, and keeps what Dynamic Planner has.
      const own = before.plans.nodes.filter((plan: { sources: { system: string }[] }) =>
        plan.sources.some(({ system }) => system === 'DYNAMIC_PLANNER'),
      );
      expect(node.plans.nodes.map(({ id }: { id: string }) => id)).toEqual(own.map(({ id }: { id: string }) => id));
      if (node.plans.missing.length > 0) {
        expect(node.plans).toMatchObject({ missing: ['PLANNR'], totalCount: null });
        expect(reply.errors?.map(({ path }) => path)).toContainEqual(['clients', 'nodes', index, 'plans']);
      }
    }
    expect(
      reply.data.clients.nodes.some(({ plans }: { plans: { missing: string[] } }) => plans.missing.length > 0),
    ).toBe(true);
  });

  test('from Dynamic Planner, Plannr’s people and plans arrive', async () => {
    house.sandbox.dynamicPlanner.addFault(fault);
    const reply = await house.ask(BOOK, { first: 20 });
    expectClean(reply, code, 'DYNAMIC_PLANNER');
    expect(reply.data.clients).toMatchObject({ missing: ['DYNAMIC_PLANNER'], totalCount: null });
    const alone = house.sandbox.data.plannrAlone();
    expect(reply.data.clients.nodes.map(({ displayName }: { displayName: string }) => displayName)).toHaveLength(
      alone.length,
    );
    expect(reply.data.clients.nodes.some(({ plans }: { plans: { nodes: unknown[] } }) => plans.nodes.length > 0)).toBe(
      true,
    );
  });
});

test('a person in both platforms is shown from Plannr’s record while Dynamic Planner is down, under the same id', async () => {
  const listed = await house.ask(
    '{ clients(first: 50) { nodes { id displayName sources { system } plans { nodes { id sources { system } } } } } }',
  );
  const person = listed.data.clients.nodes.find(
    ({ sources, plans }: { sources: unknown[]; plans: { nodes: { sources: unknown[] }[] } }) =>
      sources.length > 1 && plans.nodes.some((plan) => plan.sources.length > 1),
  );
  house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503 });
  const reply = await house.ask(
    'query ($id: ID!) { client(id: $id) { id displayName wealth { total { pence } } plans { missing nodes { id sources { system } } } relationships { type } } }',
    { id: person.id },
  );
  expect(reply.data.client).toMatchObject({
    id: person.id,
    displayName: person.displayName,
    wealth: null,
    relationships: null,
  });
  expect(reply.data.client.plans.missing).toEqual(['DYNAMIC_PLANNER']);
  const inPlannr = person.plans.nodes.filter(({ sources }: { sources: { system: string }[] }) =>
    sources.some(({ system }) => system === 'PLANNR'),
  );
  expect(reply.data.client.plans.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(
    inPlannr.map(({ id }: { id: string }) => id).sort(),
  );
  expect(reply.errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
    'client',
    'client.plans',
    'client.relationships',
    'client.wealth',
  ]);
});

test('the state of the platforms is told', async () => {
  house.sandbox.plannr.addFault({ kind: 'status', status: 503 });
  await house.ask(BOOK, { first: 5 });
  const reply = await house.ask('{ gateway { platforms { system status } } }');
  expect(reply.data.gateway.platforms).toEqual([
    { system: 'DYNAMIC_PLANNER', status: 'UP' },
    { system: 'PLANNR', status: 'DOWN' },
  ]);
});

test('a broken field is null with an error that names field and system; unknown fields do no harm', async () => {
  const { clients } = house.sandbox.data.dynamicPlanner;
  const [person] = clients.all();
  if (person === undefined) throw new Error('no people');
  clients.set(person.id, { ...person, dateOfBirth: '31/02/1970', somethingNew: { a: 1 } } as typeof person);
  const reply = await house.ask('{ clients(first: 2) { nodes { displayName dateOfBirth } } }');
  clients.set(person.id, person);
  expect(reply.data.clients.nodes[0]).toEqual({
    displayName: `${person.firstName} ${person.lastName}`,
    dateOfBirth: null,
  });
  expect(reply.errors).toEqual([
    {
      message: 'Dynamic Planner sent a client.dateOfBirth that is not a date.',
      path: ['clients', 'nodes', 0, 'dateOfBirth'],
      locations: expect.anything(),
      extensions: {
        code: 'UPSTREAM_INVALID_DATA',
        upstream: { system: 'DYNAMIC_PLANNER', field: 'client.dateOfBirth' },
      },
    },
  ]);
});

test('an expired token is renewed once for all callers, and the query is answered', async () => {
  house.sandbox.dynamicPlanner.expireTokens();
  house.sandbox.dynamicPlanner.clearRequests();
  const replies = await Promise.all(Array.from({ length: 20 }, () => house.ask(BOOK, { first: 5 })));
  for (const { errors } of replies) expect(errors).toBeUndefined();
  expect(house.sandbox.dynamicPlanner.requests.filter(({ path }) => path.endsWith('/connect/token'))).toHaveLength(1);
});

test('a wrong subscription key is told as such and costs no token', async () => {
  house.sandbox.dynamicPlanner.addFault({
    kind: 'status',
    status: 401,
    path: /^\/crm/,
    body: { statusCode: 401, message: 'Access denied due to missing subscription key.' },
  });
  house.sandbox.dynamicPlanner.clearRequests();
  const reply = await house.ask('{ clients(first: 5) { nodes { id } } }');
  expect(reply.errors?.[0]?.extensions.code).toBe('UPSTREAM_REJECTED');
  expect(house.sandbox.dynamicPlanner.requests.filter(({ path }) => path.endsWith('/connect/token'))).toHaveLength(0);
});
