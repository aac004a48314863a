import { onAbort } from '../abort.ts';
import { OutOfTime, within } from '../deadline.ts';
import type { CallScope } from '../operation.ts';

/**
 * A read under way that several wait for. Each waits within its own time; it goes on as long as anyone does, and is let go of when nobody
 * does any more.
 */
export class Flight<T> {
  /** The position in the drop log at which it began; null where it could not be told. */
  readonly fence: number | null;
  /** How long each of its calls might take when it began, in milliseconds. */
  readonly #share: number;
  readonly #landed: Promise<T>;
  readonly #cancel = new AbortController();
  #waiting = 0;
  #hasBegun = false;
  #hasLanded = false;

  /** @param work gets the scope of whoever began it, but for the signal @param before it begins when these have ended, or take too long */
  constructor(
    scope: CallScope,
    fence: number | null,
    work: (scope: CallScope) => Promise<T>,
    before: readonly Flight<T>[] = [],
  ) {
    this.fence = fence;
    this.#share = scope.deadline.shareOfOneCall();
    this.#landed = this.#fly({ ...scope, signal: this.#cancel.signal }, work, before).finally(() => {
      this.#hasLanded = true;
    });
    // Whoever waits is told; nobody may be waiting any more.
    this.#landed.catch(() => undefined);
  }

  /** Whether the platform is being asked, or has been. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether it was given up before it landed. */
  get isCancelled(): boolean {
    return this.#cancel.signal.aborted;
  }

  /** Whether it was pressed for time in a way that someone with that scope is not: its running out says nothing to them. */
  wasPressedMoreThan({ deadline }: CallScope): boolean {
    return this.#share < deadline.shareOfOneCall() / 2;
  }

  async #fly(scope: CallScope, work: (scope: CallScope) => Promise<T>, before: readonly Flight<T>[]): Promise<T> {
    const { deadline, signal } = scope;
    const ends = Promise.all(before.map((flight) => flight.settled()));
    if (before.length > 0) await within(ends, deadline.shareOfOneCall(), signal).catch(() => undefined);
    signal.throwIfAborted();
    this.#hasBegun = true;
    return work(scope);
  }

  /** When it has landed or failed, whoever waits. */
  async settled(): Promise<void> {
    await this.#landed.catch(() => undefined);
  }

  /** @throws what the read throws, or OutOfTime, or why the signal was aborted */
  async join({ signal, deadline }: CallScope): Promise<T> {
    this.#waiting += 1;
    let stopListening = (): void => {};
    const gone = new Promise<never>((_, reject) => {
      stopListening = onAbort(signal, () => reject(signal.reason ?? new OutOfTime()));
    });
    try {
      return await within(Promise.race([this.#landed, gone]), deadline.remaining());
    } finally {
      stopListening();
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#hasLanded) this.#cancel.abort();
    }
  }
}
