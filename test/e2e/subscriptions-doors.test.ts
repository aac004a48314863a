import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { changeKeys, issueKey, revoked } from '../../src/guard/keys/index.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { connect, follow, openSubscriptions, rawSocket } from './streams.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

const EVENTS = 'subscription ($after: String) { events(after: $after) { cursor topic resource { id } } }';
const SCOPE = 'events:read clients:read';

const open = (house: House, headers?: Record<string, string>) => openSubscriptions(house.gateway, headers);

describe('who may connect', () => {
  let issuer: Issuer;
  let house: House;
  let top: string;
  let keysFile: string;
  let dataDir: string;
  beforeAll(async () => {
    issuer = await startIssuer();
    dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-'));
    keysFile = join(dataDir, 'keys.json');
    house = await startHouse({
      env: await listening({
        ...issuer.env,
        API_KEYS_FILE: keysFile,
        CORS_ORIGINS: 'https://app.example',
        SUBSCRIPTION_RECHECK_SECONDS: '1',
        SUBSCRIPTIONS_PER_CALLER: '3',
      }),
    });
    top = topUnitOf(house.sandbox);
  });
  afterAll(async () => {
    await house.stop();
    issuer.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const token = (claims = {}, lifetime?: string) =>
    issuer.sign({ sub: 'someone', organisationUnitIds: [top], scope: SCOPE, ...claims }, lifetime);

  test.each([
    ['nothing', {}, 4401],
    ['a token that is none', { authorization: 'Bearer nonsense' }, 4401],
    ['two credentials', { Authorization: 'Bearer a.b.c', 'X-API-Key': 'wg_1' }, 4400],
    ['one in two spellings', { Authorization: 'Bearer a.b.c', headers: { authorization: 'Bearer d.e.f' } }, 4400],
    ['what is no credential', { authorization: { token: 'x' } }, 4401],
  ])('nobody who brings %s', async (_, init, code) => {
    const { closed, messages } = await rawSocket(house.gateway.url, { init });
    expect(await closed).toMatchObject({ code });
    expect(messages).toEqual([]);
  });

  test('a token is taken from the payload in any case, from headers in it, and from the request', async () => {
    const authorization = `Bearer ${await token()}`;
    for (const way of [
      { init: { Authorization: authorization } },
      { init: { headers: { authorization } } },
      { headers: { authorization } },
    ]) {
      const { socket, acknowledged, closed } = await rawSocket(house.gateway.url, way);
      await expect.poll(acknowledged).toBe(true);
      socket.close();
      await closed;
    }
  });

  test('operations are asked for what HTTP asks: scopes, a valid document, a kind of answer', async () => {
    const client = connect(house.gateway.url, { authorization: `Bearer ${await token({ scope: 'clients:read' })}` });
    const refused = async (query: string) =>
      (await follow(client, query).ended) as { extensions: object; message: string }[];
    expect(await refused(EVENTS)).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await refused('subscription { nothing }')).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(await refused('subscription {')).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    await client.dispose();
    const other = connect(house.gateway.url, { authorization: `Bearer ${await token()}` });
    const [bad] = (await follow(other, EVENTS, { after: 'nonsense' }).ended) as { message: string }[];
    expect(bad).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(bad?.message).toMatch(/cursor/);
    const query = follow(other, '{ gateway { version } }');
    await query.ended;
    expect(query.got).toMatchObject([{ data: { gateway: { version: '0.0.0-test' } } }]);
    await other.dispose();
  });

  test('over HTTP without a stream a subscription is told where to go', async () => {
    const { status, errors } = await house.ask(EVENTS, {}, { authorization: `Bearer ${await token()}` });
    expect(status).toBe(406);
    expect(errors?.[0]?.message).toMatch(/graphql-transport-ws.*text\/event-stream/);
  });

  test('pages of other origins do not connect, unless they are named', async () => {
    const answer = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${house.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          origin,
        });
        socket.once('open', () => {
          socket.close();
          resolve('open');
        });
        socket.once('error', ({ message }) => resolve(message));
      });
    expect(await answer('https://evil.example')).toMatch(/403/);
    expect(await answer('https://app.example')).toBe('open');
    expect(await answer(house.gateway.url)).toBe('open');
  });

  test('a stream of server-sent events is only for who reserved it', async () => {
    const url = `${house.gateway.url}/graphql`;
    const own = { authorization: `Bearer ${await token({ sub: 'owner' })}` };
    const foreign = { authorization: `Bearer ${await token({ sub: 'other' })}` };
    const stream = await (await fetch(url, { method: 'PUT', headers: own })).text();
    const ask = async (headers: object, method: string, accept: string): Promise<number> => {
      const body = JSON.stringify({ query: '{ __typename }', extensions: { operationId: 'a' } });
      const typed = method === 'POST' && { 'content-type': 'application/json' };
      const named = { ...headers, ...typed, accept, 'x-graphql-event-stream-token': stream };
      const target = method === 'DELETE' ? `${url}?operationId=a` : url;
      const response = await fetch(target, { method, headers: named, ...(method === 'POST' && { body }) });
      await response.body?.cancel();
      return response.status;
    };
    for (const [method, accept] of [
      ['POST', '*/*'],
      ['DELETE', '*/*'],
      ['GET', 'text/event-stream'],
    ] as const)
      expect(await ask(foreign, method, accept)).toBe(404);
    expect(await ask(own, 'POST', '*/*')).toBe(202);
    expect(await ask(own, 'GET', 'text/event-stream')).toBe(200);
  });

  test('a token that expires closes its socket with 4403', async () => {
    const { closed, acknowledged, send } = await rawSocket(house.gateway.url, {
      init: { authorization: `Bearer ${await token({ sub: 'brief' }, '9s')}` },
    });
    await expect.poll(acknowledged).toBe(true);
    send({ id: '1', type: 'subscribe', payload: { query: EVENTS } });
    expect(await closed).toMatchObject({
      code: 4403,
      reason: expect.stringMatching(/^The credential is good no more\./),
    });
  });

  test('a key that is revoked closes its socket with 4403', async () => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 86_400_000);
    const { text, entry } = issueKey({
      name: 'board',
      organisationUnitIds: [top],
      scopes: SCOPE.split(' '),
      expiresAt,
      now,
    });
    await changeKeys(keysFile, (entries) => [...entries, entry]);
    const headers = { 'x-api-key': text };
    // The gateway looks at the file once a second.
    await expect.poll(async () => (await house.ask('{ gateway { version } }', {}, headers)).status).toBe(200);
    const { closed, acknowledged } = await rawSocket(house.gateway.url, { init: headers });
    await expect.poll(acknowledged).toBe(true);
    await changeKeys(keysFile, (entries) => revoked(entries, entry.id, new Date()));
    expect(await closed).toMatchObject({ code: 4403 });
  });

  test('one caller has so many connections and no more', async () => {
    const init = { authorization: `Bearer ${await token({ sub: 'greedy' })}` };
    const sockets = await Promise.all([1, 2, 3].map(() => rawSocket(house.gateway.url, { init })));
    for (const { acknowledged } of sockets) await expect.poll(acknowledged).toBe(true);
    expect(await (await rawSocket(house.gateway.url, { init })).closed).toMatchObject({
      code: 1013,
      reason: expect.stringMatching(/^You have 3 connections/),
    });
    for (const { socket, closed } of sockets) {
      socket.close();
      await closed;
    }
    const again = await rawSocket(house.gateway.url, { init });
    await expect.poll(again.acknowledged).toBe(true);
    again.socket.close();
  });

  test('nothing of a caller stays behind when the socket is gone', async () => {
    const authorization = `Bearer ${await token({ scope: `${SCOPE} metrics:read` })}`;
    expect(await open(house, { authorization })).toBe(0);
  });
});
