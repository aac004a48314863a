import { describe, expect, it } from 'vitest';
import { DP, defaultOf, type Environment, JWT, PLANNR, read, settingsOf } from './reading.ts';

describe('settings', () => {
  it('has a default for everything: the sandbox, on loopback', () => {
    expect(settingsOf({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      // A line for each operation would bury what the start says.
      logLevel: 'warn',
      production: false,
      dataDir: './data',
      auth: { mode: 'sandbox' },
      operationTimeoutMs: 10_000,
      drainMs: 10_000,
      introspection: true,
      explorer: true,
      corsOrigins: ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'],
      links: { refreshSeconds: 600 },
      riskFramework: 'dynamic-planner',
      redisTimeoutMs: 50,
      trustProxy: false,
      limits: {
        bodyBytes: 1_048_576,
        tokens: 5_000,
        depth: 15,
        aliases: 100,
        rootFields: 20,
        cost: Number(defaultOf('MAX_COST')),
        costPerMinute: Number(defaultOf('COST_PER_MINUTE')),
      },
      upstream: { retries: 3, retryBaseMs: 1_000, breakerRestMs: 5_000, concurrency: 32 },
      documents: {
        maxBytes: 20_971_520,
        types: defaultOf('DOCUMENT_TYPES')?.split(','),
        atOnce: 16,
        timeoutMs: 120_000,
      },
      trustedDocuments: { mode: 'off' },
      webhooks: {
        bodyBytes: 262_144,
        dynamicPlannerSecrets: [],
        plannrSecrets: [],
        plannrEvents: expect.arrayContaining(['circle.updated', 'plan.updated']),
      },
      events: { keepDays: 30, keepMax: 1_000_000, keepMegabytes: 1_024, catchUpSeconds: 300 },
      cache: {
        mode: 'on',
        memoryMegabytes: 64,
        fresh: { clients: 60, plans: 60, profiling: 300, reference: 3_600, relationships: 300, valuations: 300 },
        absent: 10,
        stale: 60,
        staleIfError: 3_600,
        response: 30,
      },
      sandbox: { clients: 250, seed: 1, latencyMs: 0, changeSeconds: 5 },
      subscriptions: { max: 20_000, perCaller: 1_000, queue: 1_000, recheckSeconds: 30 },
    });
  });

  it('takes an empty variable for one that is not set, and trims the others', () => {
    const empty = Object.fromEntries(
      ['HOST', 'PORT', 'DP_CLIENT_ID', 'AUTH_MODE', 'CORS_ORIGINS'].map((n) => [n, ' ']),
    );
    expect(settingsOf(empty)).toEqual(settingsOf({}));
    expect(settingsOf({ PORT: ' 0\n' }).port).toBe(0);
  });

  it('closes introspection, explorer and CORS in production unless told otherwise', () => {
    const NODE_ENV = 'production';
    expect(settingsOf({ NODE_ENV })).toMatchObject({
      production: true,
      introspection: false,
      explorer: false,
      corsOrigins: [],
    });
    const open = {
      NODE_ENV,
      INTROSPECTION: 'true',
      EXPLORER: 'true',
      CORS_ORIGINS: 'https://a.test, http://b.test:81',
    };
    expect(settingsOf(open)).toMatchObject({
      introspection: true,
      explorer: true,
      corsOrigins: ['https://a.test', 'http://b.test:81'],
    });
    expect(settingsOf({ CORS_ORIGINS: 'none' }).corsOrigins).toEqual([]);
  });

  it('reads both platforms', () => {
    const settings = settingsOf({
      ...DP,
      ...PLANNR,
      ...JWT,
      DP_SCOPE: 'a b',
      PLANNR_BASE_URL: 'http://127.0.0.1:9/p/',
    });
    expect(settings.sandbox).toBeUndefined();
    expect(settings.auth).toEqual({
      mode: 'jwt',
      issuer: 'https://id.example.com/',
      audience: 'wealthgraph',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    });
    expect(settings.dynamicPlanner).toMatchObject({
      baseUrl: 'https://open-api.dynamicplanner.com',
      tokenUrl: 'https://identity.distribution-technology.com/identity/connect/token',
      serviceAccount: { clientId: 'wealthgraph', scope: 'a b' },
    });
    expect(settings.dynamicPlanner?.serviceAccount?.clientSecret.reveal()).toBe('dp-s3cret');
    expect(settings.dynamicPlanner?.subscriptionKey.reveal()).toBe('dp-k3y');
    expect(settings.plannr?.baseUrl).toBe('http://127.0.0.1:9/p');
    expect(settings.plannr?.accessToken.reveal()).toBe('plannr-t0ken');
    expect(settings.plannr).not.toHaveProperty('accountUuid');
    expect(settings.plannr?.ratePerMinute).toBe(500);
  });

  it('logs each operation unless it is the sandbox that runs, or another level is set', () => {
    expect(settingsOf({ ...DP, ...JWT }).logLevel).toBe('info');
    expect(settingsOf({ ...JWT }).logLevel).toBe('warn');
    expect(settingsOf({ LOG_LEVEL: 'info' }).logLevel).toBe('info');
    expect(settingsOf({ ...DP, ...JWT, LOG_LEVEL: 'silent' }).logLevel).toBe('silent');
  });

  it('traces only where a collector is named', () => {
    expect(settingsOf({ OTEL_SERVICE_NAME: 'x' }).tracing).toBeUndefined();
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }).tracing).toEqual({
      url: 'http://collector:4318/v1/traces',
      serviceName: 'wealthgraph',
      sampler: 'parentbased_always_on',
      ratio: 1,
    });
    const { tracing } = settingsOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/in?x=1',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb, other=c',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(tracing).toMatchObject({
      url: 'https://traces.example.com/in?x=1',
      sampler: 'traceidratio',
      ratio: 0.25,
    });
    expect(tracing?.headers?.reveal()).toBe('api-key=a%2Cb, other=c');
  });

  it('does not count the contract file as a configured platform', () => {
    const settings = settingsOf({ DP_CONTRACT_FILE: 'package.json' });
    expect(settings.contractFile).toBe('package.json');
    expect(settings.sandbox).toBeDefined();
  });

  it('is frozen all through', () => {
    const settings = settingsOf({ ...DP, ...JWT, LINK_THIRD_PARTIES: 'seccl, p1' });
    expect(settings.links.thirdParties).toEqual(['seccl', 'p1']);
    const parts: unknown[] = [
      settings,
      settings.dynamicPlanner,
      settings.dynamicPlanner?.serviceAccount,
      settings.limits,
      settings.trustedDocuments,
      'algorithms' in settings.auth && settings.auth.algorithms,
      settings.links,
      settings.links.thirdParties,
      settings.corsOrigins,
    ];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });
});

describe('faults', () => {
  const cases: [string, Environment, RegExp[]][] = [
    ['a port out of range', { PORT: '65536' }, [/^PORT is not a whole number from 0 to 65535: .*4000/]],
    ['a port with a fraction', { PORT: '80.5' }, [/^PORT /]],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, [/^LOG_LEVEL is not trace, .* or silent/]],
    ['a part that is more than the whole', { OTEL_TRACES_SAMPLER_ARG: '1.5' }, [/^OTEL_TRACES_SAMPLER_ARG is not a/]],
    ['headers that are none', { OTEL_EXPORTER_OTLP_HEADERS: 'key' }, [/^OTEL_EXPORTER_OTLP_HEADERS is not name=value/]],
    ['a flag that is neither', { EXPLORER: 'yes' }, [/^EXPLORER is not true or false/]],
    ['a path instead of an origin', { CORS_ORIGINS: 'https://a.test/' }, [/^CORS_ORIGINS /]],
    ['any origin', { CORS_ORIGINS: '*' }, [/^CORS_ORIGINS /]],
    ['a file that is not there', { CLIENT_LINKS_FILE: 'no/such' }, [/^CLIENT_LINKS_FILE does not name a file/]],
    ['a folder for a file', { DP_CONTRACT_FILE: 'src' }, [/^DP_CONTRACT_FILE /]],
    [
      'an account that is no UUID',
      { ...PLANNR, ...JWT, PLANNR_ACCOUNT_UUID: 'x' },
      [/^PLANNR_ACCOUNT_UUID is not a UUID/],
    ],
    ['a secret that no header can carry', { ...JWT, PLANNR_ACCESS_TOKEN: 'a\nb' }, [/^PLANNR_ACCESS_TOKEN holds/]],
    ['a password in a URL', { PUBLIC_URL: 'https://me:pw@a.test' }, [/^PUBLIC_URL holds a user name or a password/]],
    [
      'plain http to a platform',
      { ...PLANNR, ...JWT, PLANNR_BASE_URL: 'http://a.test' },
      [/^PLANNR_BASE_URL uses http/],
    ],
    ['plain http to an issuer', { ...JWT, AUTH_ISSUER: 'http://localhost.a.test' }, [/^AUTH_ISSUER uses http/]],
    ['plain http to a key set', { ...JWT, AUTH_JWKS_URL: 'http://a.test/keys' }, [/^AUTH_JWKS_URL uses http/]],
    ['half of Dynamic Planner', { ...JWT, DP_CLIENT_ID: 'a' }, [/DP_CLIENT_SECRET, DP_SUBSCRIPTION_KEY is not/]],
    ['only a scope', { ...JWT, DP_SCOPE: 'a' }, [/DP_CLIENT_ID, DP_CLIENT_SECRET, DP_SUBSCRIPTION_KEY is not/]],
    ['half of Plannr', { ...JWT, PLANNR_BASE_URL: 'https://a.test' }, [/PLANNR_ACCESS_TOKEN is not/]],
    ['a platform without a mode', { ...DP }, [/^AUTH_MODE is not set/]],
    [
      'a platform with the sandbox mode',
      { ...DP, AUTH_MODE: 'sandbox' },
      [/^AUTH_MODE is sandbox.*only with the sandbox/],
    ],
    ['jwt alone', { AUTH_MODE: 'jwt' }, [/needs AUTH_ISSUER and AUTH_AUDIENCE/]],
    ['the sandbox mode on a network', { HOST: '0.0.0.0' }, [/^HOST is not a loopback address/]],
    ['a host that only looks like loopback', { HOST: '127.a.test' }, [/^HOST is not a loopback address/]],
    [
      'several faults at once',
      { PORT: 'x', DRAIN_MS: '-1', DP_CLIENT_ID: 'a' },
      [/^PORT /, /^DRAIN_MS /, /^Dynamic Planner is half/, /^AUTH_MODE is not set/],
    ],
  ];

  it.each(cases)('reports %s', (_, env, expected) => {
    const reading = read(env);
    const faults = reading.ok ? [] : reading.faults;
    expect(faults).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(faults[i]).toMatch(pattern);
  });

  it('accepts every loopback host, and a network host once callers must identify themselves', () => {
    for (const HOST of ['localhost', '127.8.8.8', '::1', '[::1]']) expect(read({ HOST }).ok, HOST).toBe(true);
    expect(settingsOf({ ...JWT, HOST: '0.0.0.0' })).toMatchObject({ auth: { mode: 'jwt' }, sandbox: { clients: 250 } });
    for (const at of ['http://localhost:1', 'http://127.0.0.2', 'http://[::1]:1']) {
      expect(settingsOf({ ...JWT, AUTH_ISSUER: at }).auth).toMatchObject({ issuer: at });
    }
  });
});

describe('warnings', () => {
  it('names the setting that a misspelt one may mean, also beside a fault', () => {
    const line = 'DP_CLINET_ID is not a setting and has no effect: did you mean DP_CLIENT_ID?';
    expect(read({ DP_CLINET_ID: 'a' }).warnings).toEqual([line]);
    expect(read({ DP_CLINET_ID: 'a', DP_CLIENT_SECRET: 'b' })).toMatchObject({ ok: false, warnings: [line] });
    expect(read({ TRUSTED_DOCUMENT: 'enforce' }).warnings).toEqual([
      'TRUSTED_DOCUMENT is not a setting and has no effect: did you mean TRUSTED_DOCUMENTS?',
    ]);
    expect(read({ AUTH_QZXJ: 'a' }).warnings).toEqual(['AUTH_QZXJ is not a setting and has no effect.']);
    expect(read({ PATH: '/bin', DPKG_ROOT: '/' }).warnings).toEqual([]);
  });

  it('tells of a collector that would be sent a key in the clear', () => {
    const OTEL_EXPORTER_OTLP_HEADERS = 'api-key=abc';
    const warningsFor = (OTEL_EXPORTER_OTLP_ENDPOINT: string) =>
      read({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS }).warnings;
    expect(warningsFor('http://collector:4318')).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_HEADERS would/)]);
    expect(warningsFor('http://127.0.0.1:4318')).toEqual([]);
    expect(warningsFor('https://collector.example.com')).toEqual([]);
  });

  it('says what has no effect', () => {
    expect(read({ AUTH_ISSUER: 'https://a.test' }).warnings).toEqual([
      expect.stringMatching(/^AUTH_ISSUER has no effect/),
    ]);
    expect(read({ ...DP, ...JWT, SANDBOX_SEED: defaultOf('SANDBOX_SEED') }).warnings).toEqual([]);
    expect(read({ ...DP, ...JWT, SANDBOX_SEED: '2' }).warnings).toEqual([
      expect.stringMatching(/^SANDBOX_SEED has no effect/),
    ]);
  });
});
