import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  CountBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { within } from '../deadline.ts';
import type { System } from '../system.ts';
import { NotSent, outcomeOf } from './faults.ts';
import type { Answer, Call } from './send.ts';

/** A domain is left alone when more than half of its last 20 calls failed, as soon as there were 10. */
const WINDOW = { size: 20, threshold: 0.5, minimumNumberOfCalls: 10 };

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
} as const;

/** How the breaker of one API domain stands: calls go through; none does; one tries whether they may again. */
export interface BreakerState {
  readonly system: System;
  readonly domain: string;
  readonly state: (typeof STATES)[CircuitState];
}

/** What the breakers of a platform take. */
export interface BreakerOptions {
  readonly system: System;
  /** How long a domain is left alone before one call tries it, in milliseconds. */
  readonly restMs: number;
  /** Told of each change. */
  readonly onChange?: ((state: BreakerState) => void) | undefined;
}

/** A platform's circuit breakers, one for each API domain: that one of them fails says nothing of the others. */
export class Breakers {
  readonly #options: BreakerOptions;
  readonly #byDomain = new Map<string, Breaker>();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** The breaker of a domain. */
  of(domain: string): Breaker {
    const made = this.#byDomain.get(domain);
    if (made !== undefined) return made;
    const { system, restMs, onChange } = this.#options;
    const breaker = new Breaker(restMs, (state) => onChange?.({ system, domain, state }));
    this.#byDomain.set(domain, breaker);
    return breaker;
  }

  /** How the breakers stand of those domains that were asked at all. */
  states(): BreakerState[] {
    const { system } = this.#options;
    return [...this.#byDomain].map(([domain, { state }]) => ({ system, domain, state }));
  }
}

/** The circuit breaker of one domain. */
class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  /** The one call that tries whether the domain is well again. */
  #trial: Promise<void> | undefined;

  constructor(restMs: number, onChange: (state: BreakerState['state']) => void) {
    this.#policy = circuitBreaker(handleWhen(isFault).orWhenResult(isFailure), {
      halfOpenAfter: restMs,
      breaker: new CountBreaker(WINDOW),
    });
    this.#policy.onStateChange((state) => onChange(STATES[state]));
  }

  get state(): BreakerState['state'] {
    return STATES[this.#policy.state];
  }

  /** Makes a call, unless the domain is left alone. @throws NotSent where it is, and what the work throws */
  async run(call: Call, work: () => Promise<Answer>): Promise<Answer> {
    // While one call tries the domain the others wait for what comes of it, each within its own time.
    while (this.#trial !== undefined) await this.#waitFor(this.#trial, call);
    try {
      const answer = this.#policy.execute(work);
      if (this.#policy.state === CircuitState.HalfOpen) this.#tryWith(answer);
      return await answer;
    } catch (error) {
      throw error instanceof BrokenCircuitError ? leftAlone(call) : error;
    }
  }

  #tryWith(answer: Promise<unknown>): void {
    const over = () => {
      this.#trial = undefined;
    };
    this.#trial = answer.then(over, over);
  }

  async #waitFor(trial: Promise<void>, call: Call): Promise<void> {
    const { deadline, signal } = call.scope;
    const began = performance.now();
    try {
      await within(trial, deadline.shareOfOneCall(), signal);
    } catch (error) {
      throw signal.aborted ? error : leftAlone(call);
    } finally {
      if (call.progress !== undefined) call.progress.queuedMs += performance.now() - began;
    }
  }
}

/**
 * Whether the platform is at fault for what was thrown. A call that was not sent, or whose caller has gone, counts as nothing; nor does a
 * body that is no JSON count: an answer it is. Where such a call was the trial, the breaker closes, and the next failure opens it again.
 */
function isFault(error: unknown): boolean {
  return !(error instanceof NotSent) && ['network', 'timeout'].includes(outcomeOf(error));
}

function isFailure(answer: unknown): boolean {
  const { status } = answer as Answer;
  return status >= 500 || status === 429;
}

function leftAlone(call: Call): NotSent {
  return new NotSent(call, 'UPSTREAM_UNAVAILABLE', 'is not asked for a moment, after many failures.');
}
