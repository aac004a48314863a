import { onAbort } from '../abort.ts';
import { OutOfTime } from '../deadline.ts';
import { NotSent } from './faults.ts';
import type { Wrapper } from './send.ts';

/** Gives each attempt its share of the time that the operation has left, and lets go of it when the operation is given up. */
export const withTimeout: Wrapper = (next) => async (call) => {
  const { deadline, signal } = call.scope;
  const share = deadline.shareOfOneCall();
  if (share < 1) throw new NotSent(call, 'UPSTREAM_TIMEOUT', 'was not asked: the time was over.');
  const end = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end.abort();
  }, share);
  // By hand, since `AbortSignal.any` ties every call to a signal that may live as long as the gateway.
  const stop = onAbort(signal, () => end.abort());
  try {
    return await next({ ...call, scope: { ...call.scope, signal: end.signal } });
  } catch (error) {
    throw isLate ? new OutOfTime('', { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    stop();
  }
};
