import { createHash } from 'node:crypto';
import { isItem, type WireItem } from '../../platform/wire.ts';
import type { ReceivedEvent } from '../event.ts';
import { idIn, idsIn, instantIn, topicIn } from '../event-parts.ts';

/** What an event came with. */
export interface Arrival {
  /** What names the subscription, the same on all nodes and after each start: the address that is called. */
  readonly subscription: string;
  /** The body as it came over the wire. */
  readonly raw: Buffer;
  readonly receivedAt?: Date;
}

/**
 * A body that says neither who it is nor when it happened counts as the same event within one such stretch of the clock, in milliseconds: a
 * delivery that comes again. In the next one it is something that happened again.
 */
const SAME_MS = 5 * 60_000;

/**
 * An event as Plannr posts it: `{ event, uuid?, occurred_at?, data }` (designed, unverified; the events' names are platform documentation).
 * @returns null for what is none
 */
export function eventOf(body: unknown, { subscription, raw, receivedAt = new Date() }: Arrival): ReceivedEvent | null {
  if (!isItem(body)) return null;
  const topic = topicIn(body.event);
  if (topic === undefined) return null;
  const data = isItem(body.data) ? body.data : {};
  const type = topic.split('.')[0] ?? topic;
  const id = idIn(data.uuid);
  const uuid = idIn(body.uuid);
  const when = typeof body.occurred_at === 'string' ? 0 : Math.floor(receivedAt.getTime() / SAME_MS);
  return {
    key: `PLANNR:${uuid ?? digestOf(subscription, when, raw)}`,
    value: {
      system: 'PLANNR',
      topic,
      occurredAt: instantIn(body, 'occurred_at', receivedAt),
      // Plannr has no organisation units.
      organisationUnitId: null,
      resource: id === undefined ? null : { type, id },
      clientIds: clientsOf(type, data),
      planId: (type === 'plan' ? id : undefined) ?? (isItem(data.plan) ? idIn(data.plan.uuid) : undefined) ?? null,
    },
  };
}

/** Whom an event concerns: the account that it is about, the client, and owners where they are listed. */
function clientsOf(type: string, { uuid, client, accounts }: WireItem): string[] {
  const owners = Array.isArray(accounts) ? accounts.map((one) => (isItem(one) ? one.account_uuid : undefined)) : [];
  return idsIn([type === 'account' ? uuid : undefined, isItem(client) ? client.uuid : undefined, ...owners]);
}

function digestOf(subscription: string, when: number, raw: Buffer): string {
  return createHash('sha256')
    .update(JSON.stringify([subscription, when]))
    .update(raw)
    .digest('base64url');
}
