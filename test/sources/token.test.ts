import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { UpstreamError } from '../../src/platform/errors.ts';
import { stack } from '../../src/platform/http/send.ts';
import { createPool } from '../../src/platform/http/transport.ts';
import { withErrors } from '../../src/platform/http/withErrors.ts';
import { withTimeout } from '../../src/platform/http/withTimeout.ts';
import { DEFAULT_CONTRACT } from '../../src/sources/dynamic-planner/contract.ts';
import { createDynamicPlanner } from '../../src/sources/dynamic-planner/index.ts';
import { ClientCredentialsToken } from '../../src/sources/dynamic-planner/token.ts';
import { listen, type TestServer } from '../platform/helpers.ts';
import { answer, callScope, failureOf, plainStack, recorder } from './helpers.ts';

const CREDENTIALS = {
  tokenUrl: 'https://identity.test/connect/token',
  clientId: 'wealthgraph',
  clientSecret: () => 's3cret & more',
  scope: 'open-api',
};

/** A token endpoint that counts its tokens. */
const tokens = (life: { expires_in?: number } = { expires_in: 3_600 }) =>
  recorder((_call, index) => ({ access_token: `token-${index + 1}`, token_type: 'Bearer', ...life }));

describe('the access token', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked for by the client credentials grant', async () => {
    const { send, calls } = tokens();
    expect(await new ClientCredentialsToken(CREDENTIALS, send).token(callScope())).toBe('token-1');
    expect(calls[0]).toMatchObject({ method: 'POST', url: CREDENTIALS.tokenUrl });
    expect(Object.fromEntries(new URLSearchParams(String(calls[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'wealthgraph',
      client_secret: 's3cret & more',
      scope: 'open-api',
    });
  });

  it('is renewed once for any number of concurrent callers', async () => {
    const { send, calls } = tokens();
    const source = new ClientCredentialsToken(CREDENTIALS, send);
    const given = await Promise.all(Array.from({ length: 50 }, () => source.token(callScope())));
    expect(new Set(given)).toEqual(new Set(['token-1']));
    expect(calls).toHaveLength(1);
  });

  it.each([
    [{ expires_in: 60 }, 60],
    [{ expires_in: 3_600 }, 3_600],
    [{}, 300],
  ])('is kept, and renewed before it expires: %j', async (life, seconds) => {
    const { send } = tokens(life);
    const source = new ClientCredentialsToken(CREDENTIALS, send);
    await source.token(callScope());
    vi.advanceTimersByTime(seconds * 800);
    expect(await source.token(callScope())).toBe('token-1');
    vi.advanceTimersByTime(seconds * 199);
    expect(await source.token(callScope())).toBe('token-2');
  });

  it('is renewed once where many were refused with the old one, and kept where the refused one is long gone', async () => {
    const { send, calls } = tokens();
    const source = new ClientCredentialsToken(CREDENTIALS, send);
    const old = await source.token(callScope());
    const given = await Promise.all(
      Array.from({ length: 20 }, () => {
        source.refused(old);
        return source.token(callScope());
      }),
    );
    source.refused(old);
    expect(new Set([...given, await source.token(callScope())])).toEqual(new Set(['token-2']));
    expect(calls).toHaveLength(2);
  });

  it('is asked for anew after a failure', async () => {
    const { send } = recorder((_call, index) => (index === 0 ? answer(503, null) : { access_token: 'token' }));
    const source = new ClientCredentialsToken(CREDENTIALS, stack(send, withErrors));
    expect(await failureOf(source.token(callScope()))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', status: 503 });
    expect(await source.token(callScope())).toBe('token');
  });

  it('is for everyone who waits, also where the operation that began the renewal has little time left', async () => {
    const { send } = recorder(
      () => new Promise((resolve) => setTimeout(() => resolve({ access_token: 'token', expires_in: 60 }), 1_000)),
    );
    const inTime = stack(
      (call) =>
        new Promise((resolve, reject) => {
          call.scope.signal.addEventListener('abort', () => reject(new TypeError('aborted')));
          void send(call).then(resolve, reject);
        }),
      withErrors,
      withTimeout,
    );
    const source = new ClientCredentialsToken(CREDENTIALS, inTime);
    const [hasty, patient] = [callScope({ budgetMs: 500 }), callScope({ budgetMs: 60_000 })].map((scope) =>
      source.token(scope),
    );
    const settled = Promise.allSettled([hasty, patient]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await settled)[1]).toEqual({ status: 'fulfilled', value: 'token' });
  });

  it.each([
    [null],
    [[]],
    [{}],
    [{ access_token: '' }],
    [{ access_token: 42 }],
    [{ access_token: 'two words' }],
    [{ access_token: 'line\r\nbreak: x' }],
  ])('that is none is a coded error, without the secret: %j', async (body) => {
    const source = new ClientCredentialsToken(CREDENTIALS, recorder(() => answer(200, body)).send);
    const error = await failureOf(source.token(callScope()));
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ code: 'UPSTREAM_INVALID_DATA', system: 'DYNAMIC_PLANNER' });
    expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toMatch(/s3cret|line/);
  });
});

describe('a refused call', () => {
  const pool = createPool();
  let server: TestServer;
  let issued = 0;
  let bearers: (string | undefined)[] = [];
  let refusal: (bearer: string | undefined) => { status: number; body: unknown } | null = () => null;
  let tokenStatus = 200;

  beforeAll(async () => {
    server = await listen((request, response) => {
      const isToken = request.url === '/token';
      if (!isToken) bearers.push(request.headers.authorization);
      const refused = isToken ? null : refusal(request.headers.authorization);
      const good = isToken
        ? { access_token: `token-${tokenStatus === 200 ? ++issued : 0}` }
        : { items: [], totalCount: 0 };
      const status = isToken ? tokenStatus : (refused?.status ?? 200);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(status === 200 ? good : (refused?.body ?? { error: 'invalid_client', hint: 's3cret' })),
      );
    });
  });
  beforeEach(() => {
    issued = 0;
    bearers = [];
    tokenStatus = 200;
  });
  afterAll(async () => {
    await pool.destroy();
    await server.stop();
  });

  const units = () =>
    createDynamicPlanner({
      baseUrl: server.url,
      credentials: { ...CREDENTIALS, tokenUrl: `${server.url}/token` },
      subscriptionKey: () => 'k3y',
      contract: DEFAULT_CONTRACT,
      stack: plainStack({ system: 'DYNAMIC_PLANNER', pool }),
    }).crm.organisationUnits(callScope());

  it('that is the token’s fault is made once more with a new token', async () => {
    refusal = (bearer) => (bearer === 'Bearer token-1' ? { status: 401, body: { error: 'invalid_token' } } : null);
    expect(await units()).toEqual([]);
    expect(bearers).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('is given up where the new token is refused as well', async () => {
    refusal = () => ({ status: 401, body: { error: 'invalid_token' } });
    expect(await failureOf(units())).toMatchObject({ code: 'UPSTREAM_REJECTED', status: 401 });
    expect(bearers).toHaveLength(2);
  });

  it('that is about the subscription key costs no renewal', async () => {
    refusal = () => ({
      status: 401,
      body: { statusCode: 401, message: 'Access denied due to missing subscription key.' },
    });
    expect(await failureOf(units())).toMatchObject({ code: 'UPSTREAM_REJECTED', status: 401 });
    expect([bearers.length, issued]).toEqual([1, 1]);
  });

  it.each([
    [400, 'UPSTREAM_REJECTED'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('by the token endpoint (%i) is a coded error without secrets', async (status, code) => {
    tokenStatus = status;
    const error = await failureOf(units());
    expect(error).toMatchObject({ code, status });
    expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toMatch(/s3cret|k3y|wealthgraph/);
    expect(bearers).toEqual([]);
  });
});
