import { OutOfTime, within } from '../deadline.ts';
import { NotSent } from './faults.ts';
import type { Call, Wrapper } from './send.ts';
import type { Turns } from './turns.ts';

/** Bounds how many calls are under way at once; callers take turns. A call leaves the queue with its caller, or when its time is over. */
export function withConcurrency(turns: Turns): Wrapper {
  return (next) => async (call) => {
    const { queue } = call.scope;
    if (!turns.take(queue)) await turnOf(turns, call);
    try {
      return await next(call);
    } finally {
      turns.done(queue);
    }
  };
}

async function turnOf(turns: Turns, call: Call): Promise<void> {
  const { deadline, signal, queue } = call.scope;
  const place = turns.queue(queue);
  if (place === null) throw new NotSent(call, 'UPSTREAM_RATE_LIMITED', 'has too many calls of this caller waiting.');
  const began = performance.now();
  try {
    await within(place.turn, deadline.shareOfOneCall(), signal);
  } catch (error) {
    // Its turn may have come in the same moment: then it is the next one's.
    if (!place.leave()) turns.done(queue);
    throw error instanceof OutOfTime
      ? new NotSent(call, 'UPSTREAM_TIMEOUT', 'was not asked in time: too many calls were before this one.')
      : error;
  } finally {
    if (call.progress !== undefined) call.progress.queuedMs += performance.now() - began;
  }
}
