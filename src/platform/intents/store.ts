import { CodedError } from '../errors.ts';

/** What is written down before something is sent that must not be sent twice. Nothing personal: hashes, and ids of what came of it. */
export interface Intent {
  /** A hash of what was to be sent. */
  readonly input: string;
  /** What came of it, as JSON; null where that is not known, or not yet. */
  readonly result: string | null;
}

/** An intent that was there before. */
export interface Found extends Intent {
  /** Whether somebody is at work on it now, here or on another node. */
  readonly isAtWork: boolean;
}

/** Where intents are kept. All of it is durable when it resolves. Whatever fails throws IntentsUnavailable. */
export interface IntentStore {
  /** Writes an intent down, and is at work on it from then on. @returns the one that was there before; null where there was none */
  begin(id: string, input: string): Promise<Found | null>;
  /** What stands there now; null for nothing. */
  find(id: string): Promise<Found | null>;
  /** Ends the work with what came of it. @param result JSON */
  settle(id: string, result: string): Promise<void>;
  /** Ends the work, and nothing was done: the same may be begun anew. */
  forget(id: string): Promise<void>;
  /** Ends the work, and nobody knows what was done. */
  abandon(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** How long intents are kept, in milliseconds: whoever asks again asks within days. */
export const KEEP_MS = 7 * 86_400_000;

/** Intents can't be kept at the moment: what can't be written down before is not sent. */
export class IntentsUnavailable extends CodedError {
  constructor(cause?: unknown) {
    super(
      'INTERNAL_SERVER_ERROR',
      'The gateway can not write down what it is about to do, so nothing was sent. Try again in a moment, with the same idempotencyKey.',
      {},
      { cause },
    );
  }
}
