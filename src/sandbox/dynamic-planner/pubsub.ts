import { LOOPBACK_ONLY, reachable } from '../deliveries/loopback.ts';
import { answer, type Call, type RouteTable } from '../server/route.ts';
import { type Body, type Check, newId, type Rules, readBody, text } from './body.ts';
import type { DpContext } from './context.ts';
import { absent, invalid } from './errors.ts';
import { TOPICS } from './events.ts';
import { listed } from './organisation.ts';
import { queryMoment } from './query.ts';
import type { DpStore } from './store.ts';
import type { DpEvent, DpSubscription } from './wire.ts';

const ALGORITHMS = ['sha1', 'sha256'];
const TOPIC_NAMES = new Set<unknown>(TOPICS.map((topic) => topic.name));

const topic: Check = (value) => (TOPIC_NAMES.has(value) ? null : 'unknown_value');
const address: Check = (value) => (typeof value === 'string' && URL.canParse(value) ? null : 'invalid_format');

const RULES: Rules = { required: ['topic', 'callbackUrl'], checks: { topic, callbackUrl: address, status: text } };

/** `/pubsub/v1`: topics, subscriptions, which are called on loopback addresses only, and the event history. */
export function pubsubRoutes({ store, page }: DpContext): RouteTable {
  return {
    'GET /pubsub/v1/topics': (call) => page(call, TOPICS),
    'GET /pubsub/v1/subscriptions': (call) => page(call, listed(store.subscriptions, call), withoutSecret),
    'GET /pubsub/v1/subscriptions/{id}': (call) => answer(200, withoutSecret(existing(store, call))),
    'GET /pubsub/v1/subscriptions/{id}/events': (call) => {
      const subscription = existing(store, call);
      return page(call, history(store, call, subscription), (event) => ({ ...event, subscriptionId: subscription.id }));
    },
    'PUT /pubsub/v1/subscriptions/{id}': (call) => {
      const id = newId(call);
      const before = store.subscriptions.get(id);
      const body = readBody(call, RULES, before === undefined);
      checkCallback(body);
      const hmac = readHmac(body, before);
      const subscription = { ...(before ?? { id, status: 'active' }), ...body, hmac } as DpSubscription;
      store.subscriptions.set(id, subscription);
      return answer(before === undefined ? 201 : 200, withoutSecret(subscription));
    },
    'DELETE /pubsub/v1/subscriptions/{id}': (call) => {
      store.subscriptions.delete(existing(store, call).id);
      return answer(204);
    },
  };
}

function existing(store: DpStore, call: Call): DpSubscription {
  const id = call.params.id ?? '';
  const subscription = store.subscriptions.get(id);
  if (subscription === undefined) throw absent('subscription', id);
  return subscription;
}

/** The secret is write-only. */
function withoutSecret(subscription: DpSubscription): DpSubscription {
  const { hmac } = subscription;
  return hmac === null ? subscription : { ...subscription, hmac: { algorithm: hmac.algorithm } };
}

function checkCallback({ callbackUrl }: Body): void {
  if (typeof callbackUrl !== 'string' || reachable(callbackUrl)) return;
  throw invalid('callbackUrl', 'not_loopback', `callbackUrl: ${LOOPBACK_ONLY}`);
}

/** A secret that was given stays until another takes its place: nobody could send it back. */
function readHmac(body: Body, before: DpSubscription | undefined): DpSubscription['hmac'] {
  if (body.hmac === undefined) return before?.hmac ?? null;
  if (body.hmac === null) return null;
  if (typeof body.hmac !== 'object') throw invalid('hmac', 'not_an_object');
  const { algorithm, secret } = body.hmac as { algorithm?: unknown; secret?: unknown };
  if (typeof algorithm !== 'string' || !ALGORITHMS.includes(algorithm))
    throw invalid('hmac.algorithm', 'unknown_value');
  if (secret !== undefined && (typeof secret !== 'string' || secret === '')) throw invalid('hmac.secret', 'not_a_text');
  const kept = secret ?? before?.hmac?.secret;
  return kept === undefined ? { algorithm } : { algorithm, secret: kept };
}

/** Everything that happened on the subscription's topic, oldest first; both bounds are included. */
function history(store: DpStore, call: Call, subscription: DpSubscription): DpEvent[] {
  const from = queryMoment(call, 'from') ?? Number.NEGATIVE_INFINITY;
  const to = queryMoment(call, 'to') ?? Number.POSITIVE_INFINITY;
  return store.events.filter((event) => {
    if (event.topic !== subscription.topic) return false;
    const moment = Date.parse(event.occurredAt);
    return moment >= from && moment <= to;
  });
}
