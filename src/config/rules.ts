import { isLoopback } from './kinds.ts';
import { optional } from './optional.ts';
import type { Secret } from './secret.ts';
import type {
  AuthSettings,
  DynamicPlannerSettings,
  PlannrSettings,
  SandboxSettings,
  TracingSettings,
  TrustedDocumentSettings,
} from './settings.ts';
import { SETTINGS, type Setting, type SettingName, type Values } from './table.ts';

// The rules between variables. Each takes what is set and what it reads as, reports to `notes`, and gives its part of the
// settings. A part is undefined where it is not configured, or where a fault was reported.

/** Where the rules report: a fault stops the start, a warning does not. */
export interface Notes {
  readonly faults: string[];
  readonly warnings: string[];
}

type Present = ReadonlyMap<string, string>;

interface Platform {
  readonly title: string;
  readonly required: readonly SettingName[];
  readonly optional: readonly SettingName[];
}

const DYNAMIC_PLANNER: Platform = {
  title: 'Dynamic Planner',
  required: ['DP_CLIENT_ID', 'DP_CLIENT_SECRET', 'DP_SUBSCRIPTION_KEY'],
  optional: ['DP_BASE_URL', 'DP_TOKEN_URL', 'DP_SCOPE'],
};

/** Dynamic Planner where callers come with their own tokens. */
const PASSED_THROUGH: Platform = {
  title: 'Dynamic Planner',
  required: ['DP_SUBSCRIPTION_KEY'],
  optional: ['DP_CLIENT_ID', 'DP_CLIENT_SECRET', ...DYNAMIC_PLANNER.optional],
};

const SERVICE_ACCOUNT: Platform = {
  title: "Dynamic Planner's service account",
  required: ['DP_CLIENT_ID', 'DP_CLIENT_SECRET'],
  optional: [],
};

const PLANNR: Platform = {
  title: 'Plannr',
  required: ['PLANNR_ACCESS_TOKEN'],
  optional: ['PLANNR_BASE_URL', 'PLANNR_ACCOUNT_UUID', 'PLANNR_RATE_PER_MINUTE'],
};

const SANDBOX: readonly SettingName[] = [
  'SANDBOX_CLIENTS',
  'SANDBOX_SEED',
  'SANDBOX_LATENCY_MS',
  'SANDBOX_CHANGE_SECONDS',
];
const OF_ISSUER: readonly SettingName[] = ['AUTH_AUDIENCE', 'AUTH_JWKS_URL', 'AUTH_ALGORITHMS'];

/** Whether any variable of either platform is set, be it complete or not. */
export function hasPlatform(set: Present): boolean {
  return [DYNAMIC_PLANNER, PLANNR].some((platform) => touched(platform, set).length > 0);
}

/** Dynamic Planner's part. Half of it, or of its service account, is a fault that names everything missing. */
export function dynamicPlanner(set: Present, values: Values, notes: Notes): DynamicPlannerSettings | undefined {
  const passthrough = values.AUTH_MODE === 'passthrough';
  const isComplete = complete(passthrough ? PASSED_THROUGH : DYNAMIC_PLANNER, set, notes);
  if (passthrough) checkServiceAccount(set, notes);
  const { DP_BASE_URL: baseUrl, DP_TOKEN_URL: tokenUrl, DP_SUBSCRIPTION_KEY: subscriptionKey } = values;
  if (!isComplete || subscriptionKey === undefined) return undefined;
  return { baseUrl, subscriptionKey, tokenUrl, ...optional('serviceAccount', serviceAccount(values)) };
}

function checkServiceAccount(set: Present, notes: Notes): void {
  complete(SERVICE_ACCOUNT, set, notes);
  if (touched(SERVICE_ACCOUNT, set).length > 0) return;
  idle(['DP_TOKEN_URL', 'DP_SCOPE'], set, notes, 'it serves only the service account, which is not set (DP_CLIENT_ID)');
}

function serviceAccount(values: Values): DynamicPlannerSettings['serviceAccount'] {
  const { DP_CLIENT_ID: clientId, DP_CLIENT_SECRET: clientSecret, DP_SCOPE: scope } = values;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { clientId, clientSecret, ...optional('scope', scope) };
}

/** Plannr's part. Half of it is a fault that names everything missing. */
export function plannr(set: Present, values: Values, notes: Notes): PlannrSettings | undefined {
  if (!complete(PLANNR, set, notes)) return undefined;
  const { PLANNR_BASE_URL: baseUrl, PLANNR_ACCESS_TOKEN: accessToken, PLANNR_ACCOUNT_UUID: accountUuid } = values;
  if (accessToken === undefined) return undefined;
  return {
    baseUrl,
    accessToken,
    ...optional('accountUuid', accountUuid),
    ratePerMinute: values.PLANNR_RATE_PER_MINUTE,
  };
}

/** The sandbox's part: it runs exactly when no platform is configured. */
export function sandbox(set: Present, values: Values, notes: Notes): SandboxSettings | undefined {
  if (!hasPlatform(set)) {
    return {
      clients: values.SANDBOX_CLIENTS,
      seed: values.SANDBOX_SEED,
      latencyMs: values.SANDBOX_LATENCY_MS,
      changeSeconds: values.SANDBOX_CHANGE_SECONDS,
    };
  }
  idle(SANDBOX, set, notes, 'the sandbox does not run while a platform is configured');
  return undefined;
}

/** Who may call. There is no open default beside the sandbox, and that one stays on this machine. */
export function auth(set: Present, values: Values, notes: Notes): AuthSettings | undefined {
  const platform = hasPlatform(set);
  if (platform && !set.has('AUTH_MODE')) {
    notes.faults.push('AUTH_MODE is not set, and a platform is configured: set AUTH_MODE=jwt.');
    return undefined;
  }
  switch (set.has('AUTH_MODE') ? values.AUTH_MODE : 'sandbox') {
    case 'sandbox':
      return sandboxAuth(platform, set, values, notes);
    case 'jwt':
      return jwtAuth(set, values, notes);
    case 'passthrough':
      return passthroughAuth(set, values, notes);
  }
  return undefined;
}

function sandboxAuth(platform: boolean, set: Present, values: Values, notes: Notes): AuthSettings | undefined {
  idle(['AUTH_ISSUER', ...OF_ISSUER], set, notes, 'it is read only with AUTH_MODE=jwt or passthrough');
  const before = notes.faults.length;
  if (platform) {
    notes.faults.push(
      'AUTH_MODE is sandbox, which lets everyone in and works only with the sandbox: set AUTH_MODE=jwt, or remove every ' +
        'DP_ and PLANNR_ setting.',
    );
  }
  if (!platform && !isLoopback(values.HOST)) {
    notes.faults.push(
      'HOST is not a loopback address while AUTH_MODE is sandbox, which lets everyone in: set HOST to 127.0.0.1, or set ' +
        'AUTH_MODE=jwt with AUTH_ISSUER and AUTH_AUDIENCE.',
    );
  }
  return notes.faults.length === before ? { mode: 'sandbox' } : undefined;
}

function jwtAuth(set: Present, values: Values, notes: Notes): AuthSettings | undefined {
  const missing = ['AUTH_ISSUER', 'AUTH_AUDIENCE'].filter((name) => !set.has(name));
  if (missing.length > 0)
    notes.faults.push(`AUTH_MODE is jwt, which needs ${missing.join(' and ')}: set ${them(missing)}.`);
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl, AUTH_ALGORITHMS: algorithms } = values;
  if (issuer === undefined || audience === undefined) return undefined;
  return { mode: 'jwt', issuer, audience, ...optional('jwksUrl', jwksUrl), algorithms };
}

function passthroughAuth(set: Present, values: Values, notes: Notes): AuthSettings | undefined {
  idle(['API_KEYS_FILE'], set, notes, 'with AUTH_MODE=passthrough callers come with their own Dynamic Planner token');
  if (touched(DYNAMIC_PLANNER, set).length === 0) {
    notes.faults.push(
      'AUTH_MODE is passthrough, which works only with Dynamic Planner: set DP_SUBSCRIPTION_KEY, or set AUTH_MODE=jwt.',
    );
  }
  if (!set.has('AUTH_ISSUER')) {
    idle(OF_ISSUER, set, notes, 'with AUTH_MODE=passthrough it is read only with AUTH_ISSUER');
    return { mode: 'passthrough' };
  }
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl, AUTH_ALGORITHMS: algorithms } = values;
  if (issuer === undefined) return undefined;
  const checks = { ...optional('audience', audience), ...optional('jwksUrl', jwksUrl), algorithms };
  return { mode: 'passthrough', issuer, ...checks };
}

/** Redis's address, with a warning where its password and the data would pass over a network in the clear. */
export function redis({ REDIS_URL: url }: Values, notes: Notes): Secret | undefined {
  if (url === undefined) return undefined;
  const { protocol, hostname } = new URL(url.reveal());
  if (protocol === 'redis:' && !isLoopback(hostname))
    notes.warnings.push('REDIS_URL uses redis:// on a host that is not loopback, which is unencrypted: use rediss://.');
  return url;
}

/** Where traces go; undefined where no collector is named. Its headers often hold a key, which must not pass over a network in the clear. */
export function tracing(values: Values, notes: Notes): TracingSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: root, OTEL_EXPORTER_OTLP_HEADERS: headers } = values;
  const url = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (root === undefined ? undefined : `${root}/v1/traces`);
  if (url === undefined) return undefined;
  const { protocol, hostname } = new URL(url);
  if (headers !== undefined && protocol === 'http:' && !isLoopback(hostname))
    notes.warnings.push(
      'OTEL_EXPORTER_OTLP_HEADERS would go over http:// to a host that is not loopback, which is unencrypted: use https://.',
    );
  return {
    url,
    ...optional('headers', headers),
    serviceName: values.OTEL_SERVICE_NAME,
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** Which operations are run. A mode that looks at them needs the file of the registered ones. */
export function trustedDocuments(set: Present, values: Values, notes: Notes): TrustedDocumentSettings | undefined {
  const { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILE: file } = values;
  if (mode === 'off') {
    // A wrong mode is a fault, and `off` only stands in for it.
    if (['off', undefined].includes(set.get('TRUSTED_DOCUMENTS')))
      idle(['TRUSTED_DOCUMENTS_FILE'], set, notes, 'it is read only with TRUSTED_DOCUMENTS=log or enforce');
    return { mode };
  }
  if (!set.has('TRUSTED_DOCUMENTS_FILE'))
    notes.faults.push(
      `TRUSTED_DOCUMENTS is ${mode}, which needs TRUSTED_DOCUMENTS_FILE: set it, or set TRUSTED_DOCUMENTS=off.`,
    );
  return file === undefined ? undefined : { mode, file };
}

function complete(platform: Platform, set: Present, notes: Notes): boolean {
  const given = touched(platform, set);
  const missing = platform.required.filter((name) => !set.has(name));
  if (given.length > 0 && missing.length > 0) {
    notes.faults.push(
      `${platform.title} is half configured: ${given.join(', ')} is set but ${missing.join(', ')} is not: set ` +
        `${them(missing)} too, or remove all of them.`,
    );
  }
  return missing.length === 0;
}

function touched(platform: Platform, set: Present): SettingName[] {
  return [...platform.required, ...platform.optional].filter((name) => set.has(name));
}

/** Warns about what is set in vain; a setting that only states its default is not worth a word. */
function idle(names: readonly SettingName[], set: Present, notes: Notes, why: string): void {
  const rows = SETTINGS.filter((row: Setting) => set.get(row.name) !== row.default);
  for (const { name } of rows)
    if (names.includes(name) && set.has(name)) notes.warnings.push(`${name} has no effect: ${why}.`);
}

function them(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them';
}
