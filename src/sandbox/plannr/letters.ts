import { reachable } from '../deliveries/loopback.ts';
import { signature } from '../deliveries/signature.ts';
import type { Letter, Recipient } from '../deliveries/types.ts';
import { now } from './context.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrEvent } from './wire.ts';

/** What the subscriptions that name an event are told of it. */
export function plannrLetters(store: PlannrStore, event: PlannrEvent): Letter[] {
  return [...store.webhookSubscriptions.values()]
    .filter((subscription) => subscription.events.includes(event.event) && reachable(subscription.url))
    .map(({ uuid }) => ({ subscriptionId: uuid, eventId: event.uuid, topic: event.event, body: event }));
}

/** The signature has no prefix (platform documentation). Each call is noted on the subscription. */
export function plannrRecipient(store: PlannrStore, subscriptionId: string): Recipient | null {
  const subscription = store.webhookSubscriptions.get(subscriptionId);
  if (subscription === undefined || !reachable(subscription.url)) return null;
  store.webhookSubscriptions.set(subscriptionId, { ...subscription, last_outgoing_webhook_call_at: now() });
  const { url, signing_secret } = subscription;
  return { url, sign: (body) => ({ 'x-signature': signature('sha256', signing_secret, body) }) };
}
