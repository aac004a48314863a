import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdentity, type Identify } from '../../src/guard/identity/index.ts';
import type { Caller } from '../../src/platform/caller.ts';
import { CodedError } from '../../src/platform/errors.ts';
import { failureOf, listen, type TestServer } from '../platform/helpers.ts';

const AUDIENCE = 'wealthgraph';
const ADDRESS = '203.0.113.7';
const CLAIMS = {
  organisationUnitIds: ['7b0c1d2e-0000-4000-8000-000000000001'],
  employeeId: 'e-1',
  roles: ['adviser'],
  scope: 'clients:read plans:read',
};
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED' };
const MINUTE = 60_000;
/** How long the issuer is left alone after it failed. */
const REST_MS = 5_000;

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Record<string, Keys> = {};
let published: string[] = [];
let keySet: { status: number; body?: string } = { status: 200 };
let discovery: Record<string, unknown> = {};
let issuer: TestServer;
let asked: string[] = [];

beforeAll(async () => {
  const pairs = await Promise.all(
    ['one', 'two', 'stranger'].map(
      async (kid) => [kid, await generateKeyPair('ES256', { extractable: true })] as const,
    ),
  );
  keys = Object.fromEntries(pairs);
  issuer = await listen(async (request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') return void response.end(JSON.stringify(discovery));
    response.writeHead(keySet.status);
    const jwks = await Promise.all(
      published.map(async (kid) => ({ ...(await exportJWK(keyOf(kid).publicKey)), kid, alg: 'ES256' })),
    );
    response.end(keySet.body ?? JSON.stringify({ keys: jwks }));
  });
});
beforeEach(() => {
  published = ['one'];
  keySet = { status: 200 };
  discovery = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
  asked = [];
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => issuer.stop());

function keyOf(kid: string): Keys {
  const pair = keys[kid];
  if (pair === undefined) throw new TypeError(`no key ${kid}`);
  return pair;
}

interface Forged {
  readonly kid?: string;
  readonly signedBy?: string;
  readonly without?: 'exp' | 'sub' | 'aud' | 'iss';
  readonly typ?: unknown;
}

/** A token of the issuer; the claims given come in the place of the usual ones. */
function token(claims: JWTPayload = {}, { kid = 'one', signedBy = kid, without, typ }: Forged = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const all: JWTPayload = {
    iss: issuer.url,
    aud: AUDIENCE,
    sub: 'ann',
    iat: now,
    exp: now + 300,
    ...CLAIMS,
    ...claims,
  };
  if (without !== undefined) delete all[without];
  const header = { alg: 'ES256', kid, ...(typ !== undefined && { typ: typ as string }) };
  return new SignJWT(all).setProtectedHeader(header).sign(keyOf(signedBy).privateKey);
}

/** Identifies by one Authorization header. */
const byAuthorization =
  (identify: Identify) =>
  async (authorization: string | undefined): Promise<Caller> =>
    (await identify({ authorization }, ADDRESS)).caller;

const identityOf = (options: { jwksUrl?: string } = { jwksUrl: `${issuer.url}/keys` }) =>
  byAuthorization(createIdentity({ mode: 'jwt', issuer: issuer.url, audience: AUDIENCE, ...options }, null));
const identify = (bearer: string) => identityOf()(`Bearer ${bearer}`);

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a good token', () => {
  it('says who calls', async () => {
    expect(await identify(await token())).toEqual({
      subject: 'ann',
      unrestricted: false,
      organisationUnitIds: CLAIMS.organisationUnitIds,
      employeeId: 'e-1',
      roles: ['adviser'],
      scopes: ['clients:read', 'plans:read'],
    });
  });

  it('costs one reading of the keys for many callers', async () => {
    const identity = identityOf();
    const bearer = await token();
    await Promise.all(Array.from({ length: 10 }, () => identity(`Bearer ${bearer}`)));
    await identity(`bearer ${bearer}`);
    expect(asked).toEqual(['/keys']);
  });

  it('may be a little late or early, since clocks differ', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect((await identify(await token({ exp: now - 10, nbf: now + 10 }))).subject).toBe('ann');
  });

  it.each([
    ['nothing', { organisationUnitIds: undefined, employeeId: undefined, roles: undefined, scope: undefined }],
    ['text for a list', { organisationUnitIds: 'a b', roles: 'admin', employeeId: 7, scope: ['clients:read'] }],
    ['objects', { organisationUnitIds: { 0: 'a' }, roles: {}, employeeId: {}, scope: {} }],
    ['nulls', { organisationUnitIds: null, roles: null, employeeId: null, scope: null }],
    ['lists of what is no text', { organisationUnitIds: [1, ['a'], null], roles: [true], employeeId: ['e'], scope: 3 }],
  ])('gives nothing by claims of the wrong shape: %s', async (_what, claims) => {
    expect(await identify(await token(claims))).toEqual({
      subject: 'ann',
      unrestricted: false,
      organisationUnitIds: [],
      employeeId: null,
      roles: [],
      scopes: [],
    });
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'Application/AT+JWT'])(
    'may say that it is an access token, or nothing: typ %j',
    async (typ) => {
      expect((await identify(await token({}, { typ }))).subject).toBe('ann');
    },
  );

  it('can’t make the caller unrestricted', async () => {
    expect((await identify(await token({ unrestricted: true, subject: 'sandbox' }))).unrestricted).toBe(false);
  });
});

describe('a bad token', () => {
  const past = Math.floor(Date.now() / 1_000) - 600;

  it.each([
    ['has expired', { exp: past }, {}],
    ['is not valid yet', { nbf: past + 3_600 }, {}],
    ['is for another audience', { aud: 'somebody-else' }, {}],
    ['is of another issuer', { iss: 'https://id.example.com' }, {}],
    ['has no end', {}, { without: 'exp' }],
    ['has no subject', {}, { without: 'sub' }],
    ['has no audience', {}, { without: 'aud' }],
    ['has no issuer', {}, { without: 'iss' }],
    ['is signed by a stranger under a known name', {}, { signedBy: 'stranger' }],
    ['is signed by an unknown key', {}, { kid: 'stranger' }],
  ] as const)('is refused where it %s', async (_what, claims, forged) => {
    expect(await failureOf(identify(await token(claims, forged)))).toMatchObject(UNAUTHENTICATED);
  });

  it('is refused where its claims were changed behind the signature', async () => {
    const [header, , signature] = (await token()).split('.');
    const now = Math.floor(Date.now() / 1_000);
    const payload = encoded({ iss: issuer.url, aud: AUDIENCE, sub: 'root', exp: now + 300 });
    expect(await failureOf(identify(`${header}.${payload}.${signature}`))).toMatchObject(UNAUTHENTICATED);
  });

  it.each(['none', 'None', 'HS256'])('is refused where nobody signed it with a private key: %s', async (alg) => {
    const now = Math.floor(Date.now() / 1_000);
    const text = `${encoded({ alg, kid: 'one' })}.${encoded({ iss: issuer.url, aud: AUDIENCE, sub: 'ann', exp: now + 300 })}`;
    const publicKey = await exportSPKI(keyOf('one').publicKey);
    const signatures = ['', 'AA', createHmac('sha256', publicKey).update(text).digest('base64url')];
    for (const signature of signatures)
      expect(await failureOf(identify(`${text}.${signature}`))).toMatchObject(UNAUTHENTICATED);
  });

  it.each(['logout+jwt', 'dpop+jwt', 'application/secevent+jwt', 'id_token', '', 7, null, ['JWT']])(
    'is refused where it says that it is something else: typ %j',
    async (typ) => {
      const error = await failureOf(identify(await token({}, { typ })));
      expect(error).toMatchObject({ ...UNAUTHENTICATED, message: expect.stringContaining('`typ`') });
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer a.b', 'Basic YTpi', 'Bearer a.b.c', 'Bearer a.b.c d', 'a.b.c'])(
    'is refused where it is none: %j',
    async (header) => {
      expect(await failureOf(identityOf()(header))).toMatchObject(UNAUTHENTICATED);
    },
  );

  it('is not repeated in the error, nor is what it says', async () => {
    const bearer = await token({ aud: 'somebody-else', sub: 'Amelia Hart' });
    const error = await failureOf(identify(bearer));
    expect(error).toBeInstanceOf(CodedError);
    expect(`${(error as CodedError).message} ${JSON.stringify(error)}`).not.toMatch(/Amelia|somebody-else|eyJ/);
  });
});

describe('the issuer’s keys', () => {
  it('may be changed: a new one is picked up, a removed one no longer counts', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const identity = identityOf();
    await identity(`Bearer ${await token()}`);
    published = ['two'];
    vi.setSystemTime(Date.now() + 60_000);
    expect((await identity(`Bearer ${await token({}, { kid: 'two' })}`)).subject).toBe('ann');
    expect(await failureOf(identity(`Bearer ${await token()}`))).toMatchObject(UNAUTHENTICATED);
  });

  it('are not read again for each token with a name made up', async () => {
    const identity = identityOf();
    const bearer = await token({}, { kid: 'stranger' });
    for (let time = 0; time < 5; time += 1) await failureOf(identity(`Bearer ${bearer}`));
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('are found by the discovery document where no address is set, once', async () => {
    const identity = identityOf({});
    const bearer = await token();
    expect((await identity(`Bearer ${bearer}`)).subject).toBe('ann');
    await identity(`Bearer ${bearer}`);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each([
    ['is of another issuer', () => ({ issuer: 'https://id.example.com' })],
    ['names no keys', () => ({ jwks_uri: undefined })],
    ['names keys that are not at https', () => ({ jwks_uri: 'http://keys.example.com/keys' })],
  ])('can’t be had by a discovery document that %s, and are looked for again later', async (_what, change) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const good = discovery;
    discovery = { ...good, ...change() };
    const identity = identityOf({});
    const bearer = await token();
    expect(await failureOf(identity(`Bearer ${bearer}`))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    discovery = good;
    vi.setSystemTime(Date.now() + REST_MS);
    expect((await identity(`Bearer ${bearer}`)).subject).toBe('ann');
  });

  it.each(['keys', 'discovery document'])(
    'are an outage of the issuer, not a bad token, where it is down: %s',
    async (what) => {
      const gone = await listen(() => {});
      await gone.stop();
      const jwksUrl = what === 'keys' ? { jwksUrl: `${gone.url}/keys` } : {};
      const identity = byAuthorization(
        createIdentity({ mode: 'jwt', issuer: gone.url, audience: AUDIENCE, ...jwksUrl }, null),
      );
      const error = await failureOf(identity(`Bearer ${await token()}`));
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect((error as CodedError).message).not.toContain('127.0.0.1');
    },
  );

  it.each([
    ['an error', { status: 503 }],
    ['a page of a proxy', { status: 200, body: '<html>maintenance</html>' }],
    ['something else', { status: 200, body: '{"error": "maintenance"}' }],
  ])('are an outage of the issuer, not a bad token, where it answers with %s', async (_what, answer) => {
    keySet = answer;
    expect(await failureOf(identify(await token()))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('an outage of the issuer', () => {
  const DOWN = { status: 503 };
  const OUTAGE = { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('keys can') };
  const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
  const bearer = async (kid = 'one') => `Bearer ${await token({}, { kid })}`;

  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));

  it('locks nobody out who is known: the keys that were had count for a day', async () => {
    const identity = identityOf();
    await identity(await bearer());
    keySet = DOWN;
    // jose keeps a key set for ten minutes.
    for (const ms of [11 * MINUTE, 60 * MINUTE, 22 * 60 * MINUTE]) {
      later(ms);
      expect((await identity(await bearer())).subject).toBe('ann');
      expect(await failureOf(identity(`Bearer ${await token({}, { signedBy: 'stranger' })}`))).toMatchObject(
        UNAUTHENTICATED,
      );
    }
    later(60 * MINUTE);
    expect(await failureOf(identity(await bearer()))).toMatchObject(OUTAGE);
    keySet = { status: 200 };
    later(REST_MS);
    expect((await identity(await bearer())).subject).toBe('ann');
  });

  it('is told to who comes with a key that can’t be looked for, which is no bad token', async () => {
    const identity = identityOf();
    await identity(await bearer());
    keySet = DOWN;
    published = ['one', 'two'];
    later(11 * MINUTE);
    expect(await failureOf(identity(await bearer('two')))).toMatchObject(OUTAGE);
    keySet = { status: 200 };
    later(REST_MS);
    expect((await identity(await bearer('two'))).subject).toBe('ann');
  });

  it.each([
    ['keys were had before', true],
    ['no keys were ever had', false],
  ])('is not made worse by many callers, known and unknown, where %s: one asks every 5 seconds', async (_what, had) => {
    const identity = identityOf();
    if (had) await identity(await bearer());
    keySet = DOWN;
    later(11 * MINUTE);
    asked = [];
    const [known, unknown] = [await bearer(), await bearer('stranger')];
    for (let round = 1; round <= 3; round += 1) {
      await Promise.allSettled(Array.from({ length: 20 }, (_, at) => identity(at % 2 === 0 ? known : unknown)));
      for (let time = 0; time < 10; time += 1) await identity(time % 2 === 0 ? known : unknown).catch(() => {});
      expect(asked).toHaveLength(round);
      later(REST_MS);
    }
  });
});

describe('passthrough', () => {
  const callerAt = async (address: string, options: { issuer?: string; jwksUrl?: string }) => {
    const identify = createIdentity({ mode: 'passthrough', ...options }, null);
    return (await identify({ authorization: `Bearer ${await token()}` }, address)).caller;
  };

  it('knows a caller whom it can’t verify by the network too, and one whom it can by the token alone', async () => {
    expect((await callerAt(ADDRESS, {})).unverifiedFrom).toBe(ADDRESS);
    expect((await callerAt('2001:db8::1', {})).unverifiedFrom).toBe('2001:db8:0:0::/64');
    const verified = await callerAt(ADDRESS, { issuer: issuer.url, jwksUrl: `${issuer.url}/keys` });
    expect(verified).not.toHaveProperty('unverifiedFrom');
  });
});

describe('the open sandbox', () => {
  it('asks nobody who they are', async () => {
    expect((await createIdentity({ mode: 'sandbox' }, null)({}, ADDRESS)).caller).toMatchObject({
      subject: 'sandbox',
      unrestricted: true,
    });
  });
});
