import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { DP, type Environment, JWT, notesOf, PLANNR, settingsOf } from './reading.ts';

const { DP_CLIENT_ID, DP_CLIENT_SECRET, ...KEY } = DP;
const PASSTHROUGH = { ...KEY, AUTH_MODE: 'passthrough' };
const ISSUER = { AUTH_ISSUER: 'https://id.example.com' };
const ACCOUNT = { DP_CLIENT_ID, DP_CLIENT_SECRET };

describe('passthrough', () => {
  it('needs the subscription key alone', () => {
    const { auth, dynamicPlanner, sandbox } = settingsOf(PASSTHROUGH);
    expect(auth).toEqual({ mode: 'passthrough' });
    expect(dynamicPlanner).toEqual({
      baseUrl: 'https://open-api.dynamicplanner.com',
      tokenUrl: 'https://identity.distribution-technology.com/identity/connect/token',
      subscriptionKey: expect.anything(),
    });
    expect(sandbox).toBeUndefined();
    expect(notesOf(PASSTHROUGH)).toEqual({ faults: [], warnings: [] });
  });

  it('takes a service account beside', () => {
    const { dynamicPlanner } = settingsOf({ ...PASSTHROUGH, ...ACCOUNT, DP_SCOPE: 'a b' });
    expect(dynamicPlanner?.serviceAccount).toMatchObject({ clientId: 'wealthgraph', scope: 'a b' });
    expect(dynamicPlanner?.serviceAccount?.clientSecret.reveal()).toBe('dp-s3cret');
  });

  it('checks tokens once an issuer is set, with or without an audience', () => {
    const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
    const issuer = ISSUER.AUTH_ISSUER;
    expect(settingsOf({ ...PASSTHROUGH, ...ISSUER }).auth).toEqual({ mode: 'passthrough', issuer, algorithms });
    const more = { AUTH_AUDIENCE: 'dp', AUTH_JWKS_URL: 'https://id.example.com/keys', AUTH_ALGORITHMS: 'ES384' };
    expect(settingsOf({ ...PASSTHROUGH, ...ISSUER, ...more }).auth).toEqual({
      mode: 'passthrough',
      issuer,
      audience: 'dp',
      jwksUrl: 'https://id.example.com/keys',
      algorithms: ['ES384'],
    });
  });

  it('leaves out what has no effect, and says so', () => {
    const idle = {
      AUTH_AUDIENCE: 'dp',
      AUTH_JWKS_URL: 'https://id.example.com/keys',
      AUTH_ALGORITHMS: 'ES256',
      API_KEYS_FILE: 'keys.json',
      DP_SCOPE: 'a',
    };
    const settings = settingsOf({ ...PASSTHROUGH, ...idle });
    expect(settings.auth).toEqual({ mode: 'passthrough' });
    expect(settings).not.toHaveProperty('apiKeysFile');
    const { warnings } = notesOf({ ...PASSTHROUGH, ...idle });
    expect(warnings).toHaveLength(5);
    for (const name of Object.keys(idle))
      expect(warnings.filter((line) => line.startsWith(`${name} has no effect: `))).toHaveLength(1);
  });
});

describe('API keys', () => {
  it('may come from a file that is not there yet', () => {
    expect(settingsOf({ ...DP, ...JWT, API_KEYS_FILE: 'not/yet.json' }).apiKeysFile).toBe('not/yet.json');
    expect(settingsOf({ API_KEYS_FILE: 'not/yet.json' }).apiKeysFile).toBe('not/yet.json');
    expect(settingsOf({})).not.toHaveProperty('apiKeysFile');
  });
});

describe('signatures', () => {
  it('are a choice out of the asymmetric ones', () => {
    const AUTH_ALGORITHMS = ' PS512 , Ed25519,';
    expect(settingsOf({ ...JWT, AUTH_ALGORITHMS }).auth).toMatchObject({ algorithms: ['PS512', 'Ed25519'] });
  });
});

describe('Redis', () => {
  const warnings = (REDIS_URL: string) => notesOf({ REDIS_URL }).warnings;

  it('is found by its address, which is kept secret', () => {
    const url = 'rediss://default:p%40ss@redis.example.com:6380/2';
    expect(settingsOf({ REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
    expect(settingsOf({})).not.toHaveProperty('redisUrl');
  });

  it('should be spoken to in the clear on this machine only', () => {
    for (const url of ['redis://localhost', 'redis://127.0.0.1:6379/', 'redis://[::1]:1', 'rediss://redis.example.com'])
      expect(warnings(url), url).toEqual([]);
    const line = 'REDIS_URL uses redis:// on a host that is not loopback, which is unencrypted: use rediss://.';
    for (const url of ['redis://redis.example.com', 'REDIS://10.0.0.1', 'redis://:pw@127.0.0.1.example.com'])
      expect(warnings(url), url).toEqual([line]);
  });
});

describe('proxies', () => {
  it.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, ::1,2001:db8::/32', ['10.0.0.0/8', '::1', '2001:db8::/32']],
    ['2', 2],
    ['0', false],
    ['', false],
  ])('are read from "%s"', async (TRUST_PROXY, expected) => {
    const { trustProxy } = settingsOf({ TRUST_PROXY });
    expect(trustProxy).toEqual(expected);
    // What passes here must not fail later, when the server starts.
    if (typeof trustProxy === 'object') await Fastify({ trustProxy: [...trustProxy] }).close();
  });
});

describe('limits', () => {
  it('are numbers of their own', () => {
    const settings = settingsOf({
      MAX_BODY_BYTES: '16777216',
      MAX_TOKENS: '100',
      MAX_DEPTH: '3',
      MAX_ALIASES: '0',
      MAX_ROOT_FIELDS: '1000',
      MAX_COST: '1',
      COST_PER_MINUTE: '999999999999999',
    });
    expect(settings.limits).toEqual({
      bodyBytes: 16_777_216,
      tokens: 100,
      depth: 3,
      aliases: 0,
      rootFields: 1_000,
      cost: 1,
      costPerMinute: 999_999_999_999_999,
    });
  });
});

describe('registered operations', () => {
  it('come with a file, which is not looked at when they are off', () => {
    const TRUSTED_DOCUMENTS_FILE = 'package.json';
    for (const mode of ['log', 'enforce'])
      expect(settingsOf({ TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILE }).trustedDocuments).toEqual({
        mode,
        file: TRUSTED_DOCUMENTS_FILE,
      });
    for (const off of [{}, { TRUSTED_DOCUMENTS: 'off' }]) {
      expect(settingsOf({ ...off, TRUSTED_DOCUMENTS_FILE }).trustedDocuments).toEqual({ mode: 'off' });
      expect(notesOf({ ...off, TRUSTED_DOCUMENTS_FILE }).warnings).toEqual([
        'TRUSTED_DOCUMENTS_FILE has no effect: it is read only with TRUSTED_DOCUMENTS=log or enforce.',
      ]);
    }
  });
});

describe('faults', () => {
  const bad = (name: string, ...values: string[]) =>
    values.map((value): [string, Environment, RegExp[]] => [
      `${name}=${value}`,
      { ...JWT, [name]: value },
      [new RegExp(`^${name} (is not|holds|does not) `)],
    ]);
  const cases: [string, Environment, RegExp[]][] = [
    ['passthrough alone', { AUTH_MODE: 'passthrough' }, [/^AUTH_MODE is passthrough, which works only with Dyn/]],
    ['passthrough to Plannr', { ...PLANNR, AUTH_MODE: 'passthrough' }, [/works only with Dynamic Planner: set DP_SUB/]],
    [
      'passthrough without the key',
      { ...ACCOUNT, AUTH_MODE: 'passthrough' },
      [/^Dynamic Planner is half.*DP_SUBSCRIPTION_KEY is not: set it too/],
    ],
    [
      'a client without a secret',
      { ...PASSTHROUGH, DP_CLIENT_ID },
      [/service account is half.*DP_CLIENT_SECRET is not/],
    ],
    [
      'a secret without a client',
      { ...PASSTHROUGH, DP_CLIENT_SECRET },
      [/service account is half.*DP_CLIENT_ID is not/],
    ],
    ['the key alone with jwt', { ...KEY, ...JWT }, [/^Dynamic Planner is half.*DP_CLIENT_ID, DP_CLIENT_SECRET is not/]],
    ['passthrough and plain http', { ...PASSTHROUGH, AUTH_ISSUER: 'http://a.test' }, [/^AUTH_ISSUER uses http/]],
    ['an enforced nothing', { TRUSTED_DOCUMENTS: 'enforce' }, [/^TRUSTED_DOCUMENTS is enforce, which needs TRUSTED_/]],
    ...bad('AUTH_ALGORITHMS', 'HS256', 'none', 'RS256,HS256', 'rs256', ','),
    ...bad(
      'REDIS_URL',
      'http://a',
      'redis:a',
      'redis://',
      'redis:///0',
      'redis://a/x',
      'redis://:%zz@a',
      'redis://a b',
    ),
    ...bad(
      'TRUST_PROXY',
      'true',
      '*',
      '-1',
      '100',
      '1.5',
      ',',
      'proxy.test',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/33',
      '1,2',
    ),
    ...bad('MAX_BODY_BYTES', '999', '16777217', '1mb'),
    ...bad('MAX_TOKENS', '99', '100001'),
    ...bad('MAX_DEPTH', '2', '101'),
    ...bad('MAX_ALIASES', '-1', '10001'),
    ...bad('MAX_ROOT_FIELDS', '0', '1001'),
    ...bad('MAX_COST', '0', '1.5', '1e9', '1000000000000000'),
    ...bad('COST_PER_MINUTE', '0', '-1'),
    ...bad('TRUSTED_DOCUMENTS', 'on', 'ENFORCE'),
    ...bad('TRUSTED_DOCUMENTS_FILE', 'no/such', 'src'),
  ];

  it.each(cases)('reports %s', (_, env, expected) => {
    const { faults } = notesOf(env);
    expect(faults).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(faults[i]).toMatch(pattern);
  });

  it('does not call the file of a wrong mode useless, nor an unreadable one missing', () => {
    const TRUSTED_DOCUMENTS_FILE = 'package.json';
    expect(notesOf({ TRUSTED_DOCUMENTS: 'on', TRUSTED_DOCUMENTS_FILE }).warnings).toEqual([]);
    expect(notesOf({ TRUSTED_DOCUMENTS: 'log', TRUSTED_DOCUMENTS_FILE: 'no/such' }).faults).toHaveLength(1);
  });
});
