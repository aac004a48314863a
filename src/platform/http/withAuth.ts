import { within } from '../deadline.ts';
import type { CallScope } from '../operation.ts';
import { type Answer, isOnce, type Wrapper } from './send.ts';

/** Where a platform's access token comes from. */
export interface TokenSource {
  /** A token that is good now. */
  token(scope: CallScope): Promise<string>;
  /** The platform refused this token: it is not given again. @returns whether another one can be had */
  refused(token: string, scope: CallScope): boolean;
}

/**
 * Sends the access token, and once more with a new one where the platform says that the token is at fault.
 * @param isTokenFault whether an answer blames the token; a 401 about something else must not cost a renewal
 */
export function withAuth(source: TokenSource, isTokenFault: (answer: Answer) => boolean): Wrapper {
  return (next) => async (call) => {
    const attempt = async (): Promise<{ token: string; answer: Answer }> => {
      // A renewal is shared: each call waits for it within its own time.
      const { deadline, signal } = call.scope;
      const token = await within(source.token(call.scope), deadline.shareOfOneCall(), signal);
      return { token, answer: await next({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }) };
    };
    const first = await attempt();
    if (!isTokenFault(first.answer) || !source.refused(first.token, call.scope) || isOnce(call)) return first.answer;
    return (await attempt()).answer;
  };
}
