import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeKeys, issueKey } from '../../src/guard/keys/index.ts';
import { type House, startHouse } from './harness.ts';
import { allOf, type Entity, isODataError, odata } from './odata-caller.ts';
import { type Issuer, startIssuer } from './tokens.ts';

const SCOPE = 'tables:read clients:read personal:read plans:read';
const SETS = ['Clients', 'Relationships', 'Plans', 'Owners', 'Valuations', 'Holdings', 'Cashflows', 'RiskLevels'];

let house: House;
let issuer: Issuer;
let file: string;
let top: string;
beforeAll(async () => {
  issuer = await startIssuer();
  file = join(await mkdtemp(join(tmpdir(), 'wealthgraph-')), 'keys.json');
  house = await startHouse({
    sandbox: { clients: 120 },
    env: {
      ...issuer.env,
      API_KEYS_FILE: file,
      ...{ CACHE: 'entities', COST_PER_MINUTE: '1000000000' },
    },
  });
  top = units().find(({ parentId }) => parentId == null)?.id ?? '';
});
afterAll(async () => {
  await house?.stop();
  issuer?.stop();
});

const units = () => house.sandbox.data.dynamicPlanner.organisationUnits.all();

async function bearer(organisationUnitIds: readonly string[], scope = SCOPE): Promise<Record<string, string>> {
  return issuer.bearer({ organisationUnitIds, scope });
}

describe('who says nothing of himself', () => {
  test.each(['', '/', '/$metadata', '/Clients', "/Clients('x')", '/Nowhere'])(
    'is asked for a bearer token or a user name and password at %s',
    async (path) => {
      for (const headers of [{}, { authorization: 'Bearer a.b.c' }, { authorization: 'Basic eDp5' }]) {
        house.clear();
        const reply = await odata(house, path, headers);
        expect([reply.status, reply.body.error.code, isODataError(reply)]).toEqual([401, 'UNAUTHENTICATED', true]);
        expect(reply.headers.get('www-authenticate')).toContain('Basic realm="Wealthgraph"');
        expect(reply.headers.get('odata-version')).toBe('4.0');
        // As every other error of the service.
        expect(Object.keys(reply.body.error)).toEqual(['code', 'message', 'details']);
        expect(reply.headers.get('content-type')).toMatch(/^application\/json;odata\.metadata=minimal;/);
        expect(house.calls()).toEqual([]);
      }
    },
  );
});

describe('an API key', () => {
  test('works as HTTP Basic, as spreadsheets send it', async () => {
    const now = new Date();
    const { text, entry } = issueKey({
      ...{ name: 'Excel', organisationUnitIds: [top], scopes: SCOPE.split(' ') as never },
      ...{ expiresAt: new Date(now.getTime() + 86_400_000), now },
    });
    await changeKeys(file, (entries) => [...entries, entry]);
    const ask = (userAndPassword: string) =>
      odata(house, '/Clients?$top=1', {
        authorization: `Basic ${Buffer.from(userAndPassword).toString('base64')}`,
      });
    // The gateway looks at the file once a second.
    await expect.poll(async () => (await ask(`key:${text}`)).status).toBe(200);
    expect((await ask(`${text}:`)).status).toBe(200);
    expect((await ask('key:wg_nonsense')).status).toBe(401);
  });
});

describe('what a caller lacks a scope for', () => {
  test('is the whole service without tables:read', async () => {
    const headers = await bearer([top], 'clients:read plans:read');
    for (const path of ['/', '/$metadata', '/Clients']) {
      const reply = await odata(house, path, headers);
      expect([reply.status, reply.body.error.code, isODataError(reply)]).toEqual([403, 'FORBIDDEN', true]);
    }
  });

  test('is not there: neither in $metadata nor in entities, nor to filter by', async () => {
    const headers = await bearer([top], 'tables:read clients:read');
    const { text } = await odata(house, '/$metadata', headers);
    expect(text).toContain('<EntitySet Name="Clients"');
    for (const name of ['dateOfBirth', 'EntitySet Name="Plans"', 'NavigationProperty Name="Plans"', 'Valuations'])
      expect(text).not.toContain(name);
    const [client] = await allOf(house, '/Clients?$top=1', headers);
    expect(Object.keys(client)).toContain('displayName');
    expect(Object.keys(client)).not.toContain('dateOfBirth');
    for (const [path, status] of [
      ['/Plans', 404],
      [`/Clients('${client.id}')/Plans`, 404],
      [`/Clients('${client.id}')/dateOfBirth`, 404],
      ['/Clients?$select=dateOfBirth', 400],
      ['/Clients?$filter=dateOfBirth gt 1980-01-01', 400],
      ['/Clients?$orderby=dateOfBirth', 400],
      ['/Clients?$expand=Plans', 400],
    ] as const)
      expect((await odata(house, path, headers)).status, path).toBe(status);
  });
});

describe('two callers of two units', () => {
  test('have no entity in common', async () => {
    const [one, other] = units().filter(({ parentId }) => parentId === top);
    const [ours, theirs] = await Promise.all([bearer([one?.id ?? '']), bearer([other?.id ?? ''])]);
    // A plan with an owner in each unit is seen by both; whose it is besides, neither learns.
    const shared = new Set<string>();
    for (const set of ['Clients', 'Plans', ...SETS]) {
      const [mine, yours] = await Promise.all([ours, theirs].map((headers) => allOf(house, `/${set}`, headers)));
      const ids = new Set((mine ?? []).map((entity: Entity) => keyOf(set, entity)));
      const both = (yours ?? []).map((entity: Entity) => keyOf(set, entity)).filter((id) => ids.has(id));
      if (set === 'Plans') for (const id of both) shared.add(id);
      expect(mine?.length, set).toBeGreaterThan(0);
      expect(
        both.filter((id) => !shared.has(id.split(' ')[0] ?? '')),
        set,
      ).toEqual([]);
    }
  });

  test('can’t read each other’s entities by key, nor count them', async () => {
    const [one, other] = units().filter(({ parentId }) => parentId === top);
    const [ours, theirs] = await Promise.all([bearer([one?.id ?? '']), bearer([other?.id ?? ''])]);
    const mine = await allOf(house, '/Clients?$select=id', ours);
    const yours = new Set((await allOf(house, '/Clients?$select=id', theirs)).map(({ id }) => id));
    expect(Number((await odata(house, '/Clients/$count', ours)).text)).toBe(mine.length);
    for (const { id } of mine.slice(0, 5)) {
      expect(yours.has(id)).toBe(false);
      expect((await odata(house, `/Clients('${id}')`, theirs)).status).toBe(404);
      expect((await odata(house, `/Clients('${id}')/Plans`, theirs)).status).toBe(404);
      expect((await allOf(house, `/Clients?$filter=id eq '${id}'`, theirs)).length).toBe(0);
    }
  });

  test('see that there is somebody whom they may not see, and nothing of them', async () => {
    const everything = await bearer([top]);
    const known = new Map(
      (await allOf(house, '/Owners', everything)).map((owner) => [`${owner.planId} ${owner.position}`, owner]),
    );
    let hidden = 0;
    for (const { id } of units().filter(({ parentId }) => parentId != null)) {
      const headers = await bearer([id]);
      for (const owner of await allOf(house, '/Owners?$expand=Client', headers)) {
        const whole = known.get(`${owner.planId} ${owner.position}`);
        if (owner.clientId !== null) expect(owner.clientId).toBe(whole?.clientId);
        else {
          hidden += 1;
          expect([owner.Client, owner.clientDisplayName, owner.clientAdviserId]).toEqual([null, null, null]);
          expect(owner.percentage).toBe(whole?.percentage);
          const path = `/Owners(planId='${owner.planId}',position=${owner.position})/Client`;
          expect((await odata(house, path, headers)).status).toBe(204);
        }
      }
    }
    expect(hidden).toBeGreaterThan(0);
  });
});

function keyOf(set: string, { id, planId, clientId, position }: Entity): string {
  if (set === 'Relationships' || set === 'RiskLevels') return `${clientId} ${id}`;
  return planId === undefined ? id : `${planId} ${position ?? id}`;
}
