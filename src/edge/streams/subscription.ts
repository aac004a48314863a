import { setImmediate as turn } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { encodeCursor, type LogEntry, type Position } from '../../platform/events/index.ts';
import { type Ending, StreamEnded } from './ending.ts';

/** What a subscriber is given for one event; null where it is none of the caller's business. */
export type Payload = FormattedExecutionResult | null;

/** Events in order, from a position on. */
export interface EventSource extends AsyncIterator<LogEntry<unknown>, undefined> {
  /** Everything up to here was given, and more was asked for since, or did not fit; before the first one, where it begins. */
  readonly position: Position | null;
}

/** What a subscription is made of. */
export interface SubscriptionParts {
  /** The events that it asks for; ended with it. */
  readonly source: EventSource;
  /** What is told of an event. */
  readonly answer: (entry: LogEntry<unknown>) => Promise<Payload>;
  /** Told once when it has ended. @param told how many events were told @param code of the error that ended it */
  readonly onEnd: (told: number, code: string | undefined) => void;
}

/** Answers that are made ahead of the one that is told: they wait for platforms at the same time, and are told in order. */
const AHEAD = 8;
/** So many events that are told to nobody may follow each other before others get a turn. */
const IN_ONE_TURN = 50;

/** An event whose answer is being made, or is made. */
interface Upcoming {
  readonly position: Position;
  answer: { readonly payload: Payload } | { readonly failure: unknown } | undefined;
}

/** One subscription under way. It goes no further ahead than a few answers of what it is asked for: when those before are on their way. */
export class Subscription implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #parts: SubscriptionParts;
  readonly #ahead: Upcoming[] = [];
  #isPulling = false;
  #isDone = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};
  #ending: Ending | undefined;
  #position: Position | null;
  #told = 0;
  #hasEnded = false;
  /** Told when it has ended, besides the parts. */
  onEnded: () => void = () => {};

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#position = parts.source.position;
  }

  /** Where it stands: everything up to here was told or is not for this subscriber. Null at the beginning of an empty log. */
  get position(): Position | null {
    const passed = this.#ahead.length === 0 ? this.#parts.source.position : null;
    return passed !== null && (this.#position === null || passed > this.#position) ? passed : this.#position;
  }

  get cursor(): string | null {
    return this.position === null ? null : encodeCursor(this.position);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** By one at a time. @throws StreamEnded when the gateway has ended it; CodedError where it can't go on */
  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    try {
      for (let untold = 0; ; ) {
        if (this.#ending !== undefined) throw new StreamEnded(this.#ending, this.cursor);
        if (this.#hasEnded) return this.return();
        this.#pull();
        const [upcoming] = this.#ahead;
        if (upcoming?.answer === undefined) {
          if (upcoming === undefined && this.#failure !== undefined) throw this.#failure.error;
          if (upcoming === undefined && this.#isDone) return this.return();
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        if ('failure' in upcoming.answer) throw upcoming.answer.failure;
        this.#ahead.shift();
        this.#position = upcoming.position;
        const { payload } = upcoming.answer;
        if (payload !== null) {
          this.#told += 1;
          return { done: false, value: payload };
        }
        untold += 1;
        if (untold % IN_ONE_TURN === 0) await turn();
      }
    } catch (error) {
      // Nobody waits for it any more.
      if (this.#hasEnded) return { done: true, value: undefined };
      await this.#end((error as { code?: string }).code ?? 'INTERNAL_SERVER_ERROR');
      throw error;
    }
  }

  /** Ends it from the reader's side, also while it waits. */
  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    await this.#end(undefined);
    return { done: true, value: undefined };
  }

  /** Ends it from the gateway's side: the reader is told why, and where to go on. */
  async end(ending: Ending): Promise<void> {
    this.#ending ??= ending;
    this.#wake();
    await this.#parts.source.return?.();
  }

  /** Asks for events and begins their answers, a few ahead. */
  #pull(): void {
    if (this.#isPulling || this.#isDone || this.#failure !== undefined || this.#ahead.length >= AHEAD) return;
    this.#isPulling = true;
    this.#parts.source.next().then(
      ({ done, value }) => {
        this.#isPulling = false;
        if (done) this.#isDone = true;
        else {
          this.#begin(value);
          this.#pull();
        }
        this.#wake();
      },
      (error: unknown) => {
        this.#isPulling = false;
        this.#failure = { error };
        this.#wake();
      },
    );
  }

  #begin(entry: LogEntry<unknown>): void {
    const upcoming: Upcoming = { position: entry.position, answer: undefined };
    this.#ahead.push(upcoming);
    const made = (answer: NonNullable<Upcoming['answer']>): void => {
      upcoming.answer = answer;
      if (this.#ahead[0] === upcoming) this.#wake();
    };
    this.#parts.answer(entry).then(
      (payload) => made({ payload }),
      (failure: unknown) => made({ failure }),
    );
  }

  async #end(code: string | undefined): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#wake();
    await this.#parts.source.return?.();
    this.#parts.onEnd(this.#told, code);
    this.onEnded();
  }
}
