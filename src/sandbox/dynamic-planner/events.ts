import { dpId } from '../people/ids.ts';
import type { Listeners } from '../store/listeners.ts';
import type { DpStore } from './store.ts';
import type { DpEvent, DpTopic } from './wire.ts';

/** The topics, in the platform's order (the features are documented, the names are designed, unverified). */
export const TOPICS: readonly DpTopic[] = [
  { name: 'client.created', description: 'A client was created' },
  { name: 'client.updated', description: 'A client was changed' },
  { name: 'client.deleted', description: 'A client was deleted' },
  { name: 'client.document.created', description: 'A document was added to a client' },
  { name: 'relationship.updated', description: 'A relationship was created, changed or deleted' },
  { name: 'finance.updated', description: 'A finance was created, changed or deleted' },
  { name: 'valuation.created', description: 'A valuation was recorded' },
  { name: 'results.updated', description: "A client's profiling results changed" },
];

const KEPT = 100_000;
const SLACK = 20_000;

/** What happened, as a write tells it. */
export interface Happening {
  readonly topic: string;
  readonly resource: { readonly type: string; readonly id: string; readonly href: string };
  /** Whose organisation unit the event belongs to. */
  readonly clientId: string | undefined;
  /** Where the client is gone already. */
  readonly organisationUnitId?: string;
  readonly data: Record<string, unknown>;
}

/** Appends to the event history. Subscriptions read it by topic, also what happened before they were made. */
export type Tell = (happening: Happening) => DpEvent;

/** Makes the function that tells events of one store, to its history and to those who listen; times never go backwards. */
export function teller(store: DpStore, told: Listeners<DpEvent>): Tell {
  let number = 0;
  let last = 0;
  return ({ topic, resource, clientId, organisationUnitId, data }) => {
    number += 1;
    last = Math.max(last, Date.now());
    const unit =
      organisationUnitId ?? (clientId === undefined ? undefined : store.clients.get(clientId)?.organisationUnitId);
    const event: DpEvent = {
      id: dpId('event', number),
      topic,
      occurredAt: new Date(last).toISOString(),
      organisationUnitId: unit ?? null,
      resource,
      data,
    };
    if (store.events.length >= KEPT + SLACK) store.events.splice(0, SLACK);
    store.events.push(event);
    told.call(event);
    return event;
  };
}
