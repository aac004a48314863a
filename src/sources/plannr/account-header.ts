import { UpstreamError } from '../../platform/errors.ts';
import type { Send } from '../../platform/http/send.ts';
import { type CallScope, sharedScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';

/**
 * The uuid for `X-PLANNR-ACCOUNT-UUID`: the one that was set, else the login's preferred account, else its first
 * (platform documentation: `GET /api/v1/logins`). Asked for once.
 */
export class PlannrAccount {
  readonly #send: Send;
  readonly #baseUrl: string;
  #uuid: string | undefined;
  #asking: Promise<string> | undefined;

  /** @param send a stack with the token, without the account header */
  constructor(send: Send, baseUrl: string, uuid?: string) {
    this.#send = send;
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#uuid = uuid;
  }

  async uuid(scope: CallScope): Promise<string> {
    if (this.#uuid !== undefined) return this.#uuid;
    this.#asking ??= this.#ask(sharedScope(scope)).finally(() => {
      this.#asking = undefined;
    });
    this.#uuid = await this.#asking;
    return this.#uuid;
  }

  async #ask(scope: CallScope): Promise<string> {
    const path = '/api/v1/logins';
    const url = `${this.#baseUrl}${path}`;
    const call = { system: 'PLANNR', template: path, domain: 'logins', batchSize: 0, method: 'GET', url } as const;
    const { body } = await this.#send({ ...call, headers: {}, scope });
    const logins = isItem(body) && Array.isArray(body.data) ? body.data : [];
    const accounts = logins.map((login) => (isItem(login) && isItem(login.account) ? login.account.uuid : undefined));
    const uuid =
      isItem(body) && typeof body.preferred_account_uuid === 'string' ? body.preferred_account_uuid : accounts[0];
    if (typeof uuid === 'string' && /^[\w-]{1,64}$/.test(uuid)) return uuid;
    throw new UpstreamError(
      'UPSTREAM_REJECTED',
      { system: 'PLANNR' },
      'knows no account for this token: set PLANNR_ACCOUNT_UUID.',
    );
  }
}
