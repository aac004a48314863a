import type { Caller } from '../platform/caller.ts';
import type { Identify, Identity } from './identity/index.ts';
import type { CredentialHeaders } from './keys/index.ts';
import { correlationIdOf } from './trace.ts';

/** What every door needs of a request before it does anything. */
export interface Admission extends Identity {
  readonly caller: Caller;
  readonly traceId: string;
}

/** The one way in: every door that is not on the list of open ones passes through here. */
export interface Guard {
  /**
   * @param address the caller's, as far as it is known
   * @throws CodedError where the request must not go on
   */
  admit(headers: CredentialHeaders, address: string): Promise<Admission>;
}

export function createGuard(identify: Identify): Guard {
  return {
    async admit(headers, address) {
      return { ...(await identify(headers, address)), traceId: correlationIdOf(headers) };
    },
  };
}
