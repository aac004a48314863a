/** Retries that are possible without any calls before them: a short fault of a quiet gateway is ridden out. */
const RESERVE = 10;
/** So many calls earn one retry. */
const CALLS_PER_RETRY = 5;

/**
 * How many retries a platform's calls may have: one for each 5 calls, and a reserve of 10 that calls fill up again. So an outage costs at
 * most a fifth more calls than there were, and ten, whatever each call might retry (the idea is that of Finagle's RetryBudget).
 */
export class RetryBudget {
  #fifths = RESERVE * CALLS_PER_RETRY;

  /** A call is made: it earns its part of a retry. */
  called(): void {
    this.#fifths = Math.min(this.#fifths + 1, RESERVE * CALLS_PER_RETRY);
  }

  /** Takes one retry. @returns whether there was one */
  take(): boolean {
    if (this.#fifths < CALLS_PER_RETRY) return false;
    this.#fifths -= CALLS_PER_RETRY;
    return true;
  }
}
