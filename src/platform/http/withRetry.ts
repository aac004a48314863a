import { pause as byTheClock, type Pause } from '../pause.ts';
import { NotSent, outcomeOf } from './faults.ts';
import type { Holds } from './holds.ts';
import { retryAfterMs } from './retry-after.ts';
import type { RetryBudget } from './retry-budget.ts';
import { type Answer, type Call, isOnce, type Send, type Wrapper } from './send.ts';

/** How calls are retried. */
export interface RetryOptions {
  /** Further attempts of one call, at most. */
  readonly retries: number;
  /** Milliseconds before the first further attempt; each one after it waits twice as long. */
  readonly baseMs: number;
  readonly budget: RetryBudget;
  readonly holds: Holds;
  /** From 0 to 1, as `Math.random` gives it. */
  readonly random?: () => number;
  readonly pause?: Pause;
}

/** What may be done twice without harm (RFC 9110 section 9.2.2). */
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE']);
/** What may be otherwise a moment later: too many requests, bad gateway, unavailable, gateway timeout; no answer at all. */
const OUTCOMES: ReadonlySet<unknown> = new Set([429, 502, 503, 504, 'network', 'timeout']);

/** A call that got no answer in its share of the time is made again once: a third share would leave the operation too little. */
const MOST_TIMEOUTS = 1;

type Result = { readonly answer: Answer } | { readonly error: unknown };

/**
 * Makes a call again where that may help: with growing delays, not before the platform wants it (`Retry-After`), never for longer than one
 * call may take of the deadline, and no more often than the budget allows. A 429 with `Retry-After` holds back the domain's other calls too.
 */
export function withRetry({ budget, ...options }: RetryOptions): Wrapper {
  const { retries, pause = byTheClock } = options;
  return (next) => async (call) => {
    budget.called();
    let last = await attempt(next, call, options);
    let timeouts = 0;
    const mayRetry = METHODS.has(call.method) && !isOnce(call);
    for (let retry = 0; retry < retries && mayRetry; retry += 1) {
      if (isTimeout(last)) timeouts += 1;
      if (timeouts > MOST_TIMEOUTS) break;
      const ms = delayOf(last, retry, options);
      if (ms === undefined || ms > call.scope.deadline.shareOfOneCall() || !budget.take()) break;
      await pause(ms, call.scope.signal);
      const result = await attempt(next, call, options);
      // Not sent after all: then what the platform last said is the better word.
      if ('error' in result && result.error instanceof NotSent) break;
      last = result;
    }
    if ('error' in last) throw last.error;
    return last.answer;
  };
}

async function attempt(
  next: Send,
  call: Call,
  { holds, pause = byTheClock }: Omit<RetryOptions, 'budget'>,
): Promise<Result> {
  try {
    for (let ms = holds.remaining(call.domain); ms > 0; ms = holds.remaining(call.domain)) {
      if (ms > call.scope.deadline.shareOfOneCall()) throw heldBack(call, ms);
      await pause(ms, call.scope.signal);
      if (call.progress !== undefined) call.progress.queuedMs += ms;
    }
    const answer = await next(call);
    const asked = answer.status === 429 ? retryAfterMs(answer) : undefined;
    if (asked !== undefined) holds.hold(call.domain, asked);
    return { answer };
  } catch (error) {
    return { error };
  }
}

function isTimeout(result: Result): boolean {
  return 'error' in result && outcomeOf(result.error) === 'timeout';
}

/** Milliseconds until the next attempt; undefined where there is to be none. */
function delayOf(
  result: Result,
  retry: number,
  { baseMs, random = Math.random }: Omit<RetryOptions, 'budget'>,
): number | undefined {
  const isNotSent = 'error' in result && result.error instanceof NotSent;
  if (isNotSent || !OUTCOMES.has('error' in result ? outcomeOf(result.error) : result.answer.status)) return undefined;
  // Not all at the same moment: those that failed together would come together again.
  const backoff = baseMs * 2 ** retry * (0.5 + random() / 2);
  return Math.max(backoff, ('answer' in result ? retryAfterMs(result.answer) : undefined) ?? 0);
}

function heldBack(call: Call, ms: number): NotSent {
  return new NotSent(call, 'UPSTREAM_RATE_LIMITED', 'limits the rate of calls at the moment.', Math.ceil(ms / 1_000));
}
