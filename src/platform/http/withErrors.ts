import { Cancelled, OutOfTime } from '../deadline.ts';
import { CodedError, type ErrorCode, RejectedWrite, UpstreamError, type UpstreamFailure } from '../errors.ts';
import { InvalidAnswer } from './faults.ts';
import { retryAfterMs } from './retry-after.ts';
import { type Answer, type Call, requestIdOf, type Wrapper } from './send.ts';

/** Which code and words an answer's status comes to. The first row that fits counts. */
const STATUSES: readonly { from: number; to: number; code: ErrorCode; reason: string }[] = [
  { from: 401, to: 401, code: 'UPSTREAM_REJECTED', reason: 'did not accept the credentials.' },
  { from: 403, to: 403, code: 'UPSTREAM_REJECTED', reason: 'does not allow this.' },
  { from: 404, to: 404, code: 'UPSTREAM_REJECTED', reason: 'does not know this resource.' },
  { from: 408, to: 408, code: 'UPSTREAM_TIMEOUT', reason: 'took too long.' },
  { from: 409, to: 409, code: 'UPSTREAM_REJECTED', reason: 'refused because of a conflict.' },
  { from: 429, to: 429, code: 'UPSTREAM_RATE_LIMITED', reason: 'limits the rate of calls at the moment.' },
  { from: 400, to: 499, code: 'UPSTREAM_REJECTED', reason: 'refused the request.' },
  { from: 0, to: 999, code: 'UPSTREAM_UNAVAILABLE', reason: 'is not available at the moment.' },
];

/** A write that is answered with one of these was understood, and refused for what was sent. */
const REFUSES_INPUT: ReadonlySet<number> = new Set([400, 409, 422]);

/** Turns every failed call into an UpstreamError: code, status and request id, and nothing of what the platform wrote. */
export const withErrors: Wrapper = (next) => async (call) => {
  try {
    const answer = await next(call);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const row = STATUSES.find(({ from, to }) => answer.status >= from && answer.status <= to);
    const reason = row?.reason ?? 'failed.';
    if (call.rejectionsIn !== undefined && REFUSES_INPUT.has(answer.status))
      throw new RejectedWrite(failureOf(call, answer), reason, call.rejectionsIn(answer.body));
    throw failed(call, row?.code ?? 'UPSTREAM_UNAVAILABLE', reason, answer);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (error instanceof OutOfTime) throw failed(call, 'UPSTREAM_TIMEOUT', 'did not answer in time.');
    if (error instanceof InvalidAnswer)
      throw failed(call, 'UPSTREAM_INVALID_DATA', 'sent an answer that is not whole JSON.');
    const reason = error instanceof Cancelled ? 'was not waited for.' : 'could not be reached.';
    throw failed(call, 'UPSTREAM_UNAVAILABLE', reason, undefined, error);
  }
};

function failed(call: Call, code: ErrorCode, reason: string, answer?: Answer, cause?: unknown): UpstreamError {
  return new UpstreamError(code, failureOf(call, answer), reason, { cause });
}

function failureOf(call: Call, answer?: Answer): UpstreamFailure {
  const waitMs = answer && retryAfterMs(answer);
  return {
    system: call.system,
    status: answer?.status,
    requestId: answer && requestIdOf(answer),
    traceId: call.scope.traceId,
    retryAfter: waitMs === undefined ? undefined : Math.ceil(waitMs / 1_000),
  };
}
