import { UpstreamError } from '../../platform/errors.ts';
import type { Send } from '../../platform/http/send.ts';
import type { TokenSource } from '../../platform/http/withAuth.ts';
import { type CallScope, sharedScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';

/** How long before its end a token is renewed, as a share of its life, and at most so many milliseconds. */
const EARLY_SHARE = 0.1;
const EARLY_MS = 60_000;
/** A token's life where the platform names none (RFC 6749 section 5.1 only recommends `expires_in`), in seconds. */
const DEFAULT_LIFE_S = 300;

/** What the client credentials grant needs. */
export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: () => string;
  readonly scope?: string | undefined;
}

/** Tokens by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4): one renewal in flight, renewed before expiry. */
export class ClientCredentialsToken implements TokenSource {
  readonly #credentials: ClientCredentials;
  readonly #send: Send;
  #token: string | undefined;
  #renewAt = 0;
  #renewal: Promise<string> | undefined;

  /** @param send a stack that maps errors and times out, without auth */
  constructor(credentials: ClientCredentials, send: Send) {
    this.#credentials = credentials;
    this.#send = send;
  }

  async token(scope: CallScope): Promise<string> {
    if (this.#token !== undefined && performance.now() < this.#renewAt) return this.#token;
    this.#renewal ??= this.#renew(scope).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  refused(token: string): boolean {
    if (this.#token === token) this.#token = undefined;
    return true;
  }

  async #renew(scope: CallScope): Promise<string> {
    const { tokenUrl, clientId, clientSecret, scope: wanted } = this.#credentials;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret(),
      ...(wanted === undefined ? {} : { scope: wanted }),
    });
    const answer = await this.#send({
      system: 'DYNAMIC_PLANNER',
      template: 'token endpoint',
      domain: 'token',
      batchSize: 0,
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      scope: sharedScope(scope),
    });
    const { access_token: token, expires_in: life } = isItem(answer.body) ? answer.body : {};
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
      throw new UpstreamError('UPSTREAM_INVALID_DATA', { system: 'DYNAMIC_PLANNER' }, 'sent no access token.');
    const lifeMs = (typeof life === 'number' && life > 0 ? life : DEFAULT_LIFE_S) * 1_000;
    this.#token = token;
    this.#renewAt = performance.now() + lifeMs - Math.min(EARLY_MS, lifeMs * EARLY_SHARE);
    return token;
  }
}
