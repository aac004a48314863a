interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (error: unknown) => void;
}

/** Items done together in one go, and items that may wait for their turn. */
const MOST_TOGETHER = 1_000;
const MOST_WAITING = 20_000;

/** Does together what came while the group before was being done: so many callers share one commit. */
export class Group<I, O> {
  readonly #work: (items: readonly I[]) => Promise<readonly O[]>;
  readonly #full: () => Error;
  readonly #waiting: Waiting<I, O>[] = [];
  #running: Promise<void> | undefined;

  /**
   * @param work does all items, or none and rejects; gives a result for each, in order
   * @param full the error for who comes while too many wait
   */
  constructor(work: (items: readonly I[]) => Promise<readonly O[]>, full: () => Error) {
    this.#work = work;
    this.#full = full;
  }

  /** The item's own result, when its group is done. @throws what the work rejects with, or the error for too many */
  add(item: I): Promise<O> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(this.#full());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits until nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST_TOGETHER);
      try {
        const results = await this.#work(group.map(({ item }) => item));
        for (const [i, { resolve }] of group.entries()) resolve(results[i] as O);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }
}
