import type { CallScope } from '../operation.ts';
import type { Answer, Wrapper } from './send.ts';

/**
 * Nothing is fetched twice in one operation: a GET that it has made, or is making, is not made again. A failed one may be, and so may one
 * for a stream, which can be read once only.
 */
export function withOperationMemo(): Wrapper {
  const answers = new WeakMap<CallScope, Map<string, Promise<Answer>>>();
  return (next) => async (call) => {
    if (call.method !== 'GET' || call.as === 'stream') return next(call);
    const ofOperation = answers.get(call.scope) ?? new Map<string, Promise<Answer>>();
    answers.set(call.scope, ofOperation);
    const made = ofOperation.get(call.url);
    if (made !== undefined) return made;
    const answer = next(call);
    ofOperation.set(call.url, answer);
    answer.catch(() => ofOperation.delete(call.url));
    return answer;
  };
}
