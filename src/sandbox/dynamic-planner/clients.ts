import { TOP_UNIT_ID } from '../people/organisation.ts';
import { answer, type Call, type RouteTable } from '../server/route.ts';
import {
  type Body,
  type Check,
  day,
  each,
  flag,
  needed,
  newId,
  object,
  optional,
  orNull,
  type Rules,
  readBody,
  text,
} from './body.ts';
import { type DpContext, now } from './context.ts';
import { absent, invalid } from './errors.ts';
import { names, queryDay, queryIds, queryMoment } from './query.ts';
import type { DpStore } from './store.ts';
import type { DpClient } from './wire.ts';

const CONTACT = { type: optional(text), isPrimary: optional(flag) };
const country: Check = (value) => (typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? null : 'invalid_format');
const emailAddress: Check = (value) =>
  typeof value === 'string' && /^[^@\s]+@[^@\s]+$/.test(value) ? null : 'invalid_format';
const phoneNumber: Check = (value) =>
  typeof value === 'string' && /^\+?[\d ()-]+$/.test(value) ? null : 'invalid_format';

/** Name and date of birth are required (platform documentation). */
const RULES: Rules = {
  required: ['firstName', 'lastName', 'dateOfBirth'],
  checks: {
    firstName: text,
    lastName: text,
    dateOfBirth: day,
    organisationUnitId: text,
    adviserId: orNull(text),
    title: orNull(text),
    status: orNull(text),
    addresses: orNull(each(object({ line1: needed(text), country: optional(country), ...CONTACT }))),
    phones: orNull(each(object({ number: needed(phoneNumber), ...CONTACT }))),
    emails: orNull(each(object({ address: needed(emailAddress), ...CONTACT }))),
  },
  readOnly: ['createdAt', 'updatedAt'],
};

const PATH = '/crm/v1/clients';

/** `/crm/v1/clients`. */
export function clientRoutes(context: DpContext): RouteTable {
  const { store, page, tell } = context;
  return {
    'GET /crm/v1/clients': (call) => page(call, select(store, call)),
    'GET /crm/v1/clients/{id}': (call) => answer(200, existing(store, call)),
    'PUT /crm/v1/clients/{id}': (call) => {
      const id = newId(call);
      const before = store.clients.get(id);
      const body = readBody(call, RULES, before === undefined);
      checkReferences(store, body);
      const client = { ...(before ?? blank(id)), ...body, updatedAt: now() } as DpClient;
      store.clients.set(id, client);
      if (before === undefined) store.selfRelationships.set(selfId(id), { id: selfId(id), clientId: id });
      const topic = before === undefined ? 'client.created' : 'client.updated';
      tell({ topic, resource: resourceOf(id), clientId: id, data: { changed: Object.keys(body) } });
      return answer(before === undefined ? 201 : 200, client);
    },
    'DELETE /crm/v1/clients/{id}': (call) => {
      const client = existing(store, call);
      remove(store, client.id);
      const { organisationUnitId } = client;
      tell({
        topic: 'client.deleted',
        resource: resourceOf(client.id),
        clientId: undefined,
        organisationUnitId,
        data: {},
      });
      return answer(204);
    },
  };
}

function select(store: DpStore, call: Call): readonly DpClient[] {
  const ids = queryIds(call, 'ids');
  const units = queryIds(call, 'organisationUnitIds');
  const statuses = names(call, 'status');
  const unitSet = new Set(units);
  let clients: readonly DpClient[];
  if (ids !== null)
    clients = store.clients.byIds(ids).filter((client) => units === null || unitSet.has(client.organisationUnitId));
  else clients = units === null ? store.clients.all() : store.clients.byAny('organisationUnit', units);
  const advisers = names(call, 'adviserIds');
  const born = queryDay(call, 'dateOfBirth');
  const since = queryMoment(call, 'updatedSince');
  if (statuses.size + advisers.size === 0 && born === null && since === null) return clients;
  return clients.filter(
    (client) =>
      (statuses.size === 0 || statuses.has(client.status ?? '')) &&
      (advisers.size === 0 || advisers.has(client.adviserId ?? '')) &&
      (born === null || client.dateOfBirth === born) &&
      (since === null || Date.parse(client.updatedAt) >= since),
  );
}

function existing(store: DpStore, call: Call): DpClient {
  const id = call.params.id ?? '';
  const client = store.clients.get(id);
  if (client === undefined) throw absent('client', id);
  return client;
}

/** A new client belongs to the service account's own unit unless it says another. */
function blank(id: string): Partial<DpClient> {
  return { id, status: 'active', organisationUnitId: TOP_UNIT_ID, adviserId: null, createdAt: now() };
}

function checkReferences(store: DpStore, body: Body): void {
  const { organisationUnitId, adviserId } = body;
  if (typeof organisationUnitId === 'string' && !store.organisationUnits.has(organisationUnitId)) {
    throw invalid('organisationUnitId', 'unknown_reference');
  }
  if (typeof adviserId === 'string' && !store.employees.has(adviserId)) throw invalid('adviserId', 'unknown_reference');
}

/** A client's relationships, documents, results and sole finances go with it; joint finances lose an owner. */
function remove(store: DpStore, id: string): void {
  for (const relationship of store.relationships.by('client', id)) store.relationships.delete(relationship.id);
  for (const relationship of store.selfRelationships.by('client', id)) store.selfRelationships.delete(relationship.id);
  for (const document of store.documents.by('client', id)) store.documents.delete(document.id);
  for (const result of store.results.by('client', id)) store.results.delete(result.id);
  for (const finance of store.finances.by('client', id)) {
    const owners = finance.owners.filter((owner) => owner.clientId !== id);
    if (owners.length > 0) store.finances.set(finance.id, { ...finance, owners });
    else {
      store.finances.delete(finance.id);
      store.valuations.clear(finance.id);
    }
  }
  store.clients.delete(id);
}

/** The platform makes self-relationships itself; the id of one follows from its client's. */
function selfId(clientId: string): string {
  return `c2${clientId.slice(2)}`;
}

function resourceOf(id: string) {
  return { type: 'client', id, href: `${PATH}/${id}` };
}
