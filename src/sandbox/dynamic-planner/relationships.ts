import { answer, type Call, type RouteTable } from '../server/route.ts';
import { type Body, day, list, newId, orNull, type Rules, readBody, text } from './body.ts';
import { type DpContext, now } from './context.ts';
import { absent, conflict, invalid } from './errors.ts';
import { requiredQueryIds } from './query.ts';
import { type DpStore, pairKey } from './store.ts';
import type { DpRelationship } from './wire.ts';

const RULES: Rules = {
  required: ['type', 'clientIds'],
  checks: { type: text, clientIds: list, startedOn: orNull(day) },
  readOnly: ['updatedAt'],
};

/** `/crm/v1/relationships` and `/crm/v1/self-relationships`. */
export function relationshipRoutes({ store, page, tell }: DpContext): RouteTable {
  const announce = (relationship: DpRelationship, changed: string[]): void => {
    const { id, clientIds } = relationship;
    const resource = { type: 'relationship', id, href: `/crm/v1/relationships/${id}` };
    tell({ topic: 'relationship.updated', resource, clientId: clientIds[0], data: { changed, clientIds } });
  };
  return {
    'GET /crm/v1/relationships': (call) =>
      page(call, store.relationships.byAny('client', requiredQueryIds(call, 'clientIds'))),
    'GET /crm/v1/self-relationships': (call) =>
      page(call, store.selfRelationships.byAny('client', requiredQueryIds(call, 'clientIds'))),
    'PUT /crm/v1/relationships/{id}': (call) => {
      const id = newId(call);
      const before = store.relationships.get(id);
      const body = readBody(call, RULES, before === undefined);
      checkPair(store, id, body);
      const relationship = { ...(before ?? { id }), ...body, updatedAt: now() } as DpRelationship;
      store.relationships.set(id, relationship);
      announce(relationship, Object.keys(body));
      return answer(before === undefined ? 201 : 200, relationship);
    },
    'DELETE /crm/v1/relationships/{id}': (call) => {
      const relationship = existing(store, call);
      store.relationships.delete(relationship.id);
      announce(relationship, []);
      return answer(204);
    },
  };
}

/** Exactly two clients, at most one relationship a pair (platform documentation). */
function checkPair(store: DpStore, id: string, body: Body): void {
  if (!Array.isArray(body.clientIds)) return;
  const clientIds: unknown[] = body.clientIds;
  const people = clientIds.filter((entry): entry is string => typeof entry === 'string' && store.clients.has(entry));
  if (people.length < clientIds.length) throw invalid('clientIds', 'unknown_reference');
  if (clientIds.length !== 2 || new Set(people).size !== 2) throw invalid('clientIds', 'not_two_clients');
  const taken = store.relationships.by('pair', pairKey(people)).some((other) => other.id !== id);
  if (taken) throw conflict('These two clients have a relationship already.');
}

function existing(store: DpStore, call: Call): DpRelationship {
  const id = call.params.id ?? '';
  const relationship = store.relationships.get(id);
  if (relationship === undefined) throw absent('relationship', id);
  return relationship;
}
