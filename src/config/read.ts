import { optional } from './optional.ts';
import { auth, dynamicPlanner, type Notes, plannr, redis, sandbox, tracing, trustedDocuments } from './rules.ts';
import type {
  AuthSettings,
  CacheSettings,
  LimitSettings,
  LogLevel,
  Settings,
  TrustedDocumentSettings,
  UpstreamSettings,
} from './settings.ts';
import type { Values } from './table.ts';
import { unknownNames } from './unknown.ts';
import { type Environment, present, readValues } from './values.ts';

export type Reading =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: string[] }
  | { readonly ok: false; readonly faults: string[]; readonly warnings: string[] };

/**
 * Reads the settings from the environment. It throws nothing: either frozen settings, or every fault at once, one line each,
 * saying which variable, what is wrong and what to do. No line quotes a value.
 */
export function readSettings(env: Environment): Reading {
  const set = present(env);
  const { values, faults } = readValues(set);
  const notes: Notes = { faults, warnings: unknownNames(set.keys()) };
  const parts = {
    ...optional('dynamicPlanner', dynamicPlanner(set, values, notes)),
    ...optional('plannr', plannr(set, values, notes)),
    ...optional('sandbox', sandbox(set, values, notes)),
    ...optional('redisUrl', redis(values, notes)),
    ...optional('tracing', tracing(values, notes)),
  };
  const caller = auth(set, values, notes);
  const documents = trustedDocuments(set, values, notes);
  if (caller === undefined || documents === undefined || faults.length > 0)
    return { ok: false, faults, warnings: notes.warnings };
  return {
    ok: true,
    settings: freeze({ ...common(values, caller, documents), logLevel: values.LOG_LEVEL ?? quiet(parts), ...parts }),
    warnings: notes.warnings,
  };
}

function common(values: Values, caller: AuthSettings, documents: TrustedDocumentSettings): Omit<Settings, 'logLevel'> {
  return {
    host: values.HOST,
    port: values.PORT,
    ...optional('publicUrl', values.PUBLIC_URL),
    production: values.NODE_ENV === 'production',
    ...optional('contractFile', values.DP_CONTRACT_FILE),
    dataDir: values.DATA_DIR,
    ...optional('datasetsDir', values.DATASETS_DIR),
    auth: caller,
    ...optional('apiKeysFile', caller.mode === 'passthrough' ? undefined : values.API_KEYS_FILE),
    redisTimeoutMs: values.REDIS_TIMEOUT_MS,
    trustProxy: values.TRUST_PROXY ?? false,
    limits: limits(values),
    upstream: upstream(values),
    cache: cache(values),
    webhooks: {
      bodyBytes: values.WEBHOOK_BODY_BYTES,
      dynamicPlannerSecrets: values.DP_WEBHOOK_SECRET ?? [],
      plannrSecrets: values.PLANNR_WEBHOOK_SECRET ?? [],
      plannrEvents: values.PLANNR_EVENTS,
    },
    events: {
      keepDays: values.EVENTS_KEEP_DAYS,
      keepMax: values.EVENTS_KEEP_MAX,
      keepMegabytes: values.EVENTS_KEEP_MB,
      catchUpSeconds: values.EVENTS_CATCH_UP_SECONDS,
    },
    documents: {
      maxBytes: values.DOCUMENT_MAX_BYTES,
      types: values.DOCUMENT_TYPES,
      atOnce: values.DOCUMENTS_AT_ONCE,
      timeoutMs: values.DOCUMENT_TIMEOUT_MS,
    },
    subscriptions: {
      max: values.SUBSCRIPTIONS_MAX,
      perCaller: values.SUBSCRIPTIONS_PER_CALLER,
      queue: values.SUBSCRIPTION_QUEUE,
      recheckSeconds: values.SUBSCRIPTION_RECHECK_SECONDS,
    },
    trustedDocuments: documents,
    operationTimeoutMs: values.OPERATION_TIMEOUT_MS,
    drainMs: values.DRAIN_MS,
    introspection: values.INTROSPECTION,
    explorer: values.EXPLORER,
    corsOrigins: values.CORS_ORIGINS,
    links: {
      ...optional('file', values.CLIENT_LINKS_FILE),
      refreshSeconds: values.LINK_REFRESH_SECONDS,
      ...optional('thirdParties', values.LINK_THIRD_PARTIES),
    },
    riskFramework: values.RISK_FRAMEWORK,
  };
}

/** The level where none is set: with the sandbox, a line for each operation would bury what people read at the start. */
function quiet({ sandbox }: Pick<Settings, 'sandbox'>): LogLevel {
  return sandbox === undefined ? 'info' : 'warn';
}

function limits(values: Values): LimitSettings {
  return {
    bodyBytes: values.MAX_BODY_BYTES,
    tokens: values.MAX_TOKENS,
    depth: values.MAX_DEPTH,
    aliases: values.MAX_ALIASES,
    rootFields: values.MAX_ROOT_FIELDS,
    cost: values.MAX_COST,
    costPerMinute: values.COST_PER_MINUTE,
  };
}

function cache(values: Values): CacheSettings {
  return {
    mode: values.CACHE,
    memoryMegabytes: values.CACHE_MEMORY_MB,
    fresh: {
      clients: values.CACHE_CLIENTS_SECONDS,
      relationships: values.CACHE_RELATIONSHIPS_SECONDS,
      plans: values.CACHE_PLANS_SECONDS,
      valuations: values.CACHE_VALUATIONS_SECONDS,
      profiling: values.CACHE_PROFILING_SECONDS,
      reference: values.CACHE_REFERENCE_SECONDS,
    },
    absent: values.CACHE_ABSENT_SECONDS,
    stale: values.CACHE_STALE_SECONDS,
    staleIfError: values.CACHE_STALE_IF_ERROR_SECONDS,
    response: values.CACHE_RESPONSE_SECONDS,
  };
}

function upstream(values: Values): UpstreamSettings {
  return {
    retries: values.UPSTREAM_RETRIES,
    retryBaseMs: values.UPSTREAM_RETRY_BASE_MS,
    breakerRestMs: values.UPSTREAM_BREAKER_REST_MS,
    concurrency: values.UPSTREAM_CONCURRENCY,
  };
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
