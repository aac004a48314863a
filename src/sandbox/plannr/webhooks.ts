import { randomBytes, randomUUID } from 'node:crypto';
import { LOOPBACK_ONLY, reachable } from '../deliveries/loopback.ts';
import { answer, type Call, type RouteTable } from '../server/route.ts';
import { type Body, list, readBody, text } from './body.ts';
import { now, type PlannrContext } from './context.ts';
import { Complaints, refusal } from './errors.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrWebhookSubscription } from './wire.ts';

const SECRET_BYTES = 30;

/** `/api/v2/webhook-subscriptions`, which are called on loopback addresses only. */
export function webhookRoutes({ store, page }: PlannrContext): RouteTable {
  return {
    'GET /api/v2/webhook-subscriptions': (call) => page(call, store.webhookSubscriptions.all().map(withoutSecret)),
    'POST /api/v2/webhook-subscriptions': (call) => {
      const subscription: PlannrWebhookSubscription = {
        uuid: randomUUID(),
        ...readInput(readBody(call), true),
        signing_secret: randomBytes(SECRET_BYTES).toString('hex'),
        created_at: now(),
        updated_at: now(),
        last_outgoing_webhook_call_at: null,
      };
      store.webhookSubscriptions.set(subscription.uuid, subscription);
      return answer(201, { data: subscription });
    },
    'PUT /api/v2/webhook-subscriptions/{uuid}': (call) => {
      const before = existing(store, call);
      const subscription = { ...before, ...readInput(readBody(call), false), updated_at: now() };
      store.webhookSubscriptions.set(before.uuid, subscription);
      return answer(200, { data: withoutSecret(subscription) });
    },
  };
}

/** The secret is told once, to whom makes the subscription (platform documentation names it for the POST alone). */
function withoutSecret({ signing_secret: _, ...told }: PlannrWebhookSubscription) {
  return told;
}

function existing(store: PlannrStore, call: Call): PlannrWebhookSubscription {
  const subscription = store.webhookSubscriptions.get(call.params.uuid ?? '');
  if (subscription === undefined) throw refusal(404, 'No query results for model [WebhookSubscription].');
  return subscription;
}

type Input = Pick<PlannrWebhookSubscription, 'url' | 'events'>;

function readInput(body: Body, creates: boolean): Input {
  const complaints = new Complaints();
  const { url, events } = body;
  const isAddress = typeof url === 'string' && URL.canParse(url);
  const areNames = list(events) && (events as unknown[]).length > 0 && (events as unknown[]).every(text);
  if (!isAddress && (creates || url !== undefined)) complaints.add('url', 'The url must be a valid URL.');
  if (isAddress && !reachable(url)) complaints.add('url', LOOPBACK_ONLY);
  if (!areNames && (creates || events !== undefined)) complaints.add('events', 'The events must be a list of names.');
  complaints.settle();
  return { ...(isAddress ? { url } : {}), ...(areNames ? { events } : {}) } as Input;
}
