import type { ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission, Guard } from '../../guard/index.ts';
import { callerScope, type Reads } from '../../platform/cache/index.ts';
import { CodedError, type ErrorCode, isBrokenField } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import type { Answer, Ask, Question } from '../../tables/walk/ask.ts';
import { admissionOf } from '../doors.ts';
import { goneSignal } from '../gone.ts';
import { type OperationSettings, openRequest, type RequestContext } from '../operations.ts';
import { watchOperation } from '../watch.ts';
import type { TableWaits } from './waits.ts';

/** What running a table's operations takes. */
export interface AskerOptions extends OperationSettings {
  readonly apollo: ApolloServer<RequestContext>;
  readonly guard: Guard;
  /** How often who reads is judged anew, in milliseconds. */
  readonly recheckMs: number;
  readonly waits?: TableWaits | undefined;
}

/** Who reads a table, and how. */
export interface Reader {
  readonly admission: Admission;
  readonly request: FastifyRequest;
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal;
  /** Takes down what is read, where it is of use to know that it still holds. */
  readonly reads?: Reads | undefined;
  /** Whether whole tables are read, which must not push out of memory what others come back for. */
  readonly isBulk?: boolean;
  /** Whether records that a platform sent broken may be left out. */
  readonly mayBeIncomplete?: boolean;
}

/**
 * How long one page may take, in milliseconds. The deadline of operations is for those who wait before a screen; a page may need hundreds
 * of calls, of which a platform allows so many a minute.
 */
const PAGE_MS = 300_000;
/** Not for the first page, whose reader can be told. */
const PATIENCE_MS = [1_000, 4_000, 16_000];
/** How long a reader waits at most for what has its time, in milliseconds: a budget is filled again every minute, a platform's too. */
const LONGEST_WAIT_MS = 150_000;
const MS_PER_SECOND = 1_000;
/** What passes by itself. */
const PASSING: ReadonlySet<unknown> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_RATE_LIMITED']);
/** Pages have no line each in the log: the table has one. */
const SILENT = { info: (): void => {} };

/** Who sent a request. */
export function readerOf(request: FastifyRequest, reply: FastifyReply): Reader {
  return { admission: admissionOf(request), request, signal: goneSignal(reply) };
}

/** Runs the operations of one table through the server, as if its reader had sent them. What fails on the way fails the table. */
export function askerFor(options: AskerOptions, reader: Reader): Ask {
  const { apollo, instruments, waits: { patienceMs = PATIENCE_MS } = {} } = options;
  const { admission, request, signal, reads, isBulk, mayBeIncomplete = false } = reader;
  const { headers } = request;
  const judge = judgeOf(options, reader);
  let hasBegun = false;

  const once = async ({ text, variables }: Question): Promise<Answer> => {
    const watch = watchOperation({ ...instruments, log: SILENT }, { ...admission, headers });
    const parts = { reads, isBulk, withoutOld: true };
    const contextValue = openRequest({ ...options, timeoutMs: PAGE_MS }, admission, watch, signal, parts);
    const { body } = await apollo.executeOperation({ query: text, variables }, { contextValue });
    if (body.kind !== 'single') throw new TypeError('an answer in parts, which no operation of this graph asks for');
    const { data, errors = [] } = body.singleResult;
    const codes = errors.map(({ extensions }) => String(extensions?.code));
    watch.end({ codes });
    const fault = errors.find(({ extensions }) => !(mayBeIncomplete && isBrokenField(extensions)));
    if (fault !== undefined) {
      const { code, ...details } = fault.extensions ?? {};
      throw new CodedError(code as ErrorCode, fault.message, details);
    }
    if (data == null) throw new TypeError('an operation without data and without an error');
    return data;
  };

  return async (question) => {
    const until = performance.now() + LONGEST_WAIT_MS;
    for (let attempt = 0; ; ) {
      try {
        await judge();
        const answer = await once(question);
        hasBegun = true;
        return answer;
      } catch (error) {
        if (!hasBegun || !(error instanceof CodedError)) throw error;
        const isSpent = error.code === 'BUDGET_EXCEEDED';
        const patience = isSpent ? MS_PER_SECOND : patienceMs[attempt];
        if (patience === undefined || (!isSpent && !PASSING.has(error.code))) throw error;
        // Whoever says when to come again is not asked before.
        const wait = Math.max(patience, MS_PER_SECOND * Number(error.details.retryAfter ?? 0));
        if (performance.now() + (isSpent ? 0 : wait) > until) throw error;
        if (!isSpent) attempt += 1;
        await pause(wait, signal);
      }
    }
  };
}

/**
 * A table may take longer than a token lasts, or a key: who reads is judged anew now and then.
 * @returns throws CodedError UNAUTHENTICATED where the right to read has ended, or would show something else now
 */
function judgeOf({ guard, recheckMs }: AskerOptions, { admission, request }: Reader): () => Promise<void> {
  let checkedAt = performance.now();
  return async () => {
    if (admission.expiresAt !== undefined && Date.now() >= admission.expiresAt) throw ended();
    if (performance.now() - checkedAt < recheckMs) return;
    checkedAt = performance.now();
    const again = await guard.admit(request.raw.headersDistinct, request.ip ?? 'gone');
    if (callerScope(again.caller, again.upstreamToken) !== callerScope(admission.caller, admission.upstreamToken))
      throw ended();
  };
}

function ended(): CodedError {
  return new CodedError('UNAUTHENTICATED', 'The right to read this has ended in the middle. Begin again.');
}
