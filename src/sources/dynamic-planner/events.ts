import { isItem, type WireItem } from '../../platform/wire.ts';
import type { ReceivedEvent } from '../event.ts';
import { idIn, idsIn, instantIn, topicIn } from '../event-parts.ts';
import type { DynamicPlannerContract } from './contract.ts';
import { renaming } from './rename.ts';

/** Reads an event from the body that was posted, or from an item of the history. @returns null for what is none */
export type ReadEvent = (body: unknown, receivedAt?: Date) => ReceivedEvent | null;

/** Reads events with the field names that a contract tells. */
export function eventReader({ resources }: DynamicPlannerContract): ReadEvent {
  const rename = renaming(resources.subscriptionEvents.fields);
  return (body, receivedAt) => eventOf(rename(body), receivedAt);
}

/**
 * An event by this gateway's field names: `{ id, topic, occurredAt, organisationUnitId, resource: { type, id, href }, data }` (designed,
 * unverified). It needs an id, by which it is itself again when it comes again, and a topic; whatever else can't be read is left out.
 */
export function eventOf(body: unknown, receivedAt = new Date()): ReceivedEvent | null {
  if (!isItem(body)) return null;
  const id = idIn(body.id);
  const topic = topicIn(body.topic);
  if (id === undefined || topic === undefined) return null;
  const resource = isItem(body.resource) ? body.resource : {};
  const data = isItem(body.data) ? body.data : {};
  const [type, resourceId] = [topicIn(resource.type), idIn(resource.id)];
  return {
    key: `DYNAMIC_PLANNER:${id}`,
    value: {
      system: 'DYNAMIC_PLANNER',
      topic,
      occurredAt: instantIn(body, 'occurredAt', receivedAt),
      organisationUnitId: idIn(body.organisationUnitId) ?? null,
      resource: type === undefined || resourceId === undefined ? null : { type, id: resourceId },
      clientIds: clientsOf(resource, data),
      planId: (type === 'finance' ? resourceId : undefined) ?? idIn(data.financeId) ?? null,
    },
  };
}

/** Whom an event concerns: the client that it is about, those in its address, and those that its data name. */
function clientsOf({ type, id, href }: WireItem, { clientId, clientIds }: WireItem): string[] {
  const [, inPath = ''] = typeof href === 'string' ? (/\/clients\/([^/?#]+)/.exec(href) ?? []) : [];
  const named = Array.isArray(clientIds) ? clientIds : [];
  return idsIn([type === 'client' ? id : undefined, ...inPath.split(','), clientId, ...named]);
}
