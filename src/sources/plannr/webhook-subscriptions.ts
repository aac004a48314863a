import type { CallScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';
import { idIn } from '../event-parts.ts';
import type { PlannrReader } from './reader.ts';
import type { Write } from './writer.ts';

const PATH = '/api/v2/webhook-subscriptions';

/** How Plannr signs: the digits alone (platform documentation). */
export const SIGNATURE = { header: 'x-signature', algorithm: 'sha256', prefix: '', encoding: 'hex' } as const;

/** A webhook subscription as Plannr has it. */
export interface WebhookSubscription {
  readonly uuid: string;
  readonly url: string;
  readonly events: readonly string[];
  /** What it signs with, which the platform tells who makes it (platform documentation); null where it does not say it again. */
  readonly signingSecret: string | null;
}

/** Webhook subscriptions (platform documentation). Nothing of them is kept: they hold secrets. */
export function webhookSubscriptions(reader: PlannrReader, write: Write) {
  return {
    list: async (scope: CallScope): Promise<WebhookSubscription[]> =>
      (await reader.uncached(scope, { path: PATH, name: 'webhook-subscription', pace: 'reference' })).flatMap(
        (item) => subscriptionIn(item) ?? [],
      ),

    /** Makes one. @returns null where the answer does not tell of it */
    create: async (scope: CallScope, url: string, events: readonly string[]): Promise<WebhookSubscription | null> =>
      subscriptionIn(await write(scope, 'POST', PATH, { url, events })),

    update: async (scope: CallScope, { uuid, url, events }: Omit<WebhookSubscription, 'signingSecret'>) => {
      await write(scope, 'PUT', `${PATH}/${encodeURIComponent(uuid)}`, { url, events });
    },
  };
}

function subscriptionIn(item: unknown): WebhookSubscription | null {
  const uuid = isItem(item) ? idIn(item.uuid) : undefined;
  if (!isItem(item) || uuid === undefined) return null;
  const { url, events, signing_secret: secret } = item;
  return {
    uuid,
    url: typeof url === 'string' ? url : '',
    events: Array.isArray(events) ? events.filter((event) => typeof event === 'string') : [],
    signingSecret: typeof secret === 'string' && secret !== '' ? secret : null,
  };
}
