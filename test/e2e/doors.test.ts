import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardDoors, LOCAL_DOORS, OPEN_DOORS, SIGNED_DOORS } from '../../src/edge/doors.ts';
import { CodedError } from '../../src/platform/errors.ts';
import { type House, startHouse } from './harness.ts';
import { type Issuer, startIssuer } from './tokens.ts';

let house: House;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 20 },
    env: issuer.env,
  });
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

describe('every door', () => {
  const guarded = () =>
    house.gateway.routes.filter(
      ({ url, method }) => !OPEN_DOORS.has(url) && !SIGNED_DOORS.has(url) && method !== 'OPTIONS',
    );
  const knock = ({ method, url }: { method: string; url: string }, headers: Record<string, string>) =>
    fetch(house.gateway.url + url.replace(/[:*]\w*/g, 'x'), {
      method,
      headers: { 'apollo-require-preflight': '1', ...headers },
    });

  test('that is on no list refuses whoever does not say who asks', async () => {
    const routes = guarded().filter(({ url }) => !LOCAL_DOORS.has(url));
    expect(routes.length).toBeGreaterThan(0);
    for (const route of routes) {
      const reply = await knock(route, {});
      expect([route, reply.status]).toEqual([route, 401]);
      // Tables are for people and their spreadsheets too, which are asked for a user name and a password.
      const isTable = /^\/(tables|odata)\b/.test(route.url);
      const challenge = isTable ? 'Bearer, Basic realm="Wealthgraph", charset="UTF-8"' : 'Bearer';
      expect([route, reply.headers.get('www-authenticate')]).toEqual([route, challenge]);
    }
  });

  test.each([
    ['a proxy on this machine', { 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy that says so as RFC 7239 has it', { forwarded: 'for=127.0.0.1' }],
    ['a proxy that says only that it is one', { via: '1.1 nginx' }],
    ["another origin's page", { origin: 'https://studio.apollographql.com' }],
    ['a credential that is not good', { authorization: 'Bearer nonsense' }],
  ])('that is not on the list of open ones refuses %s', async (_who, headers) => {
    for (const route of guarded()) {
      const reply = await knock(route, headers);
      expect([route, reply.status]).toEqual([route, 401]);
    }
  });

  test('for signed events only takes POST, and tells nobody anything who does not sign, whoever it is', async () => {
    const routes = house.gateway.routes.filter(({ url, method }) => SIGNED_DOORS.has(url) && method !== 'OPTIONS');
    expect(routes.map(({ method }) => method)).toEqual(['POST', 'POST']);
    const token = await issuer.sign({ organisationUnitIds: [], scope: 'write' });
    for (const route of routes)
      for (const headers of [{}, { authorization: `Bearer ${token}` }, { 'x-hub-signature': 'sha256=00' }]) {
        const reply = await knock(route, headers as Record<string, string>);
        expect([401, 404]).toContain(reply.status);
        expect(await reply.text()).toBe('');
      }
  });

  test('on a list is one that exists, and on one list only', () => {
    const urls = new Set(house.gateway.routes.map(({ url }) => url));
    const listed = [...OPEN_DOORS, ...LOCAL_DOORS, ...SIGNED_DOORS];
    expect(listed.filter((url) => !urls.has(url))).toEqual([]);
    expect(listed.filter((url, index) => listed.indexOf(url) !== index)).toEqual([]);
  });

  test('that is added later passes through the guard without being asked to', async () => {
    const app = Fastify();
    const admit = async () => {
      throw new CodedError('UNAUTHENTICATED', 'no');
    };
    const refusals: string[] = [];
    guardDoors(app, { guard: { admit }, isBehindProxy: false, onRefusal: (code) => refusals.push(code) });
    await app.register(async (scope) => {
      scope.get('/tables/:name', async () => 'secret');
    });
    const reply = await app.inject('/tables/clients.csv');
    expect(reply.statusCode).toBe(401);
    expect(reply.body).not.toContain('secret');
    expect(refusals).toEqual(['UNAUTHENTICATED']);
    expect((await app.inject('/nowhere')).statusCode).toBe(404);
  });
});

describe('what a browser is told', () => {
  test.each(['/graphql', '/health/live', '/explorer/', '/nowhere'])('%s has the security headers', async (path) => {
    const { headers } = await fetch(house.gateway.url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/default-src '(none|self)'/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  test('a path that can not be read is refused like any other malformed request', async () => {
    const reply = await fetch(`${house.gateway.url}/%zz`);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await reply.text()).not.toContain('zz');
  });

  test('a request has an id: its own where that is safe, else a new one', async () => {
    const idOf = async (id: string) =>
      (await fetch(`${house.gateway.url}/health/live`, { headers: { 'x-request-id': id } })).headers.get(
        'x-request-id',
      );
    expect(await idOf('abc-123')).toBe('abc-123');
    expect(await idOf('a b<script>')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
