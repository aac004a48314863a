import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** How long keys that were had are used while the issuer can't be asked for new ones, in milliseconds. */
const OUTAGE_MS = 86_400_000;

/** How long the issuer is left alone after it failed, in milliseconds: not every token of an outage may ask it again. */
const REST_MS = 5_000;

/** jose's codes for an issuer that did not answer with a key set; the first is that of any answer but 200. */
const KEYS_UNAVAILABLE: ReadonlySet<string> = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

/** Whether an error means that the issuer's keys can't be had, and says nothing about the token. */
export function isOutage(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code);
}

/**
 * The issuer's keys: at the given URL, else where its OpenID discovery document says (OpenID Connect Discovery 1.0 section 4). While the
 * issuer does not answer they are as they were, for a day: its outage must not lock everyone out. A key that was not among them is then
 * not unknown but can't be looked for: the error is the outage's.
 */
export function issuerKeys(issuer: string, jwksUrl: string | undefined): JWTVerifyGetKey {
  let remote: Promise<RemoteKeys> | undefined;
  let hadAt: number | undefined;
  let outage: { readonly error: unknown; readonly at: number; readonly keys: JWTVerifyGetKey | undefined } | undefined;

  const ask: JWTVerifyGetKey = async (header, token) => {
    remote ??= load(issuer, jwksUrl).catch((error) => {
      remote = undefined;
      throw error;
    });
    const key = await (await remote)(header, token);
    hadAt = Date.now();
    return key;
  };
  const hadBefore = async (): Promise<JWTVerifyGetKey | undefined> => {
    const known = hadAt !== undefined && Date.now() - hadAt <= OUTAGE_MS ? (await remote)?.jwks() : undefined;
    return known && createLocalJWKSet(known);
  };
  return async (header, token) => {
    // Not "is it before": a clock that was set back must not make the rest longer.
    if (outage === undefined || Math.abs(Date.now() - outage.at) >= REST_MS) {
      try {
        return await ask(header, token);
      } catch (error) {
        if (!isOutage(error)) throw error;
        outage = { error, at: Date.now(), keys: await hadBefore() };
      }
    }
    return fromBefore(outage.keys, outage.error)(header, token);
  };
}

/** Keys that were had before an outage; what is not among them, or where there are none, fails as the outage. */
function fromBefore(keys: JWTVerifyGetKey | undefined, outage: unknown): JWTVerifyGetKey {
  return async (header, token) => {
    if (keys === undefined) throw outage;
    try {
      return await keys(header, token);
    } catch (error) {
      throw error instanceof errors.JWKSNoMatchingKey ? outage : error;
    }
  };
}

async function load(issuer: string, jwksUrl: string | undefined): Promise<RemoteKeys> {
  const url = jwksUrl ?? (await discoveredJwksUrl(issuer));
  return createRemoteJWKSet(new URL(url), { timeoutDuration: 3_000 });
}

async function discoveredJwksUrl(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(3_000),
    redirect: 'error',
  });
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (!response.ok || document.issuer !== issuer || typeof document.jwks_uri !== 'string')
    throw new TypeError('the discovery document is not of this issuer');
  const url = new URL(document.jwks_uri);
  if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    throw new TypeError('the keys are not at an https address');
  return url.href;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
