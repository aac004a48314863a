import * as kind from './kinds.ts';
import type { Setting } from './setting.ts';
import { ALGORITHMS } from './settings.ts';

/** The settings of the platforms, of who may ask them, and of the sandbox in their place. */
export const PLATFORM_SETTINGS = [
  {
    name: 'DP_BASE_URL',
    group: 'Dynamic Planner',
    kind: kind.baseUrl,
    default: 'https://open-api.dynamicplanner.com',
    description: 'Root of the Open API. The subscription key, not the address, chooses the environment.',
  },
  {
    name: 'DP_TOKEN_URL',
    group: 'Dynamic Planner',
    kind: kind.guardedUrl,
    default: 'https://identity.distribution-technology.com/identity/connect/token',
    description: 'OAuth 2.0 token endpoint for the client credentials grant.',
  },
  {
    name: 'DP_CLIENT_ID',
    group: 'Dynamic Planner',
    kind: kind.text,
    description:
      "The service account's client id. Required once any other setting of this group is set. With `passthrough` it may be " +
      'left out, and then serves only the background check of links.',
  },
  {
    name: 'DP_CLIENT_SECRET',
    group: 'Dynamic Planner',
    kind: kind.secret,
    secret: true,
    description: "The service account's client secret. Required with DP_CLIENT_ID.",
  },
  {
    name: 'DP_SUBSCRIPTION_KEY',
    group: 'Dynamic Planner',
    kind: kind.secret,
    secret: true,
    description: 'Sent as `Ocp-Apim-Subscription-Key`. Required once any other setting of this group is set.',
  },
  {
    name: 'DP_SCOPE',
    group: 'Dynamic Planner',
    kind: kind.text,
    description: 'Scopes to ask for with the token, separated by blanks, as agreed with the vendor.',
  },
  {
    name: 'DP_CONTRACT_FILE',
    group: 'Dynamic Planner',
    kind: kind.readableFile,
    description:
      'JSON file that corrects paths and names which the vendor does not publish. It works in the sandbox too.',
  },
  {
    name: 'PLANNR_BASE_URL',
    group: 'Plannr',
    kind: kind.baseUrl,
    default: 'https://api.plannrcrm.com',
    description: 'Root of the Plannr API.',
  },
  {
    name: 'PLANNR_ACCESS_TOKEN',
    group: 'Plannr',
    kind: kind.secret,
    secret: true,
    description: 'Personal access token. Required once any other setting of this group is set.',
  },
  {
    name: 'PLANNR_ACCOUNT_UUID',
    group: 'Plannr',
    kind: kind.uuid,
    description: 'Sent as `X-PLANNR-ACCOUNT-UUID`; found through `/api/v1/logins` when not set.',
  },
  {
    name: 'PLANNR_RATE_PER_MINUTE',
    group: 'Plannr',
    kind: kind.whole(1, 1_000_000),
    default: '500',
    description:
      'Most calls to Plannr in any minute (1 to 1000000): of all gateways together with REDIS_URL, else of each. A tenth is kept ' +
      'for callers, out of reach of background work.',
  },
  {
    name: 'UPSTREAM_CONCURRENCY',
    group: 'Calls to the platforms',
    kind: kind.whole(1, 1_000),
    default: '32',
    description: 'Most calls to one platform that are under way at once (1 to 1000); callers take turns.',
  },
  {
    name: 'UPSTREAM_RETRIES',
    group: 'Calls to the platforms',
    kind: kind.whole(0, 4),
    default: '3',
    description:
      'How often a call is made again after a network fault, 429, 502, 503 or 504 (0 to 4), where the time allows. At most one ' +
      'call in five is.',
  },
  {
    name: 'UPSTREAM_RETRY_BASE_MS',
    group: 'Calls to the platforms',
    kind: kind.whole(1, 60_000),
    default: '1000',
    description:
      'The wait before a call is made again, in milliseconds (1 to 60000); each further one is twice as long.',
  },
  {
    name: 'UPSTREAM_BREAKER_REST_MS',
    group: 'Calls to the platforms',
    kind: kind.whole(0, 600_000),
    default: '5000',
    description:
      'How long an API domain is not asked after most of its calls failed, in milliseconds (0 to 600000); 0 asks it always.',
  },
  {
    name: 'AUTH_MODE',
    group: 'Identity',
    kind: kind.oneOf(['sandbox', 'jwt', 'passthrough']),
    description:
      'How callers prove who they are: `jwt`; `passthrough` (by their own Dynamic Planner token, which is passed on; only ' +
      'with Dynamic Planner); or `sandbox` (everyone is let in; only with the sandbox, where it is the default). Required ' +
      'once a platform is configured.',
  },
  {
    name: 'AUTH_ISSUER',
    group: 'Identity',
    kind: kind.guardedUrl,
    description:
      'The issuer (`iss`) whose tokens are accepted, to the letter. Required with `jwt`. With `passthrough`, tokens are ' +
      'verified here only when it is set.',
  },
  {
    name: 'AUTH_AUDIENCE',
    group: 'Identity',
    kind: kind.text,
    description: 'The audience (`aud`) that a token must name. Required with `jwt`; read only with AUTH_ISSUER.',
  },
  {
    name: 'AUTH_JWKS_URL',
    group: 'Identity',
    kind: kind.guardedUrl,
    description: "Where the issuer's keys stand; found through its OpenID discovery document when not set.",
  },
  {
    name: 'AUTH_ALGORITHMS',
    group: 'Identity',
    kind: kind.someOf(ALGORITHMS),
    default: 'RS256,PS256,ES256,EdDSA',
    description: `Signatures that are accepted, separated by commas, out of ${ALGORITHMS.join(', ')}.`,
  },
  {
    name: 'API_KEYS_FILE',
    group: 'Identity',
    kind: kind.text,
    description: 'File of the API keys that are accepted beside tokens; it may come later. Not with `passthrough`.',
  },
  {
    name: 'CLIENT_LINKS_FILE',
    group: 'Joining the platforms',
    kind: kind.readableFile,
    description: 'File that names which Plannr accounts and Dynamic Planner clients are one person.',
  },
  {
    name: 'LINK_REFRESH_SECONDS',
    group: 'Joining the platforms',
    kind: kind.whole(1, 86_400),
    default: '600',
    description: 'How often the links between the platforms are read again, in seconds (1 to 86400).',
  },
  {
    name: 'LINK_THIRD_PARTIES',
    group: 'Joining the platforms',
    kind: kind.list,
    description:
      "Third parties, separated by commas, whose external references on a Plannr account are links; any one's when not set.",
  },
  {
    name: 'RISK_FRAMEWORK',
    group: 'Joining the platforms',
    kind: kind.text,
    default: 'dynamic-planner',
    description: "The risk framework that a client's risk level is read from.",
  },
  {
    name: 'SANDBOX_CLIENTS',
    group: 'Sandbox',
    kind: kind.whole(0, 100_000),
    default: '250',
    description: 'How many people the sandbox invents (0 to 100000). The sandbox runs when no platform is configured.',
  },
  {
    name: 'SANDBOX_SEED',
    group: 'Sandbox',
    kind: kind.whole(0, 4_294_967_295),
    default: '1',
    description: 'Which people it invents: the same seed gives the same people.',
  },
  {
    name: 'SANDBOX_LATENCY_MS',
    group: 'Sandbox',
    kind: kind.whole(0, 60_000),
    default: '0',
    description: 'How long each call to the sandbox takes at least, in milliseconds (0 to 60000).',
  },
  {
    name: 'SANDBOX_CHANGE_SECONDS',
    group: 'Sandbox',
    kind: kind.whole(0, 3_600),
    default: '5',
    description:
      'How often the sandbox makes a small change by itself, so that subscriptions show life, in seconds (0 to 3600; 0 for never).',
  },
] as const satisfies readonly Setting[];
