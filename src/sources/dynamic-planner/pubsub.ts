import type { CallScope } from '../../platform/operation.ts';
import { readAll } from '../../platform/paging/pages.ts';
import { isItem } from '../../platform/wire.ts';
import type { ReceivedEvent } from '../event.ts';
import { idIn, topicIn } from '../event-parts.ts';
import { eventOf } from './events.ts';
import type { DynamicPlannerReader } from './reader.ts';
import type { Write } from './writer.ts';

/** Something that the platform can tell of: null for what it does not say. */
export interface Topic {
  readonly name: string;
  readonly description: string | null;
}

/** A subscription as the platform has it: null for what it does not say. */
export interface Subscription {
  readonly id: string;
  readonly topic: string | null;
  readonly callbackUrl: string | null;
  readonly algorithm: string | null;
  readonly status: string | null;
}

/** A subscription as it is to be. The secret is write-only: the platform never sends it back. */
export interface SubscriptionInput {
  readonly id: string;
  readonly topic: string;
  readonly callbackUrl: string;
  readonly hmac: { readonly algorithm: string; readonly secret: string };
}

/** One page of what happened on a subscription's topic. */
export interface HistoryPage {
  readonly events: readonly ReceivedEvent[];
  /** Whether there is another page behind it. */
  readonly more: boolean;
}

/** Topics, subscriptions and history: the features are documented, paths and fields designed, unverified. Nothing of it is kept. */
export function pubsub(reader: DynamicPlannerReader, write: Write) {
  return {
    /** Every topic that the platform has (designed, unverified). */
    async topics(scope: CallScope): Promise<Topic[]> {
      const items = await readAll(reader.pages(scope, 'topics', [], {}), reader.cap('topics'));
      return items.flatMap(topicOf);
    },

    /** Every subscription that the service account has, whoever made it. */
    async subscriptions(scope: CallScope): Promise<Subscription[]> {
      const items = await readAll(reader.pages(scope, 'subscriptions', [], {}), reader.cap('subscriptions'));
      return items.flatMap(subscriptionIn);
    },

    /** Creates a subscription, or puts right what differs. */
    async putSubscription(scope: CallScope, { id, ...body }: SubscriptionInput): Promise<void> {
      await write(scope, 'PUT', 'subscription', id, { ...body, status: 'active' });
    },

    /**
     * One page of a subscription's history, oldest first (designed, unverified).
     * @param from an instant; it counts too
     * @param pageNumber counted from 1
     */
    async history(scope: CallScope, id: string, from: string, pageNumber: number): Promise<HistoryPage> {
      const cap = reader.cap('subscriptionEvents');
      const read = reader.pages(scope, 'subscriptionEvents', [id], { [reader.contract.parameters.from]: from });
      const { items, total, pageSize } = await read(pageNumber, cap);
      const size = pageSize !== null && pageSize > 0 ? Math.min(pageSize, cap) : cap;
      return {
        events: items.flatMap((item) => eventOf(item) ?? []),
        more:
          items.length > 0 && (total === null ? items.length >= size : total > (pageNumber - 1) * size + items.length),
      };
    },
  };
}

function topicOf(item: unknown): Topic[] {
  if (!isItem(item)) return [];
  const name = topicIn(item.name);
  return name === undefined
    ? []
    : [{ name, description: typeof item.description === 'string' ? item.description : null }];
}

function subscriptionIn(item: unknown): Subscription[] {
  if (!isItem(item)) return [];
  const id = idIn(item.id);
  if (id === undefined) return [];
  const hmac = isItem(item.hmac) ? item.hmac : {};
  const [topic, callbackUrl, algorithm, status] = [item.topic, item.callbackUrl, hmac.algorithm, item.status].map(
    (value) => (typeof value === 'string' ? value : null),
  );
  return [
    {
      id,
      topic: topic ?? null,
      callbackUrl: callbackUrl ?? null,
      algorithm: algorithm ?? null,
      status: status ?? null,
    },
  ];
}
