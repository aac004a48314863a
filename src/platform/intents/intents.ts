import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../errors.ts';
import type { CallScope } from '../operation.ts';
import type { Found, IntentStore } from './store.ts';

/** How often it is looked whether another node has ended the work, in milliseconds. */
const LOOK_MS = 100;

/** Something that must not be done twice. */
export interface Once<P, T> {
  /** Whose key it is, what for, and the key: one name of many parts. */
  readonly name: readonly string[];
  /** All that is to be done depends on. */
  readonly input: unknown;
  /** Looks whether it may be done at all, and what it takes. Nothing is written down before that. */
  readonly prepare: () => Promise<P>;
  /** Does it. What it gives is kept as JSON. */
  readonly work: (prepared: P) => Promise<T>;
  /** Whether nothing at all was done where the work failed so: the same may then be tried again. */
  readonly wasNothingDone: (error: unknown) => boolean;
}

/** The same name came with another input. */
export class OtherInput extends Error {}

/** What was sent may have been done or not, and nothing here can tell. It is never sent again by itself. */
export class OutcomeUnknown extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('OUTCOME_UNKNOWN', message, {}, { cause });
  }
}

const NEVER_ANSWERED =
  'It was sent, and its answer never came: it may have been done or not. It is not sent again under this idempotencyKey. ' +
  'Look whether it is there; where it is not, send it with a new idempotencyKey.';
const STILL_AT_WORK =
  'It is still under way. Ask again with the same idempotencyKey and the same input: it is not sent twice.';

/** What came of it, or nothing yet: another node is at work on it. */
type Outcome = { readonly value: unknown } | null;

/** Does things once under a name, also across restarts and nodes: the intent is written down before anything is done. */
export class Intents {
  readonly #store: IntentStore;
  /** What this process is at work on. */
  readonly #flights = new Map<string, { readonly input: string; readonly outcome: Promise<Outcome> }>();

  constructor(store: IntentStore) {
    this.#store = store;
  }

  /**
   * Does the work, or gives what came of it before; who asks while it is under way waits for it.
   * @throws OtherInput, OutcomeUnknown, IntentsUnavailable, or what the work throws where nothing was done
   */
  async once<P, T>(scope: CallScope, once: Once<P, T>): Promise<T> {
    const id = hashOf(once.name);
    const input = hashOf(once.input);
    for (;;) {
      const outcome = await this.#outcome(id, input, once);
      if (outcome !== null) return outcome.value as T;
      if (scope.deadline.remaining() < LOOK_MS) throw new OutcomeUnknown(STILL_AT_WORK);
      await pause(LOOK_MS);
    }
  }

  async #outcome<P, T>(id: string, input: string, once: Once<P, T>): Promise<Outcome> {
    const flight = this.#flights.get(id);
    if (flight?.input === input) return flight.outcome;
    if (flight !== undefined) {
      // Which input the name belongs to is told when that one is through.
      await flight.outcome.catch(() => undefined);
      return this.#outcome(id, input, once);
    }
    const outcome = this.#begun(id, input, once);
    this.#flights.set(id, { input, outcome });
    return outcome.finally(() => this.#flights.delete(id));
  }

  async #begun<P, T>(id: string, input: string, once: Once<P, T>): Promise<Outcome> {
    const before = await this.#store.find(id);
    if (before !== null) return told(before, input);
    const prepared = await once.prepare();
    const found = await this.#store.begin(id, input);
    return found === null ? { value: await this.#work(id, once, prepared) } : told(found, input);
  }

  async #work<P, T>(id: string, { work, wasNothingDone }: Once<P, T>, prepared: P): Promise<T> {
    let value: T;
    try {
      value = await work(prepared);
    } catch (error) {
      const isUndone = wasNothingDone(error);
      await (isUndone ? this.#store.forget(id) : this.#store.abandon(id)).catch(() => undefined);
      throw isUndone ? error : new OutcomeUnknown(NEVER_ANSWERED, error);
    }
    // It was done, and whoever asked is told so. Where that can't be written down, it is unknown to those who ask again, and never sent twice.
    await this.#store.settle(id, JSON.stringify(value)).catch(() => undefined);
    return value;
  }
}

/** What an intent says that was there before. */
function told({ input, result, isAtWork }: Found, given: string): Outcome {
  if (input !== given) throw new OtherInput();
  if (result !== null) return { value: JSON.parse(result) };
  if (isAtWork) return null;
  throw new OutcomeUnknown(NEVER_ANSWERED);
}

/** The same for the same values, whatever stands for them: whole numbers beyond the safe ones have no JSON of their own. */
function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
  return createHash('sha256').update(text).digest('hex');
}
