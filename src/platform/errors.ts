import { SYSTEM_NAMES, type System } from './system.ts';

/** The codes that a caller meets in `extensions.code`. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'COST_EXCEEDED'
  | 'BUDGET_EXCEEDED'
  | 'QUERY_TOO_COMPLEX'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'TOO_MANY_TABLES'
  | 'SLOW_SUBSCRIBER'
  | 'GOING_AWAY'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_REJECTED'
  | 'UPSTREAM_INVALID_DATA'
  | 'OUTCOME_UNKNOWN'
  | 'INTERNAL_SERVER_ERROR';

/** An error whose message and code are meant for the caller; every other error is masked on its way out. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The caller asked for something malformed; the message says what is allowed. */
export class BadInput extends CodedError {
  constructor(message: string) {
    super('BAD_USER_INPUT', message);
  }
}

/** What is known of a failed upstream call. Never its body, its headers or its URL: they hold personal data. */
export interface UpstreamFailure {
  readonly system: System;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Whole seconds after which it makes sense to try again. */
  readonly retryAfter?: number | undefined;
  /** The field that is broken, `client.createdAt`, where the rest of the answer can be used. */
  readonly field?: string | undefined;
}

/** A call to a platform failed, or its answer can't be used. */
export class UpstreamError extends CodedError {
  readonly system: System;
  readonly status: number | undefined;

  constructor(code: ErrorCode, failure: UpstreamFailure, reason: string, options?: ErrorOptions) {
    const { retryAfter, ...upstream } = failure;
    super(
      code,
      `${SYSTEM_NAMES[failure.system]}${reason.startsWith("'") ? '' : ' '}${reason}`,
      { upstream: withoutUndefined(upstream), ...(retryAfter !== undefined && { retryAfter }) },
      options,
    );
    this.system = failure.system;
    this.status = failure.status;
  }
}

/** What a platform says is wrong with what was sent. */
export interface Rejection {
  /** Names and indexes of the field, from the body on; empty where it is about the whole. */
  readonly field: readonly string[];
  /** What is wrong, in the platform's words: never to be told or logged as it is, since it may quote values. */
  readonly issue: string;
}

/** A platform did not accept what was to be written. */
export class RejectedWrite extends UpstreamError {
  readonly rejections: readonly Rejection[];

  constructor(failure: UpstreamFailure, reason: string, rejections: readonly Rejection[]) {
    super('UPSTREAM_REJECTED', failure, reason);
    this.rejections = rejections;
  }
}

/** A platform sent a value that its field can't hold. Names the field and the system, never the value. */
export class BrokenField extends UpstreamError {
  constructor(system: System, field: string, expected: string) {
    super('UPSTREAM_INVALID_DATA', { system, field }, `sent a ${field} that is not ${expected}.`);
  }
}

/** Whether a failure, as it is told, is of one field or record, and the rest of its page is there. */
export function isBrokenField(extensions: Readonly<Record<string, unknown>> | undefined): boolean {
  return (extensions?.upstream as Partial<UpstreamFailure> | undefined)?.field !== undefined;
}

function withoutUndefined(failure: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(failure).filter(([, value]) => value !== undefined));
}

/**
 * Turns anything thrown while a platform was asked into an UpstreamError, so that one failure can be reported beside the other
 * platform's data. What is not an upstream's fault is thrown on: it is a defect, and must not pass for an outage.
 */
export function upstreamErrorOf(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  throw error;
}
