import type { DeliveryFault, Letter, RecordedDelivery } from './types.ts';

const MOST_WAITING = 10_000;
const LATE_MS = 1_000;

/** A letter on its way. */
export interface Item {
  readonly letter: Letter;
  readonly body: Buffer;
  readonly record: RecordedDelivery;
  readonly fault: DeliveryFault | undefined;
}

/** One subscription's letters, delivered one after the other: a slow receiver holds up nobody else. */
export class Queue {
  readonly #deliver: (item: Item) => Promise<void>;
  readonly #emptied: () => void;
  #waiting: Item[] = [];
  /** What has let another one pass already, or is not to wait for one any longer. */
  readonly #due = new Set<Item>();
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  /** `deliver` never rejects. */
  constructor(deliver: (item: Item) => Promise<void>, emptied: () => void) {
    this.#deliver = deliver;
    this.#emptied = emptied;
  }

  /** False where too many are waiting already. */
  add(item: Item): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(item);
    void this.#run();
    return true;
  }

  /** Lets go of everything that waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let item = this.#next(); item !== undefined; item = this.#next()) await this.#deliver(item);
    this.#running = false;
    if (this.#waiting.length === 0) this.#emptied();
  }

  #next(): Item | undefined {
    const [head, second] = this.#waiting;
    if (head === undefined || head.fault?.kind !== 'late' || this.#due.delete(head)) return this.#waiting.shift();
    clearTimeout(this.#timer);
    if (second !== undefined) {
      this.#due.add(head);
      return this.#waiting.splice(1, 1)[0];
    }
    this.#timer = setTimeout(() => {
      this.#due.add(head);
      void this.#run();
    }, head.fault.delayMs ?? LATE_MS).unref();
    return undefined;
  }
}
