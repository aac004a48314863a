import { type Caller, queueOf } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { TableWaits } from './waits.ts';

/** Tables on their way at once: each holds a page or two in memory. */
const AT_ONCE = 32;
const PER_CALLER = 8;
/** When to try again where there are too many, in seconds. */
const BUSY_S = 5;

/** How long a reader may leave a table lying: one that takes nothing any more holds others up. */
const STALLED_MS = 120_000;

/** How much of the time that there is at a stop tables may take to end by themselves. */
const SHARE_TO_END = 0.8;

/** Bounds the tables that are on their way. */
export class Transfers {
  /** How long a reader may take nothing, in milliseconds. */
  readonly stalledMs: number;
  readonly #byCaller = new Map<string, number>();
  /** What breaks each of them off. */
  readonly #running = new Set<() => void>();
  #isStopping = false;
  #onNone: () => void = () => {};

  constructor({ stalledMs = STALLED_MS }: TableWaits = {}) {
    this.stalledMs = stalledMs;
  }

  /**
   * @param breakOff ends the table so that its reader sees it
   * @returns what ends it, which may be called again
   * @throws CodedError where there are too many, or the gateway stops
   */
  begin(caller: Caller, breakOff: () => void): () => void {
    if (this.#isStopping) throw new CodedError('GOING_AWAY', 'The gateway is stopping. Try again in a moment.');
    const name = queueOf(caller);
    const own = this.#byCaller.get(name) ?? 0;
    if (this.#running.size >= AT_ONCE || own >= PER_CALLER) throw busy(own >= PER_CALLER);
    const running = (): void => breakOff();
    this.#running.add(running);
    this.#byCaller.set(name, own + 1);
    return () => {
      if (!this.#running.delete(running)) return;
      const left = (this.#byCaller.get(name) ?? 1) - 1;
      if (left === 0) this.#byCaller.delete(name);
      else this.#byCaller.set(name, left);
      if (this.#running.size === 0) this.#onNone();
    };
  }

  /** Lets no table begin any more, waits for those that are on their way, and breaks off what takes too long. @param ms there is */
  async drain(ms: number): Promise<void> {
    this.#isStopping = true;
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SHARE_TO_END * ms);
      this.#onNone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const breakOff of this.#running) breakOff();
  }
}

function busy(isOwn: boolean): CodedError {
  const message = isOwn
    ? `You are reading ${PER_CALLER} tables at once: wait for one of them to end.`
    : 'Too many tables are being read at the moment.';
  return new CodedError('TOO_MANY_TABLES', message, { retryAfter: BUSY_S });
}
