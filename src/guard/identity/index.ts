import type { JWTPayload } from 'jose';
import { type Caller, SANDBOX_CALLER } from '../../platform/caller.ts';
import { type CredentialHeaders, credentialsOf, type KeyStore } from '../keys/index.ts';
import { networkOf } from '../network.ts';
import { passthroughCaller, readable } from './passthrough.ts';
import { callerOf, type TokenOptions, tokenVerifier, unauthenticated } from './token.ts';

/** How callers are identified. */
export type AuthOptions =
  | { readonly mode: 'sandbox' }
  | ({ readonly mode: 'jwt' } & TokenOptions)
  | ({ readonly mode: 'passthrough' } & Partial<TokenOptions>);

/** Who asks, and the token that goes on to Dynamic Planner where it is the caller's own. */
export interface Identity {
  readonly caller: Caller;
  readonly upstreamToken?: string;
  /** When the credential expires by itself, in milliseconds of the epoch; left out where it does not say. */
  readonly expiresAt?: number;
}

/**
 * Tells who asks by the request's headers, and where nothing in them can be verified, by the address too.
 * @throws CodedError UNAUTHENTICATED; BadInput for two credentials at once; UPSTREAM_UNAVAILABLE where the issuer's keys can't be had
 */
export type Identify = (headers: CredentialHeaders, address: string) => Promise<Identity>;

type IdentifyToken = (token: string, address: string) => Promise<Identity>;

/** @param keys the API keys; null where there are none */
export function createIdentity(auth: AuthOptions, keys: KeyStore | null): Identify {
  const byToken = TOKENS[auth.mode](auth as never);
  return async (headers, address) => {
    const credentials = credentialsOf(headers);
    // The caller's own token is what the platform goes by: a key has none.
    if (credentials.kind === 'key' && keys !== null && auth.mode !== 'passthrough')
      return { caller: { ...(await keys.identify(credentials.key)), isApiKey: true } };
    if (auth.mode === 'sandbox') return { caller: SANDBOX_CALLER };
    if (credentials.kind !== 'token') throw unauthenticated(HINTS[auth.mode]);
    return byToken(credentials.token, address);
  };
}

const HINTS = {
  jwt: 'Send a token of the issuer in the header `Authorization: Bearer <token>`, or an API key in `X-API-Key`.',
  passthrough: 'Send a Dynamic Planner token in the header `Authorization: Bearer <token>`.',
};

const TOKENS: { readonly [M in AuthOptions['mode']]: (auth: Extract<AuthOptions, { mode: M }>) => IdentifyToken } = {
  sandbox: () => async () => ({ caller: SANDBOX_CALLER }),

  jwt: (auth) => {
    const verify = tokenVerifier(auth);
    return async (token) => {
      const claims = await verify(token);
      return { caller: callerOf(claims), ...expiryOf(claims) };
    };
  },

  passthrough: ({ issuer, ...options }) => {
    const verify = issuer === undefined ? undefined : tokenVerifier({ issuer, ...options });
    return async (token, address) => {
      const claims = await verify?.(token);
      const caller = passthroughCaller(token, claims, networkOf(address));
      return { caller, upstreamToken: token, ...expiryOf(claims ?? readable(token)) };
    };
  },
};

function expiryOf(claims: JWTPayload | undefined): { expiresAt?: number } {
  return claims?.exp === undefined ? {} : { expiresAt: 1_000 * claims.exp };
}
