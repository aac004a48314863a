import { randomBytes } from 'node:crypto';
import { type Answer, answer, type Call, Refusal } from '../server/route.ts';
import { invalid, unauthorized } from './errors.ts';

export const TOKEN_PATH = '/identity/connect/token';

/** The service account that the sandbox knows. */
export const CREDENTIALS = {
  clientId: 'wealthgraph-sandbox',
  clientSecret: 'sandbox-secret-of-dynamic-planner',
  scope: 'open-api',
  /** 32 characters (platform documentation). */
  subscriptionKey: 'd7a1c05e9b3f4286a0c4e1f2b7d89360',
} as const;

const MOST_URL_CHARACTERS = 8_000;
const MOST_TOKENS = 10_000;

/** Grants of the platform that the sandbox does not hand out tokens for. */
const OTHER_GRANTS = new Set(['authorization_code', 'refresh_token', 'delegation']);

/** Hands out tokens and checks them, and the subscription key, on every request. */
export class Auth {
  readonly #lifetimeSeconds: number;
  /** Token → when it expires, in `Date.now()` milliseconds. */
  readonly #tokens = new Map<string, number>();

  constructor(lifetimeSeconds: number) {
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  expireAll(): void {
    this.#tokens.clear();
  }

  /** `POST /identity/connect/token`, client credentials only, with OAuth's error shapes (RFC 6749). */
  token(call: Call): Answer {
    if (!(call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      return answer(400, { error: 'invalid_request' });
    }
    const form = new URLSearchParams(call.body.toString('utf8'));
    const error = refusalOf(form);
    if (error !== null) return answer(error === 'invalid_client' ? 401 : 400, { error });
    const access_token = this.#issue();
    return {
      status: 200,
      body: { access_token, token_type: 'Bearer', expires_in: this.#lifetimeSeconds, scope: CREDENTIALS.scope },
      headers: { 'cache-control': 'no-store' },
    };
  }

  /** Subscription key first, then the token: a missing key is the gateway's own 401 and no fault of the token. */
  check(call: Call): void {
    if (call.path === TOKEN_PATH) return;
    const key = call.headers['ocp-apim-subscription-key'];
    if (key !== CREDENTIALS.subscriptionKey) throw new Refusal(keyRefusal(key));
    const [scheme, token] = (call.headers.authorization ?? '').split(' ');
    const expiresAt = scheme === 'Bearer' && token !== undefined ? this.#tokens.get(token) : undefined;
    if (token === undefined) throw new Refusal(unauthorized('The access token is missing.'));
    if (expiresAt === undefined || expiresAt <= Date.now()) {
      throw new Refusal(unauthorized('The access token is not valid or has expired.'));
    }
    if (call.target.length > MOST_URL_CHARACTERS)
      throw invalid('url', 'too_long', 'The URL is longer than 8,000 characters.');
  }

  #issue(): string {
    const now = Date.now();
    const payload = {
      iss: 'sandbox',
      client_id: CREDENTIALS.clientId,
      scope: CREDENTIALS.scope,
      jti: randomBytes(8).toString('hex'),
      exp: Math.floor(now / 1_000) + this.#lifetimeSeconds,
    };
    const parts = [encode({ alg: 'RS256', typ: 'at+jwt' }), encode(payload), randomBytes(32).toString('base64url')];
    const token = parts.join('.');
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size >= MOST_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
    this.#tokens.set(token, now + this.#lifetimeSeconds * 1_000);
    return token;
  }
}

function refusalOf(form: URLSearchParams): string | null {
  const grant = form.get('grant_type');
  if (grant === null) return 'invalid_request';
  if (form.get('client_id') !== CREDENTIALS.clientId || form.get('client_secret') !== CREDENTIALS.clientSecret) {
    return 'invalid_client';
  }
  if (OTHER_GRANTS.has(grant)) return 'invalid_grant';
  if (grant !== 'client_credentials') return 'unsupported_grant_type';
  const scopes = (form.get('scope') ?? CREDENTIALS.scope).split(' ');
  return scopes.every((scope) => scope === CREDENTIALS.scope) ? null : 'invalid_scope';
}

/** API management's own shape (inferred). */
function keyRefusal(key: string | undefined): Answer {
  const message =
    key === undefined
      ? 'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.'
      : 'Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.';
  return answer(401, { statusCode: 401, message });
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
