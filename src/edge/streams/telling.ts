import type { FormattedExecutionResult } from 'graphql';
import type { Subscription } from './subscription.ts';

/** The JSON of answers that are under way: those who ask the same are given the same one. */
const texts = new WeakMap<FormattedExecutionResult, string>();

/** The message of an answer (`next` of `graphql-transport-ws`); all but the id of the operation is made once for all who are given it. */
export function nextMessage(id: string, answer: FormattedExecutionResult): string {
  let text = texts.get(answer);
  if (text === undefined) {
    text = JSON.stringify(answer);
    texts.set(answer, text);
  }
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`;
}

/**
 * A subscription as the protocol's library takes it: it gives the library nothing, and sends each answer by itself, the next one when the one
 * before is out. The library would make the JSON of each answer anew for each who is given it. How it ends is left to the library.
 */
export class Telling implements AsyncIterableIterator<never, undefined> {
  readonly #subscription: Subscription;
  readonly #id: string;
  readonly #send: (message: string) => Promise<void>;

  /** @param id of the operation, as its client has named it @param send resolves when it is out, or never can be */
  constructor(subscription: Subscription, id: string, send: (message: string) => Promise<void>) {
    this.#subscription = subscription;
    this.#id = id;
    this.#send = send;
  }

  /** Where it stands. */
  get cursor(): string | null {
    return this.#subscription.cursor;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends when the subscription does. @throws what that ends with */
  async next(): Promise<IteratorReturnResult<undefined>> {
    for (;;) {
      const { done, value } = await this.#subscription.next();
      if (done) return { done, value };
      await this.#send(nextMessage(this.#id, value));
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#subscription.return();
    return { done: true, value: undefined };
  }
}
