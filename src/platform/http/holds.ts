/**
 * The longest that a domain is held back at once, in milliseconds: Plannr counts by the minute (platform documentation), and a platform
 * that asks for more is asked once a minute whether it still does.
 */
const LONGEST_MS = 60_000;

/** Which API domains asked to be left alone, and until when: one call's 429 holds for all. */
export class Holds {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Holds a domain back for so many milliseconds, if it is not held back for longer. */
  hold(domain: string, ms: number): void {
    this.#until.set(domain, this.#now() + Math.max(this.remaining(domain), Math.min(ms, LONGEST_MS)));
  }

  /** Milliseconds until the domain may be asked again; 0 where it may be now. */
  remaining(domain: string): number {
    return Math.max(0, (this.#until.get(domain) ?? 0) - this.#now());
  }
}
