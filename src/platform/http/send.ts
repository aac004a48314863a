import type { Readable } from 'node:stream';
import type { Rejection } from '../errors.ts';
import type { AttemptOutcome } from '../observer.ts';
import type { CallScope } from '../operation.ts';
import type { System } from '../system.ts';

/** One REST call. */
export interface Call {
  readonly system: System;
  /** The path with placeholders, for messages and measures: it holds no ids. */
  readonly template: string;
  /** The platform's API domain: `crm`, `finances`, `plans` … Each has a circuit breaker of its own. */
  readonly domain: string;
  /** How many ids it asks for; 0 where it asks for none. */
  readonly batchSize: number;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, can be sent once only, and needs its `content-length` among the headers. */
  readonly body?: string | Readable | undefined;
  /** `stream` gives a good answer's body as a `Readable`, for whoever reads or destroys it; an error's is parsed as any other. */
  readonly as?: 'json' | 'stream' | undefined;
  /** What an answer's body says is wrong with what was sent; for writes, where somebody can tell. */
  readonly rejectionsIn?: ((body: unknown) => readonly Rejection[]) | undefined;
  readonly scope: CallScope;
  /** What became of it so far, where somebody wants to know. */
  readonly progress?: Progress | undefined;
}

/** What becomes of a call: the wrappers write it down as it happens. */
export interface Progress {
  /** Every attempt in order. */
  readonly attempts: AttemptOutcome[];
  /** Milliseconds that it waited for its turn. */
  queuedMs: number;
  /** The platform's own id of the last answer. */
  requestId?: string | undefined;
}

/** The answer to a call; `body` is parsed JSON, null where there is none, or a stream where that was asked for. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** How long the body was, in characters. */
  readonly length?: number;
}

/** The platform's own id of an answer (`x-dt-requestid`, platform documentation), where it is one that can safely stand in logs. */
export function requestIdOf({ headers }: Answer): string | undefined {
  const id = headers['x-dt-requestid'];
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : undefined;
}

/** Whether a call can't be made twice, whatever its method: its body is gone when it was sent. */
export function isOnce({ body }: Call): boolean {
  return body !== undefined && typeof body !== 'string';
}

/** Makes a call. */
export type Send = (call: Call) => Promise<Answer>;

/** One concern around a Send. */
export type Wrapper = (next: Send) => Send;

/** Puts wrappers around a transport, the first one outermost. */
export function stack(transport: Send, ...wrappers: Wrapper[]): Send {
  return wrappers.reduceRight((next, wrap) => wrap(next), transport);
}
