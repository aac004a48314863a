import { reachable } from '../deliveries/loopback.ts';
import { signature } from '../deliveries/signature.ts';
import type { Letter, Recipient } from '../deliveries/types.ts';
import type { DpStore } from './store.ts';
import type { DpEvent, DpSubscription } from './wire.ts';

/** What an event's topic's active subscriptions are told of it. */
export function dpLetters(store: DpStore, event: DpEvent): Letter[] {
  const { id: eventId, topic, ...rest } = event;
  return [...store.subscriptions.values()]
    .filter((subscription) => isActive(subscription) && subscription.topic === topic)
    .map(({ id: subscriptionId }) => ({
      subscriptionId,
      eventId,
      topic,
      body: { id: eventId, topic, subscriptionId, ...rest },
    }));
}

/** Header, prefix and digits of the signature are designed, unverified; without a secret there is none. */
export function dpRecipient(store: DpStore, subscriptionId: string): Recipient | null {
  const subscription = store.subscriptions.get(subscriptionId);
  if (subscription === undefined || !isActive(subscription)) return null;
  const { callbackUrl: url, hmac } = subscription;
  const secret = hmac?.secret;
  if (secret === undefined) return { url, sign: () => ({}) };
  const algorithm = hmac?.algorithm === 'sha1' ? 'sha1' : 'sha256';
  return { url, sign: (body) => ({ 'x-hub-signature': `${algorithm}=${signature(algorithm, secret, body)}` }) };
}

/** A test may have put any address into the store: it is looked at again before each call. */
function isActive({ status, callbackUrl }: DpSubscription): boolean {
  return status === 'active' && reachable(callbackUrl);
}
