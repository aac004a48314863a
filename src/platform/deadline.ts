import { onAbort } from './abort.ts';

/** How much of what remains one upstream call may use, so that a hang leaves time for the rest of the operation. */
const SHARE_OF_ONE_CALL = 0.4;

/** The instant by which an operation must be answered. All times are milliseconds of the monotonic clock. */
export class Deadline {
  readonly #at: number;

  /** @param budgetMs how long the operation may take from now */
  constructor(budgetMs: number) {
    this.#at = performance.now() + budgetMs;
  }

  /** Milliseconds left, 0 when it has passed. */
  remaining(): number {
    return Math.max(0, this.#at - performance.now());
  }

  /** Milliseconds that one upstream call may take from now. */
  shareOfOneCall(): number {
    return this.remaining() * SHARE_OF_ONE_CALL;
  }
}

/** A wait ran out of its time. */
export class OutOfTime extends Error {}

/** Nobody waits for the work any more. */
export class Cancelled extends Error {}

/**
 * Waits for shared work no longer than `ms` milliseconds, and no longer than somebody wants it; the work goes on for the others who wait.
 * @throws OutOfTime, or Cancelled when the signal is aborted
 */
export async function within<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  let end: () => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new OutOfTime()), ms);
    const stop = signal && onAbort(signal, () => reject(new Cancelled()));
    end = () => {
      clearTimeout(timer);
      stop?.();
    };
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    end();
  }
}
