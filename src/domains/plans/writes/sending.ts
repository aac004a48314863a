import { type Caller, kindOf } from '../../../platform/caller.ts';
import { Deadline } from '../../../platform/deadline.ts';
import { RejectedWrite, UpstreamError } from '../../../platform/errors.ts';
import { NotSent } from '../../../platform/http/faults.ts';
import { OtherInput } from '../../../platform/intents/index.ts';
import type { CallScope } from '../../../platform/operation.ts';
import { refused } from './faults.ts';

/** Time for one write, in milliseconds. One call may take 40 % of it. */
const WRITE_MS = 30_000;
const LONGEST_KEY = 200;

/** Connections that never came about: nothing can have arrived. */
const UNCONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The scope of a write: once begun it is seen through, also where nobody waits any more. */
export function sendingScope(scope: CallScope): CallScope {
  return { ...scope, signal: new AbortController().signal, deadline: new Deadline(WRITE_MS) };
}

/** Whether a write that failed so has changed nothing: it was never sent, or it was refused. What fails in another way may have been done. */
export function changedNothing(error: unknown): boolean {
  if (error instanceof NotSent || error instanceof RejectedWrite) return true;
  if (!(error instanceof UpstreamError)) return false;
  const { status, cause } = error;
  if (status !== undefined) return status >= 400 && status < 500 && status !== 408;
  return cause instanceof Error && 'code' in cause && UNCONNECTED.has(cause.code);
}

/**
 * The name of an intent. Keys belong to the caller; a name that nobody has verified is nobody's, so there the token itself tells.
 * @throws Refused where the key is too short or too long
 */
export function intentName(caller: Caller, what: string, key: string): readonly string[] {
  if (key.trim() === '' || key.length > LONGEST_KEY)
    throw refused(
      ['input', 'idempotencyKey'],
      'OUT_OF_RANGE',
      `An idempotencyKey has from 1 to ${LONGEST_KEY} characters.`,
    );
  const who = caller.unverifiedFrom === undefined ? (caller.namedByToken ?? caller.subject) : caller.subject;
  return [kindOf(caller), who, what, key];
}

/** That a key came with another input is told at its place. */
export async function underKey<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof OtherInput)) throw error;
    throw refused(
      ['input', 'idempotencyKey'],
      'IDEMPOTENCY_KEY_REUSED',
      'This key was used before with another input. Send the same input again, or use a new key.',
    );
  }
}
