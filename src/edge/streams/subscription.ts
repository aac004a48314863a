import type { FormattedExecutionResult } from 'graphql';
import { encodeCursor, type LogEntry, type Position } from '../../platform/events/index.ts';
import { type Ending, StreamEnded } from './ending.ts';

/** What a subscriber is given for one event; null where it is none of the caller's business. */
export type Payload = FormattedExecutionResult | null;

/** Events in order, from a position on. */
export interface EventSource extends AsyncIterator<LogEntry<unknown>, undefined> {
  /** Of the last event that was given; before the first one, where it begins. */
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

/** One subscription under way. It makes the next answer only when it is asked for it: when the one before is on its way. */
export class Subscription implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #parts: SubscriptionParts;
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
    return this.#position;
  }

  get cursor(): string | null {
    return this.#position === null ? null : encodeCursor(this.#position);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws StreamEnded when the gateway has ended it; CodedError where it can't go on */
  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    try {
      for (;;) {
        const { value: entry, done } = await this.#parts.source.next();
        this.#check();
        if (done || this.#hasEnded) return this.return();
        const payload = await this.#parts.answer(entry);
        this.#check();
        if (this.#hasEnded) return this.return();
        this.#position = entry.position;
        if (payload === null) continue;
        this.#told += 1;
        return { done: false, value: payload };
      }
    } catch (error) {
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
    await this.#parts.source.return?.();
  }

  #check(): void {
    if (this.#ending !== undefined) throw new StreamEnded(this.#ending, this.cursor);
  }

  async #end(code: string | undefined): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#parts.source.return?.();
    this.#parts.onEnd(this.#told, code);
    this.onEnded();
  }
}
