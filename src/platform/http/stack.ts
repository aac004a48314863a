import type { Dispatcher } from 'undici';
import { BACKGROUND_QUEUE } from '../operation.ts';
import type { System } from '../system.ts';
import { type BreakerState, Breakers } from './breakers.ts';
import { Holds } from './holds.ts';
import type { RateLimiter } from './rate-window.ts';
import { RetryBudget } from './retry-budget.ts';
import { type Send, stack, type Wrapper } from './send.ts';
import { transport } from './transport.ts';
import { Turns } from './turns.ts';
import { withAttempts } from './withAttempts.ts';
import { withBreaker } from './withBreaker.ts';
import { withConcurrency } from './withConcurrency.ts';
import { withErrors } from './withErrors.ts';
import { type HeadersOf, withHeaders } from './withHeaders.ts';
import { withOperationMemo } from './withOperationMemo.ts';
import { withRateLimit } from './withRateLimit.ts';
import { Reachability, withReachability } from './withReachability.ts';
import { withReport } from './withReport.ts';
import { withRetry } from './withRetry.ts';
import { withTimeout } from './withTimeout.ts';

/** Calls of one caller that may wait for their turn: far more than one operation makes. */
const WAITING_PER_CALLER = 1_000;

/** The part of the turns that background work may have: also where it waits in them for the rate, the others are callers'. */
const BACKGROUND_SHARE = 0.25;

/** How calls to a platform are made. */
export interface UpstreamOptions {
  /** Further attempts of a call that may be made again, at most. */
  readonly retries: number;
  /** Milliseconds before the first of them. */
  readonly retryBaseMs: number;
  /** How long an API domain is left alone after many failures, in milliseconds; 0 for never. */
  readonly breakerRestMs: number;
  /** Calls to one platform that are under way at once, at most. */
  readonly concurrency: number;
}

/** What the stack of one platform takes. */
export interface StackOptions extends UpstreamOptions {
  readonly system: System;
  readonly pool: Dispatcher;
  /** How often the platform may be asked, where that is known. */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Told of each change of a breaker. */
  readonly onBreaker?: ((state: BreakerState) => void) | undefined;
}

/** How many calls to a platform wait for their turn, and how many are under way. */
export interface QueueState {
  readonly system: System;
  readonly waiting: number;
  readonly inFlight: number;
}

/** The way to one platform: whatever is bounded is bounded for all of its calls together. */
export interface Stack {
  readonly reachability: Reachability;
  breakers(): readonly BreakerState[];
  queue(): QueueState;
  /**
   * Makes calls with these headers.
   * @param auth where the token may have to be sent anew
   */
  sendWith(headers: HeadersOf, auth?: Wrapper): Send;
  /** Makes calls to what stands beside the platform, as a token endpoint: bounded in time, not retried, in no queue. */
  readonly sendBeside: Send;
}

/** The HTTP stack of a platform, each concern a wrapper of its own. Here is their order, the outermost first. */
export function createStack(options: StackOptions): Stack {
  const { system, pool, rateLimiter, breakerRestMs, onBreaker } = options;
  const reachability = new Reachability();
  const breakers = new Breakers({ system, restMs: breakerRestMs, onChange: onBreaker });
  const { concurrency } = options;
  const forBackground = Math.max(1, Math.floor(concurrency * BACKGROUND_SHARE));
  const turns = new Turns({
    atOnce: concurrency,
    perCaller: WAITING_PER_CALLER,
    most: (caller) => (caller === BACKGROUND_QUEUE ? forBackground : concurrency),
  });
  const breaking = breakerRestMs === 0 ? [] : [withBreaker(breakers)];
  const attempt = [withAttempts, withTimeout];
  const wire = stack(
    transport(pool),
    ...breaking,
    withRetry({
      retries: options.retries,
      baseMs: options.retryBaseMs,
      budget: new RetryBudget(),
      holds: new Holds(),
    }),
    withConcurrency(turns),
    // Within a turn, so that turns share out what the rate allows, and a call leaves at the moment it was planned for.
    ...(rateLimiter === undefined ? [] : [withRateLimit(rateLimiter)]),
    ...attempt,
  );
  return {
    reachability,
    breakers: () => breakers.states(),
    queue: () => ({ system, waiting: turns.waiting, inFlight: turns.taken }),
    sendWith: (headers, auth) =>
      stack(
        wire,
        withOperationMemo(),
        withReachability(reachability),
        withReport,
        withErrors,
        withHeaders(headers),
        ...(auth === undefined ? [] : [auth]),
      ),
    sendBeside: stack(transport(pool), withReport, withErrors, ...breaking, ...attempt),
  };
}
