import { OutOfTime } from './deadline.ts';

/** How long Redis is left alone after it failed, in milliseconds: not every reader must find out for itself. */
const REST_MS = 1_000;

/** In so many turns the longest wait is cut. */
const TURNS = 10;

/** How Redis is waited for. */
export interface PatienceOptions {
  /** Longest wait for one answer, in milliseconds. */
  readonly waitMs: number;
  /** Told when Redis fails, at most once a rest. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds of the monotonic clock. */
  readonly now?: () => number;
}

/** Redis rests after a failure: it is not asked. */
export class Resting extends Error {}

/** Bounded waits for Redis, and a rest after each failure. */
export class Patience {
  readonly #options: PatienceOptions;
  #restsUntil = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  get isResting(): boolean {
    return this.#now() < this.#restsUntil;
  }

  /** @throws Resting, OutOfTime or what the work throws */
  ask<T>(work: () => Promise<T>): Promise<T> {
    return this.isResting ? Promise.reject(new Resting()) : this.insist(work);
  }

  /** Asks also while Redis rests: for what is rare and must not wait. @throws OutOfTime or what the work throws */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await inTurns(work(), this.#options.waitMs);
    } catch (error) {
      if (!this.isResting) {
        this.#restsUntil = this.#now() + REST_MS;
        this.#options.onError(error);
      }
      throw error;
    }
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }
}

/**
 * Waits in turns, between which the process looks at what has come in: one that is busy for longer than the whole wait would give up in
 * front of an answer that is there already, and would be even busier without it.
 * @throws OutOfTime
 */
export function inTurns<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = TURNS;
    let timer: NodeJS.Timeout | undefined;
    const turn = (): void => {
      if (left === 0) reject(new OutOfTime());
      else timer = setTimeout(turn, ms / TURNS);
      left -= 1;
    };
    turn();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
