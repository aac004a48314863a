import type { Reads } from './cache/reads.ts';
import type { Caller } from './caller.ts';
import { Deadline } from './deadline.ts';
import type { UpstreamError } from './errors.ts';
import type { Observer } from './observer.ts';
import type { Selection } from './selection.ts';
import type { Waves } from './waves.ts';

/** What every upstream call carries, whether an operation or a background job makes it. */
export interface CallScope {
  readonly deadline: Deadline;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** The caller's correlation id, sent as `x-dt-traceid` (platform documentation). */
  readonly traceId: string;
  /** Nothing that is kept will do: it is read from the platform, now. */
  readonly fresh?: boolean | undefined;
  /** A great deal is read, once: it must not push out of memory what others come back for. */
  readonly isBulk?: boolean | undefined;
  /** What is past its lifetime will not do, also where the platform can't be asked: whoever reads could not be told of it. */
  readonly withoutOld?: boolean | undefined;
  /** Takes down what is read, where the whole answer may be kept. */
  readonly reads?: Reads | undefined;
  /** The caller's own token for Dynamic Planner, where it is to be used. */
  readonly upstreamToken?: string | undefined;
  /** Whose turn it is where calls have to queue: callers take turns, whatever each of them asks for. */
  readonly queue: string;
  /** The wave of the operation that is under way, counted from 1; 0 for background work. */
  readonly wave: () => number;
  /** Is told of each call and of each look into the cache. */
  readonly observer: Observer;
  /** Tells of something that a platform sent and that had to be left out: it becomes an error beside the data. */
  readonly report: (problem: UpstreamError) => void;
}

/** The queue of all work that no caller waits for: it leaves callers a part of what a platform allows. */
export const BACKGROUND_QUEUE = 'background';

/** One GraphQL operation as domains see it. */
export interface Operation extends CallScope {
  readonly caller: Caller;
  readonly waves: Waves;
  readonly selection: Selection;
}

/** Time for work that several operations wait for, in milliseconds: a whole call of an operation with the default deadline. */
const SHARED_BUDGET_MS = 10_000;

/** The scope of work that others wait for too: it must not end with the operation that happened to begin it, nor be pressed by its deadline. */
export function sharedScope(scope: CallScope): CallScope {
  return { ...scope, signal: new AbortController().signal, deadline: new Deadline(SHARED_BUDGET_MS) };
}
