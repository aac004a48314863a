import type { ApolloServer } from '@apollo/server';
import type { Admission } from '../../guard/index.ts';
import type { Reads } from '../../platform/cache/index.ts';
import { CodedError, type ErrorCode } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import type { Answer, Ask, Question } from '../../tables/walk/ask.ts';
import { type OperationSettings, openRequest, type RequestContext } from '../operations.ts';
import { watchOperation } from '../watch.ts';
import { tidy } from './tidy.ts';

/** What running a table's operations takes. */
export interface AskerOptions extends OperationSettings {
  readonly apollo: ApolloServer<RequestContext>;
}

/** Who reads a table, and how. */
export interface Reader {
  readonly admission: Admission;
  /** Of the request, in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
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
/** Waits before a page is asked for once more that a platform failed at, in milliseconds; not for the first, whose reader can be told. */
const PATIENCE_MS = [1_000, 4_000, 16_000];
/** How long a reader waits whose budget is used up in the middle, in milliseconds: it is filled again every minute. */
const BUDGET_MS = 150_000;
/** What passes by itself. */
const PASSING: ReadonlySet<unknown> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_RATE_LIMITED']);
/** Pages have no line each in the log: the table has one. */
const SILENT = { info: (): void => {} };

/** Runs the operations of one table through the server, as if its reader had sent them. What fails on the way fails the table. */
export function askerFor(options: AskerOptions, reader: Reader): Ask {
  const { apollo, instruments } = options;
  const { admission, headers, signal, reads, isBulk, mayBeIncomplete = false } = reader;
  let hasBegun = false;

  const once = async ({ text, variables }: Question): Promise<Answer> => {
    const watch = watchOperation({ ...instruments, log: SILENT }, { ...admission, headers });
    const contextValue = openRequest({ ...options, timeoutMs: PAGE_MS }, admission, watch, signal, { reads, isBulk });
    const { body } = await apollo.executeOperation({ query: text, variables }, { contextValue });
    if (body.kind !== 'single') throw new TypeError('an answer in parts, which no operation of this graph asks for');
    const { data, errors = [] } = body.singleResult;
    const codes = errors.map(({ extensions }) => String(extensions?.code));
    watch.end({ codes });
    const fault = errors.find((_, place) => !(mayBeIncomplete && codes[place] === 'UPSTREAM_INVALID_DATA'));
    if (fault !== undefined) {
      const { code, ...details } = fault.extensions ?? {};
      throw new CodedError(code as ErrorCode, fault.message, details);
    }
    if (data == null) throw new TypeError('an operation without data and without an error');
    return data;
  };

  return async (question) => {
    const until = performance.now() + BUDGET_MS;
    for (let attempt = 0; ; ) {
      try {
        if (isBulk === true) tidy();
        const answer = await once(question);
        hasBegun = true;
        return answer;
      } catch (error) {
        if (!hasBegun || !(error instanceof CodedError)) throw error;
        const wait = error.code === 'BUDGET_EXCEEDED' ? refillOf(error) : PATIENCE_MS[attempt];
        if (error.code === 'BUDGET_EXCEEDED' ? performance.now() > until : !PASSING.has(error.code)) throw error;
        if (wait === undefined) throw error;
        if (error.code !== 'BUDGET_EXCEEDED') attempt += 1;
        await pause(wait, signal);
      }
    }
  };
}

function refillOf({ details }: CodedError): number {
  return 1_000 * Math.max(1, Number(details.retryAfter ?? 1));
}
