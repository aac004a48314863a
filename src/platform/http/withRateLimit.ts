import { BACKGROUND_QUEUE } from '../operation.ts';
import { pause as byTheClock, type Pause } from '../pause.ts';
import { NotSent } from './faults.ts';
import type { RateLimiter } from './rate-window.ts';
import type { Call, Wrapper } from './send.ts';

/**
 * Sends no more calls than a platform allows. A call waits for its moment where that comes within its time; else it fails at once.
 * Background work books no moment to come: it looks again then, so that callers go before it.
 */
export function withRateLimit(limiter: RateLimiter, pause: Pause = byTheClock): Wrapper {
  const wait = async (call: Call, ms: number): Promise<void> => {
    await pause(ms, call.scope.signal);
    if (call.progress !== undefined) call.progress.queuedMs += ms;
  };
  return (next) => async (call) => {
    const isBackground = call.scope.queue === BACKGROUND_QUEUE;
    for (;;) {
      const mostMs = call.scope.deadline.shareOfOneCall();
      const plan = await limiter.plan({ isBackground, mostMs: isBackground ? 0 : mostMs });
      if (plan.isPlanned) {
        if (plan.waitMs > 0) await wait(call, plan.waitMs).catch(givingBack(plan.cancel));
        return next(call);
      }
      if (!isBackground || plan.waitMs > mostMs) throw refusal(call, plan.waitMs);
      await wait(call, plan.waitMs);
    }
  };
}

function givingBack(cancel: () => void): (error: unknown) => never {
  return (error) => {
    cancel();
    throw error;
  };
}

function refusal(call: Call, waitMs: number): NotSent {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new NotSent(call, 'UPSTREAM_RATE_LIMITED', 'may not be asked more often at the moment.', seconds);
}
