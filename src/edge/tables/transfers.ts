import { type Caller, queueOf } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';

/** Tables on their way at once: each holds a page or two in memory. */
const AT_ONCE = 32;
const PER_CALLER = 8;
/** When to try again where there are too many, in seconds. */
const BUSY_S = 5;

/** Bounds the tables that are on their way. */
export class Transfers {
  readonly #byCaller = new Map<string, number>();
  #count = 0;

  /** @returns what ends it, which may be called again @throws CodedError where there are too many */
  begin(caller: Caller): () => void {
    const name = queueOf(caller);
    const own = this.#byCaller.get(name) ?? 0;
    if (this.#count >= AT_ONCE || own >= PER_CALLER) throw busy(own >= PER_CALLER);
    this.#count += 1;
    this.#byCaller.set(name, own + 1);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#count -= 1;
      const left = (this.#byCaller.get(name) ?? 1) - 1;
      if (left === 0) this.#byCaller.delete(name);
      else this.#byCaller.set(name, left);
    };
  }
}

function busy(isOwn: boolean): CodedError {
  const message = isOwn
    ? `You are reading ${PER_CALLER} tables at once: wait for one of them to end.`
    : 'Too many tables are being read at the moment.';
  return new CodedError('TOO_MANY_TABLES', message, { retryAfter: BUSY_S });
}
