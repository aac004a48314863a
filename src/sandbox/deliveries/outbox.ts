import { setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import type { Random } from '../people/random.ts';
import { Faults } from '../server/faults.ts';
import { Recording } from '../server/recording.ts';
import { pauseAfter } from './backoff.ts';
import { post } from './post.ts';
import { type Item, Queue } from './queue.ts';
import { pack } from './spoil.ts';
import type { DeliveryControls, DeliveryFault, DeliveryOptions, Letter, Recipient, RecordedDelivery } from './types.ts';

export interface OutboxOptions {
  readonly policy: Readonly<Required<DeliveryOptions>>;
  readonly random: Random;
  /** Asked before each attempt; null where the subscription is not to be called any more. */
  readonly recipientOf: (subscriptionId: string) => Recipient | null;
}

/** Delivers one platform's letters at least once, each subscription's in order, and gives up after so many attempts. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #faults: Faults<DeliveryFault>;
  readonly #recording = new Recording<RecordedDelivery>();
  readonly #queues = new Map<string, Queue>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #stopping = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
    // Every delivery under way listens.
    setMaxListeners(0, this.#stopping.signal);
    this.#faults = new Faults(options.random);
  }

  /** What tests get to see. */
  get controls(): DeliveryControls {
    return {
      deliveries: this.#recording.entries,
      clearDeliveries: () => this.#recording.clear(),
      addDeliveryFault: (fault) => this.#faults.add(fault),
      clearDeliveryFaults: () => this.#faults.clear(),
    };
  }

  /** Takes a letter, and delivers it when its turn comes. */
  send(letter: Letter): void {
    if (this.#stopping.signal.aborted) return;
    const { subscriptionId, eventId, topic } = letter;
    const record: RecordedDelivery = {
      subscriptionId,
      eventId,
      topic,
      queuedAt: performance.now(),
      endedAt: null,
      state: 'waiting',
      attempts: 0,
      status: null,
    };
    this.#recording.add(record);
    const fault = this.#faults.take((armed) => concerns(armed, letter));
    const item: Item = { letter, body: Buffer.from(JSON.stringify(letter.body)), record, fault };
    if (!this.#queueOf(subscriptionId).add(item)) end(record, 'dropped');
  }

  /** Ends everything that waits or is under way. */
  stop(): void {
    this.#stopping.abort();
    for (const queue of this.#queues.values()) queue.stop();
    this.#agent.destroy();
  }

  #queueOf(subscriptionId: string): Queue {
    const known = this.#queues.get(subscriptionId);
    if (known !== undefined) return known;
    const queue = new Queue(
      (item) => this.#deliver(item),
      () => this.#queues.delete(subscriptionId),
    );
    this.#queues.set(subscriptionId, queue);
    return queue;
  }

  async #deliver(item: Item): Promise<void> {
    const { attempts, retryBaseMs } = this.#options.policy;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const status = await this.#attempt(item, attempt);
      if (this.#stopping.signal.aborted) return;
      if (status === 'gone') return end(item.record, 'dropped');
      if (isSuccess(status)) {
        if (item.fault?.kind === 'twice') await this.#attempt(item, attempt + 1);
        return end(item.record, 'delivered');
      }
      if (attempt < attempts) await this.#pause(pauseAfter(attempt, retryBaseMs));
    }
    end(item.record, 'failed');
  }

  async #attempt({ letter, body, record, fault }: Item, attempt: number): Promise<number | null | 'gone'> {
    const { recipientOf, policy } = this.#options;
    const recipient = recipientOf(letter.subscriptionId);
    if (recipient === null) return 'gone';
    const spoilt = attempt <= (fault?.attempts ?? Number.POSITIVE_INFINITY) ? fault?.kind : undefined;
    record.attempts += 1;
    record.status = await post(pack(recipient, body, spoilt), {
      agent: this.#agent,
      timeoutMs: policy.timeoutMs,
      signal: this.#stopping.signal,
    });
    return record.status;
  }

  /** Timers do not keep a stopped sandbox's process alive. */
  async #pause(ms: number): Promise<void> {
    await after(ms, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => {});
  }
}

function concerns(fault: DeliveryFault, { subscriptionId, topic }: Letter): boolean {
  return (fault.subscriptionId ?? subscriptionId) === subscriptionId && (fault.topic ?? topic) === topic;
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function end(record: RecordedDelivery, state: RecordedDelivery['state']): void {
  record.state = state;
  record.endedAt = performance.now();
}
