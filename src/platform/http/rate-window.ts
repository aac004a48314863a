/** How often a platform may be asked. Times are milliseconds. */
export interface Rate {
  /** Calls in any stretch of a minute. */
  readonly perMinute: number;
  /** How long that minute is. Default: a second more than it has, for what calls take on their way. */
  readonly windowMs?: number;
  /** A monotonic clock. */
  readonly now?: () => number;
}

/** A call that wants to be sent. */
export interface Wish {
  /** No caller waits for it. */
  readonly isBackground: boolean;
  /** Longest wait, in milliseconds. */
  readonly mostMs: number;
}

/** When a call may be sent. */
export type Plan =
  | {
      readonly isPlanned: true;
      /** Milliseconds until then. */
      readonly waitMs: number;
      /** Gives the place back that is not used. */
      readonly cancel: () => void;
    }
  /** Not within the longest wait; nothing was taken. */
  | { readonly isPlanned: false; readonly waitMs: number };

/** Plans calls so that a platform is asked no more often than it allows. */
export interface RateLimiter {
  plan(wish: Wish): Promise<Plan>;
}

/** Background work leaves callers a tenth of what is allowed: it goes only where fewer than nine tenths are used. */
export function allowed({ perMinute }: Rate, { isBackground }: Wish): number {
  return isBackground ? Math.max(1, Math.floor(perMinute * 0.9)) : perMinute;
}

/** The usual window, in milliseconds. */
export const WINDOW_MS = 61_000;

/** What this node has sent and plans to send: no stretch of the window's length ever holds more than is allowed. */
export class RateWindow {
  readonly #rate: Rate;
  readonly #windowMs: number;
  /** Moments in ascending order, those that no longer count left out. */
  readonly #planned: number[] = [];

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#windowMs = rate.windowMs ?? WINDOW_MS;
  }

  /** Takes the first moment from now that is free. */
  plan(wish: Wish): { waitMs: number; at: number } | { waitMs: number; at: null } {
    const now = this.#now();
    this.#forget(now - this.#windowMs);
    // With so many before it in its window, the call has to wait until the first of them is out of it.
    const first = this.#planned.at(-allowed(this.#rate, wish));
    const waitMs = first === undefined ? 0 : Math.max(0, first + this.#windowMs - now);
    if (waitMs > wish.mostMs) return { waitMs, at: null };
    return { waitMs, at: this.#add(now + waitMs) };
  }

  /** Puts off what was planned. @returns the new moment */
  postpone(at: number, ms: number): number {
    this.cancel(at);
    return this.#add(at + ms);
  }

  /** Gives a moment back. */
  cancel(at: number): void {
    const index = this.#planned.lastIndexOf(at);
    if (index >= 0) this.#planned.splice(index, 1);
  }

  #forget(until: number): void {
    const first = this.#planned.findIndex((at) => at > until);
    if (first !== 0) this.#planned.splice(0, first < 0 ? this.#planned.length : first);
  }

  #add(at: number): number {
    const index = this.#planned.findLastIndex((other) => other <= at) + 1;
    this.#planned.splice(index, 0, at);
    return at;
  }

  #now(): number {
    return (this.#rate.now ?? performance.now.bind(performance))();
  }
}

/** A limiter of this node alone. */
export function createRateLimiter(rate: Rate): RateLimiter {
  const window = new RateWindow(rate);
  return {
    async plan(wish) {
      const { at, waitMs } = window.plan(wish);
      return at === null ? { isPlanned: false, waitMs } : { isPlanned: true, waitMs, cancel: () => window.cancel(at) };
    },
  };
}
