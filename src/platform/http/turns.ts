/** How many turns there are. */
export interface TurnOptions {
  /** Turns that are taken at once, at most. */
  readonly atOnce: number;
  /** How many may wait for one caller, at most. */
  readonly perCaller: number;
  /** Turns that one caller may have at once; all of them where it is left out. */
  readonly most?: (caller: string) => number;
}

/** A place in the queue. */
export interface Place {
  /** Comes when it is this one's turn: it is taken then. */
  readonly turn: Promise<void>;
  /** Leaves the queue. @returns whether it still stood there; else the turn has come, and is to be given back */
  readonly leave: () => boolean;
}

/**
 * Turns for a bounded number at once. Callers who wait are served in a round, one turn each; what one caller waits for is served in order.
 * So who asks for much waits for it alone.
 */
export class Turns {
  readonly #options: TurnOptions;
  /** By caller, the next one in the round first. None is empty. */
  readonly #queues = new Map<string, Set<() => void>>();
  readonly #takenBy = new Map<string, number>();
  #taken = 0;
  #waiting = 0;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Takes a turn where one is free, which it is only when nobody waits who may have it. @returns whether it was */
  take(caller: string): boolean {
    if (this.#taken >= this.#options.atOnce || !this.#mayHaveMore(caller)) return false;
    this.#count(caller, 1);
    return true;
  }

  /** Queues for a turn; null where the caller has too many waiting. */
  queue(caller: string): Place | null {
    const queue = this.#queues.get(caller) ?? new Set();
    if (queue.size >= this.#options.perCaller) return null;
    let go: () => void = () => {};
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.#queues.set(caller, queue.add(go));
    this.#waiting += 1;
    return { turn, leave: () => this.#drop(caller, queue, go) };
  }

  /** Gives a caller's turn back: to the next who waits and may have it. */
  done(caller: string): void {
    this.#count(caller, -1);
    for (const [next, queue] of this.#queues) {
      const [go] = queue;
      if (go === undefined || !this.#mayHaveMore(next)) continue;
      // Behind all the others, until the round comes back.
      this.#queues.delete(next);
      this.#queues.set(next, queue);
      this.#drop(next, queue, go);
      this.#count(next, 1);
      go();
      return;
    }
  }

  #mayHaveMore(caller: string): boolean {
    const { most, atOnce } = this.#options;
    return (this.#takenBy.get(caller) ?? 0) < (most?.(caller) ?? atOnce);
  }

  #count(caller: string, turns: 1 | -1): void {
    this.#taken += turns;
    const taken = (this.#takenBy.get(caller) ?? 0) + turns;
    if (taken === 0) this.#takenBy.delete(caller);
    else this.#takenBy.set(caller, taken);
  }

  #drop(caller: string, queue: Set<() => void>, go: () => void): boolean {
    if (!queue.delete(go)) return false;
    this.#waiting -= 1;
    if (queue.size === 0) this.#queues.delete(caller);
    return true;
  }
}
