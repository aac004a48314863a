import { Cancelled, OutOfTime } from '../deadline.ts';
import { type ErrorCode, UpstreamError } from '../errors.ts';
import type { AttemptOutcome } from '../observer.ts';
import type { Call } from './send.ts';

/** An answer that is not what HTTP and JSON allow. */
export class InvalidAnswer extends Error {}

/** A call, or a further attempt, that the gateway itself did not make: it says nothing about the platform. */
export class NotSent extends UpstreamError {
  /** @param retryAfter whole seconds after which it makes sense to try again */
  constructor(call: Call, code: ErrorCode, reason: string, retryAfter?: number) {
    super(code, { system: call.system, traceId: call.scope.traceId, retryAfter }, reason);
  }
}

const CLASSES = [
  [Cancelled, 'cancelled'],
  [OutOfTime, 'timeout'],
  [InvalidAnswer, 'invalid'],
] as const;

/** How an attempt ended that brought no answer. What is of no known class came from the connection. */
export function outcomeOf(error: unknown): Exclude<AttemptOutcome, number> {
  return CLASSES.find(([type]) => error instanceof type)?.[1] ?? 'network';
}
