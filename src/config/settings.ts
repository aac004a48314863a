import type { Secret } from './secret.ts';

/** Pino's level names, quietest last. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Signatures that can be accepted: asymmetric ones only, so that nobody can sign with a public key. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What is done about operations that are not registered: nothing, a line in the log, or a refusal. */
export const DOCUMENT_MODES = ['off', 'log', 'enforce'] as const;
export type DocumentMode = (typeof DOCUMENT_MODES)[number];

/** What is kept between operations: nothing, what the platforms sent, or whole answers too. */
export const CACHE_MODES = ['off', 'entities', 'on'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** What is kept between operations, and how long. Seconds, but for the room. */
export interface CacheSettings {
  readonly mode: CacheMode;
  readonly memoryMegabytes: number;
  readonly fresh: {
    readonly clients: number;
    readonly relationships: number;
    readonly plans: number;
    readonly valuations: number;
    readonly profiling: number;
    readonly reference: number;
  };
  readonly absent: number;
  readonly stale: number;
  readonly staleIfError: number;
  readonly response: number;
}

/** How to reach Dynamic Planner's Open API. */
export interface DynamicPlannerSettings {
  readonly baseUrl: string;
  readonly subscriptionKey: Secret;
  readonly tokenUrl: string;
  /** Always set unless callers come with their own tokens (`passthrough`): then it serves background work only. */
  readonly serviceAccount?: ServiceAccountSettings;
}

/** Credentials for the client credentials grant. */
export interface ServiceAccountSettings {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scope?: string;
}

/** How to reach Plannr. Without `accountUuid` the account is found through `GET /api/v1/logins`. */
export interface PlannrSettings {
  readonly baseUrl: string;
  readonly accessToken: Secret;
  readonly accountUuid?: string;
  readonly ratePerMinute: number;
}

/**
 * Who may call. Without `jwksUrl` the key set is found through the issuer's OpenID discovery document. With `passthrough` nothing
 * is verified here without `issuer`, and then none of the others is set either.
 */
export type AuthSettings =
  | { readonly mode: 'sandbox' }
  | {
      readonly mode: 'jwt';
      readonly issuer: string;
      readonly audience: string;
      readonly jwksUrl?: string;
      readonly algorithms: readonly Algorithm[];
    }
  | {
      readonly mode: 'passthrough';
      readonly issuer?: string;
      readonly audience?: string;
      readonly jwksUrl?: string;
      readonly algorithms?: readonly Algorithm[];
    };

/** OpenTelemetry's names of samplers. */
export const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** Where traces go, by OTLP over HTTP. */
export interface TracingSettings {
  /** The address for traces itself, path and all. */
  readonly url: string;
  /** `name=value` pairs separated by commas, with values percent-encoded. */
  readonly headers?: Secret;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** 0 to 1. */
  readonly ratio: number;
}

/** What one request and one operation may take, and what one caller may spend. */
export interface LimitSettings {
  readonly bodyBytes: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly cost: number;
  readonly costPerMinute: number;
}

/** How calls to the platforms are made. */
export interface UpstreamSettings {
  readonly retries: number;
  readonly retryBaseMs: number;
  readonly breakerRestMs: number;
  readonly concurrency: number;
}

/** Which operations are run. `file` is set exactly when the mode is not `off`. */
export interface TrustedDocumentSettings {
  readonly mode: DocumentMode;
  readonly file?: string;
}

/** Which Plannr accounts and Dynamic Planner clients are one person. Without `thirdParties` any third party marks a link. */
export interface LinkSettings {
  readonly file?: string;
  readonly refreshSeconds: number;
  readonly thirdParties?: readonly string[];
}

/** How documents' content passes through the gateway. */
export interface DocumentSettings {
  readonly maxBytes: number;
  readonly types: readonly string[];
  readonly atOnce: number;
  readonly timeoutMs: number;
}

/** How events that the platforms post are told from others'. */
export interface WebhookSettings {
  readonly bodyBytes: number;
  /** Any of them will do; the first is the one to register with. Empty where none is set. */
  readonly dynamicPlannerSecrets: readonly Secret[];
  readonly plannrSecrets: readonly Secret[];
  /** The events that Plannr is asked to post, by name. */
  readonly plannrEvents: readonly string[];
}

/** Connections that stay. */
export interface SubscriptionSettings {
  /** Most of one node. */
  readonly max: number;
  readonly perCaller: number;
  /** Events that may arrive while a client takes nothing. */
  readonly queue: number;
  readonly recheckSeconds: number;
}

/** How events are kept. */
export interface EventSettings {
  readonly keepDays: number;
  readonly keepMax: number;
  readonly keepMegabytes: number;
  readonly catchUpSeconds: number;
}

/** The built-in platforms, used when no real one is configured. */
export interface SandboxSettings {
  readonly clients: number;
  readonly seed: number;
  readonly latencyMs: number;
  /** Between two small changes that it makes by itself; 0 for none. */
  readonly changeSeconds: number;
}

/** Everything the gateway can be told from outside, typed, checked and frozen. URLs carry no trailing slash. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly logLevel: LogLevel;
  readonly production: boolean;
  readonly dynamicPlanner?: DynamicPlannerSettings;
  readonly contractFile?: string;
  readonly plannr?: PlannrSettings;
  readonly dataDir: string;
  /** Folder of further tables. */
  readonly datasetsDir?: string;
  readonly auth: AuthSettings;
  /** It need not exist. Never set with `passthrough`. */
  readonly apiKeysFile?: string;
  readonly redisUrl?: Secret;
  readonly redisTimeoutMs: number;
  /** Set exactly when a collector is named. */
  readonly tracing?: TracingSettings;
  /** Whose `X-Forwarded-*` headers are believed: addresses and CIDRs, or how many proxies stand in front. */
  readonly trustProxy: false | number | readonly string[];
  readonly limits: LimitSettings;
  readonly upstream: UpstreamSettings;
  readonly cache: CacheSettings;
  readonly webhooks: WebhookSettings;
  readonly events: EventSettings;
  readonly documents: DocumentSettings;
  readonly subscriptions: SubscriptionSettings;
  readonly trustedDocuments: TrustedDocumentSettings;
  readonly operationTimeoutMs: number;
  readonly drainMs: number;
  readonly introspection: boolean;
  readonly explorer: boolean;
  readonly corsOrigins: readonly string[];
  readonly links: LinkSettings;
  readonly riskFramework: string;
  /** Set exactly when neither platform is configured. */
  readonly sandbox?: SandboxSettings;
}
