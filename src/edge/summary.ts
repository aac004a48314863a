import type { CacheOutcome, Observer } from '../platform/observer.ts';
import { SYSTEMS, type System } from '../platform/system.ts';

/** The platform's ids of failed calls that are written down, by which its own support can find them. */
const MOST_REQUEST_IDS = 10;

const MISSES: ReadonlySet<CacheOutcome> = new Set(['miss', 'bypass']);

/** Data that is older than it should be, since a platform could not be asked: told in `extensions.stale`. */
export interface Stale {
  /** Whose data it is. */
  readonly systems: readonly System[];
  /** Milliseconds since the oldest of it was read. */
  readonly oldestAgeMs: number;
}

/** Counts what an operation caused: for its line in the log, and to mark an answer with stale data in it. */
export class Summary implements Observer {
  calls = 0;
  cacheHits = 0;
  cacheMisses = 0;
  readonly failedRequestIds: string[] = [];
  readonly #stale = new Map<System, number>();

  readonly called: Observer['called'] = ({ code, requestId }) => {
    this.calls += 1;
    if (code !== undefined && requestId !== undefined && this.failedRequestIds.length < MOST_REQUEST_IDS)
      this.failedRequestIds.push(requestId);
  };

  readonly lookedUp: Observer['lookedUp'] = ({ system, outcome, count, ageMs = 0 }) => {
    if (MISSES.has(outcome)) this.cacheMisses += count;
    else this.cacheHits += count;
    if (outcome === 'error') this.#stale.set(system, Math.max(ageMs, this.#stale.get(system) ?? 0));
  };

  /** Undefined where all data is as fresh as it should be. */
  get stale(): Stale | undefined {
    if (this.#stale.size === 0) return undefined;
    return {
      systems: SYSTEMS.filter((system) => this.#stale.has(system)),
      oldestAgeMs: Math.round(Math.max(...this.#stale.values())),
    };
  }
}
