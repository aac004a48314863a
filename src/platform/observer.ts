import type { ErrorCode } from './errors.ts';
import type { System } from './system.ts';

/** How one attempt at a call ended: the platform's status, or why there is none. */
export type AttemptOutcome = number | 'timeout' | 'network' | 'invalid' | 'cancelled';

/** One REST call, when it is over, with its further attempts. Times are milliseconds. */
export interface CallReport {
  readonly system: System;
  /** The platform's API domain: `crm`, `finances`, `plans` … */
  readonly domain: string;
  readonly method: string;
  /** The path with placeholders. */
  readonly template: string;
  /** How many ids it asked for; 0 where it asked for none. */
  readonly batchSize: number;
  /** Which wave of the operation it left with, counted from 1; 0 for background work. */
  readonly wave: number;
  /** When it began, on the monotonic clock (`performance.now()`). */
  readonly startedAt: number;
  readonly ms: number;
  /** Of which it waited for its turn. */
  readonly queuedMs: number;
  /** Every attempt in order; the last one counts. Empty where none was made. */
  readonly attempts: readonly AttemptOutcome[];
  /** The platform's own id of the last answer (`x-dt-requestid`, platform documentation). */
  readonly requestId?: string | undefined;
  /** Why it failed, where it did. */
  readonly code?: ErrorCode | undefined;
}

/**
 * What came of a look into the cache: `fresh`; `stale`, to be refreshed behind the answer; `error`, stale because the platform could not be
 * asked; `shared` with a read under way; `miss`; `bypass` where the cache could not be trusted.
 */
export type CacheOutcome = 'fresh' | 'stale' | 'error' | 'shared' | 'miss' | 'bypass';

/** Keys of one resource that were looked up together and came to the same. */
export interface LookupReport {
  readonly system: System;
  /** The cached resource: `clients`, `finances` … */
  readonly resource: string;
  readonly outcome: CacheOutcome;
  readonly count: number;
  /** Age of the oldest value, in milliseconds; absent where none was found. */
  readonly ageMs?: number | undefined;
  readonly wave: number;
}

/** Is told of the work that an operation, or background work, causes. Must be quick and must not throw. */
export interface Observer {
  called(report: CallReport): void;
  lookedUp(report: LookupReport): void;
}

/** Tells several observers. */
export function observers(...all: readonly Observer[]): Observer {
  return {
    called: (report) => {
      for (const one of all) one.called(report);
    },
    lookedUp: (report) => {
      for (const one of all) one.lookedUp(report);
    },
  };
}

/** Tells nobody. */
export const NO_OBSERVER: Observer = { called: () => {}, lookedUp: () => {} };
