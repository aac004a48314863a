/** How long a ready batch waits for stragglers before it goes without them, in milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Sends upstream work in waves: what is asked for while calls are under way waits until they have all been answered, and then
 * leaves together. So people who are named by relationships and by plans' owners are read in one call, although the two answers
 * do not arrive together. Waiting costs little, since the operation can't be answered before its slowest call anyhow; a straggler
 * holds the others up for a second at most.
 */
export class Waves {
  #waiting: (() => void)[] = [];
  #inFlight = 0;
  #armed = false;
  #impatient: NodeJS.Timeout | undefined;
  #number = 0;

  /** How many waves have left. */
  get number(): number {
    return this.#number;
  }

  /** Runs `dispatch` with the next wave. The signature is DataLoader's `batchScheduleFn`. */
  readonly schedule = (dispatch: () => void): void => {
    this.#waiting.push(dispatch);
    if (this.#inFlight === 0) this.#arm();
    else this.#wait();
  };

  /** Runs upstream work with the next wave and counts it as under way until it settles. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<void>((resolve) => this.schedule(resolve)).then(() => this.track(work()));
  }

  /** Counts work that has begun as under way until it settles. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0 && this.#waiting.length > 0) this.#arm();
    }
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // An immediate runs when every promise that the last answers resolved has asked for what it needs.
    setImmediate(() => {
      this.#armed = false;
      if (this.#inFlight === 0) this.#leave();
      else this.#wait();
    });
  }

  /** Until everything under way has been answered, or patience ends. */
  #wait(): void {
    this.#impatient ??= setTimeout(() => this.#leave(), PATIENCE_MS);
  }

  #leave(): void {
    clearTimeout(this.#impatient);
    this.#impatient = undefined;
    this.#number += 1;
    const wave = this.#waiting;
    this.#waiting = [];
    for (const dispatch of wave) dispatch();
  }
}
