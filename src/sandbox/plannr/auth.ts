import { plannrId } from '../people/ids.ts';
import { type Answer, answer, type Call, Refusal } from '../server/route.ts';
import { refusal } from './errors.ts';

export const LOGINS_PATH = '/api/v1/logins';

const LOGIN_ACCOUNT = 'a0c00000-0000-4000-8000-000000000001';
const OTHER_ACCOUNT = 'a0c00000-0000-4000-8000-000000000002';

/** The token and account that the sandbox knows. */
export const CREDENTIALS = { accessToken: 'sandbox-plannr-personal-access-token', accountUuid: LOGIN_ACCOUNT } as const;

const DOCUMENTED_RATE = 500;
const MINUTE_MS = 60_000;
const MOST_URL_CHARACTERS = 8_000;

/** Two logins, the preferred one not first: the first in the list is not the one to use. */
export function logins(): Answer {
  return answer(200, {
    data: [
      { uuid: plannrId('login', 2), account: { uuid: OTHER_ACCOUNT, name: 'Hart Lettings' } },
      { uuid: plannrId('login', 1), account: { uuid: LOGIN_ACCOUNT, name: 'Hart Advisers' } },
    ],
    preferred_account_uuid: LOGIN_ACCOUNT,
  });
}

/** Token first, then the account header, which only the list of logins does without. */
export function checkAccess(call: Call): void {
  if (call.headers.authorization !== `Bearer ${CREDENTIALS.accessToken}`) throw refusal(401, 'Unauthenticated.');
  if (call.target.length > MOST_URL_CHARACTERS) throw refusal(414, 'URI Too Long');
  if (call.path === LOGINS_PATH) return;
  const account = call.headers['x-plannr-account-uuid'];
  if (account === undefined) throw refusal(403, 'The X-PLANNR-ACCOUNT-UUID header is required.');
  if (account !== CREDENTIALS.accountUuid) throw refusal(403, 'You have no access to this account.');
}

/** Counts requests in windows of a minute; without a rate it only tells a budget that never shrinks. */
export class RateLimit {
  readonly #perMinute: number | null;
  #windowStart = 0;
  #used = 0;

  constructor(perMinute: number | null) {
    this.#perMinute = perMinute;
  }

  /** Counts one request; refuses with 429 and `Retry-After` where the window's budget is used up. */
  count(): void {
    if (this.#perMinute === null) return;
    const now = Date.now();
    if (now - this.#windowStart >= MINUTE_MS) {
      this.#windowStart = now;
      this.#used = 0;
    }
    this.#used += 1;
    if (this.#used <= this.#perMinute) return;
    const retryAfter = String(Math.max(1, Math.ceil((this.#windowStart + MINUTE_MS - now) / 1_000)));
    throw new Refusal({ status: 429, body: { message: 'Too Many Attempts.' }, headers: { 'retry-after': retryAfter } });
  }

  headers(): Record<string, string> {
    const limit = this.#perMinute ?? DOCUMENTED_RATE;
    const used = this.#perMinute === null ? 1 : this.#used;
    return { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(Math.max(0, limit - used)) };
  }
}
