import type { DeliveryControls } from '../deliveries/types.ts';

/** One request as a sandbox server received it. Times are `performance.now()` milliseconds. */
export interface RecordedRequest {
  method: string;
  /** The path as sent, without the query. */
  path: string;
  /** The route that matched, e.g. `/finances/v1/clients/{clientIds}/finances`; the path itself where none did. */
  template: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The text of a JSON body of 64 KB at most; not there where it was none. */
  body?: string;
  startedAt: number;
  /** Null while the request is under way. */
  endedAt: number | null;
  /** Null until an answer was begun, and for ever where none was (a hang, a reset). */
  status: number | null;
}

export type FaultKind = 'status' | 'hang' | 'halfJson' | 'reset' | 'slowBody';

/**
 * Something that goes wrong on purpose.
 * - `status`: answers `status` (default 500) with `headers` and `body` (default: the platform's error shape), after `delayMs`.
 * - `hang`: never answers; with `delayMs` it answers normally, that much later.
 * - `halfJson`: the normal answer, cut off in the middle of its JSON but complete as HTTP.
 * - `reset`: the connection is reset after `delayMs`, without an answer.
 * - `slowBody`: headers and half of the body at once, the rest after `delayMs` (default 1,000).
 *
 * `status` and `headers`, where given, also change the answer of `halfJson` and `slowBody`.
 */
export interface Fault {
  /** Tested against the path without the query; default: every path. */
  path?: RegExp;
  method?: string;
  kind: FaultKind;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  delayMs?: number;
  /** How often it applies; default for ever. */
  times?: number;
  /** 0 to 1, drawn from the sandbox's seed; default 1. */
  probability?: number;
}

/** What a test sees and changes of the requests that a platform takes. */
export interface RequestControls {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Every request received since the last `clearRequests`, oldest first, bounded to about the newest 100,000. Live. */
  readonly requests: readonly RecordedRequest[];
  clearRequests(): void;
  /** Adds a fault (the first added that matches applies) and returns a function that removes it. */
  addFault(fault: Fault): () => void;
  clearFaults(): void;
  /** Milliseconds added to every answer from now on. */
  setLatency(ms: number): void;
  /** Every token given so far is refused from now on. Does nothing on Plannr. */
  expireTokens(): void;
}

/** One of the two platforms, listening on loopback, and calling its subscribers there. */
export interface SandboxServer extends RequestControls, DeliveryControls {}
