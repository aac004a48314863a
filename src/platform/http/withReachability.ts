import { UpstreamError } from '../errors.ts';
import { NotSent } from './faults.ts';
import type { Wrapper } from './send.ts';

/** How the last call to a platform went. */
export class Reachability {
  state: 'UP' | 'DOWN' | 'UNKNOWN' = 'UNKNOWN';
}

/** Keeps a platform's reachability: an answer that refuses this one request is an answer too. */
export function withReachability(reachability: Reachability): Wrapper {
  return (next) => async (call) => {
    try {
      const answer = await next(call);
      reachability.state = 'UP';
      return answer;
    } catch (error) {
      const answered = error instanceof UpstreamError && error.status !== undefined && error.status < 500;
      const isTold = !call.scope.signal.aborted && !(error instanceof NotSent);
      if (isTold) reachability.state = answered ? 'UP' : 'DOWN';
      throw error;
    }
  };
}
