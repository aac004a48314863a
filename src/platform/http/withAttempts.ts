import { Cancelled } from '../deadline.ts';
import { NotSent, outcomeOf } from './faults.ts';
import { requestIdOf, type Wrapper } from './send.ts';

/** Writes down how each attempt ended. One that ended because its caller has gone is cancelled, whatever it looks like. */
export const withAttempts: Wrapper = (next) => async (call) => {
  const { progress, scope } = call;
  try {
    const answer = await next(call);
    progress?.attempts.push(answer.status);
    if (progress !== undefined) progress.requestId = requestIdOf(answer);
    return answer;
  } catch (error) {
    if (error instanceof NotSent) throw error;
    const fault = scope.signal.aborted ? new Cancelled('', { cause: error }) : error;
    progress?.attempts.push(outcomeOf(fault));
    throw fault;
  }
};
