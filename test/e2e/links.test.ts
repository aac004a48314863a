import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

const REPORT = '{ gateway { links { isLoaded accounts linked conflicts } } }';

async function withHouse<T>(options: Parameters<typeof startHouse>[0], work: (house: House) => Promise<T>): Promise<T> {
  const house = await startHouse(options);
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}

describe('the link index', () => {
  test('is read once at the start, with the page cap, and by no operation', () =>
    withHouse({ sandbox: { clients: 1_500 } }, async (house) => {
      await house.gateway.refresh();
      const accounts = house.calls().filter(({ template }) => template === '/api/v1/account');
      const total = house.sandbox.data.plannr.accounts.by('type', 'client').length;
      expect(accounts).toHaveLength(Math.ceil(total / 500));
      for (const { query } of accounts)
        expect(query).toMatchObject({ 'filter[type]': 'client', per_page: '500', include: 'external_references' });
      house.clear();
      await house.ask('{ clients(first: 5) { nodes { sources { id } } } }');
      expect(house.calls().filter(({ template }) => template === '/api/v1/account')).toEqual([]);
    }));

  test('follows a new account, a new reference and a refresh on demand', () =>
    withHouse({ sandbox: { clients: 40 } }, async (house) => {
      const { accounts } = house.sandbox.data.plannr;
      const [alone] = house.sandbox.data.plannrAlone();
      const single = house.sandbox.data.dynamicPlanner.clients
        .all()
        .find(({ id }) => house.sandbox.data.plannrAccountsOf(id).length === 0);
      if (alone === undefined || single === undefined) throw new Error('nobody to link');
      const before = await house.ask('{ clients(first: 1) { totalCount } }');
      accounts.set(alone.uuid, {
        ...alone,
        external_references: [{ third_party: 'conquest', reference: single.id.toUpperCase() }],
      });
      await house.gateway.refresh();
      const after = await house.ask('{ clients(first: 1) { totalCount } }');
      expect(after.data.clients.totalCount).toBe(before.data.clients.totalCount - 1);
      const id = Buffer.from(`Client:d:${single.id}`).toString('base64url');
      const reply = await house.ask('query ($id: ID!) { client(id: $id) { sources { id } } }', { id });
      expect(reply.data.client.sources.map(({ id: source }: { id: string }) => source)).toEqual([
        single.id,
        alone.uuid,
      ]);
    }));

  test('stays usable while it refreshes, and while a refresh fails', () =>
    withHouse({ sandbox: { clients: 40 } }, async (house) => {
      const query = '{ clients(first: 40) { totalCount nodes { id sources { id } } } }';
      const before = await house.ask(query);
      const remove = house.sandbox.plannr.addFault({ path: /account$/, kind: 'hang', delayMs: 400 });
      const refresh = house.gateway.refresh();
      const during = await house.ask('{ clients(first: 3) { totalCount nodes { sources { id } } } }');
      expect(during.data.clients.totalCount).toBe(before.data.clients.totalCount);
      await refresh;
      remove();
      house.sandbox.plannr.addFault({ path: /account$/, kind: 'status', status: 503 });
      await house.gateway.refresh();
      house.sandbox.plannr.clearFaults();
      expect((await house.ask(query)).data).toEqual(before.data);
    }));

  test('that is not loaded is not “no links”: what needs it carries a coded error', async () => {
    const { startSandbox } = await import('../../src/sandbox/index.ts');
    const sandbox = await startSandbox({ clients: 40 });
    sandbox.plannr.addFault({ path: /account$/, kind: 'status', status: 503 });
    const house = await startHouse({ env: sandbox.settings });
    try {
      const reply = await house.ask(
        '{ clients(first: 10) { totalCount missing nodes { displayName sources { system } plans { missing nodes { id } } } } }',
      );
      expect(reply.data.clients.nodes).toHaveLength(10);
      expect(reply.data.clients.totalCount).toBeNull();
      for (const { plans } of reply.data.clients.nodes) expect(plans.missing).toEqual(['PLANNR']);
      const paths = reply.errors?.map(({ path }) => path?.join('.'));
      expect(paths).toContain('clients.nodes.0.plans');
      expect(paths).toContain('clients.nodes.0.sources');
      for (const { extensions } of reply.errors ?? []) expect(extensions.code).toBe('UPSTREAM_UNAVAILABLE');
      sandbox.plannr.clearFaults();
      await house.gateway.refresh();
      const later = await house.ask('{ clients(first: 10) { totalCount nodes { sources { system } } } }');
      expect(later.errors).toBeUndefined();
      expect(later.data.clients.totalCount).toBe(sandbox.data.peopleCount());
    } finally {
      await house.stop();
      await sandbox.stop();
    }
  });

  test('takes entries of the links file, and calls an account that then names two people a conflict', async () => {
    const { startSandbox } = await import('../../src/sandbox/index.ts');
    const sandbox = await startSandbox({ clients: 60 });
    const folder = await mkdtemp(join(tmpdir(), 'wealthgraph-'));
    const [alone] = sandbox.data.plannrAlone().filter(({ external_references: references }) => references.length === 0);
    const people = sandbox.data.dynamicPlanner.clients.all();
    const single = people.find(({ id }) => sandbox.data.plannrAccountsOf(id).length === 0);
    const linked = people
      .map(({ id }) => sandbox.data.plannrAccountsOf(id)[0])
      .find((account) => account !== undefined);
    const file = join(folder, 'links.json');
    await writeFile(
      file,
      JSON.stringify([
        { plannrAccount: alone?.uuid, dynamicPlannerClient: single?.id },
        { plannrAccount: linked?.uuid, dynamicPlannerClient: single?.id },
      ]),
    );
    const house = await startHouse({ env: { ...sandbox.settings, CLIENT_LINKS_FILE: file } });
    try {
      const reply = await house.ask(REPORT);
      expect(reply.data.gateway.links.conflicts).toBe(sandbox.data.oddities.conflictingAccount.length + 1);
      const id = Buffer.from(`Client:p:${alone?.uuid}`).toString('base64url');
      const client = await house.ask('query ($id: ID!) { client(id: $id) { sources { id } } }', { id });
      expect(client.data.client.sources[0].id).toBe(single?.id);
    } finally {
      await house.stop();
      await sandbox.stop();
    }
  });

  test('of 20,000 people is no trouble: no operation waits for its check', () =>
    withHouse({ sandbox: { clients: 20_000 } }, async (house) => {
      const reply = await house.ask('{ clients(first: 200) { totalCount } gateway { links { isLoaded accounts } } }');
      expect(reply.data.clients.totalCount).toBe(house.sandbox.data.peopleCount());
      expect(reply.data.gateway.links.accounts).toBe(house.sandbox.data.plannr.accounts.by('type', 'client').length);
    }));
});

describe('with one platform configured', () => {
  test('the other’s fields are null without an error: Dynamic Planner alone', () =>
    withHouse({ sandbox: { clients: 40 }, without: 'PLANNR_' }, async (house) => {
      const reply = await house.ask(
        '{ clients(first: 40) { totalCount missing nodes { sources { system } plannrRisk { level } plans { missing nodes { id } } wealth { total { pence } } } } gateway { platforms { system status } } }',
      );
      expect(reply.errors).toBeUndefined();
      expect(reply.data.clients.totalCount).toBe(house.sandbox.data.dynamicPlanner.clients.size);
      expect(reply.data.clients.nodes[0]).toMatchObject({ plannrRisk: null, sources: [{ system: 'DYNAMIC_PLANNER' }] });
      expect(reply.data.gateway.platforms[1]).toEqual({ system: 'PLANNR', status: 'NOT_CONFIGURED' });
    }));

  test('the other’s fields are null without an error: Plannr alone', () =>
    withHouse({ sandbox: { clients: 40 }, without: 'DP_' }, async (house) => {
      const reply = await house.ask(
        '{ clients(first: 100) { totalCount missing nodes { displayName sources { system } riskLevel { level } relationships { id } adviser { id } plans { nodes { id } } } } }',
      );
      expect(reply.errors).toBeUndefined();
      expect(reply.data.clients.totalCount).toBe(house.sandbox.data.plannr.accounts.by('type', 'client').length);
      expect(reply.data.clients.nodes[0]).toMatchObject({ riskLevel: null, relationships: null, adviser: null });
      expect(
        reply.data.clients.nodes.some(({ plans }: { plans: { nodes: unknown[] } }) => plans.nodes.length > 0),
      ).toBe(true);
    }));
});
