import { Collection } from '../store/collection.ts';
import { History } from '../store/history.ts';
import type {
  DpClient,
  DpDocument,
  DpEmployee,
  DpEvent,
  DpFinance,
  DpOrganisationUnit,
  DpProfilingResult,
  DpQuestionnaire,
  DpRelationship,
  DpSelfRelationship,
  DpSubscription,
  DpValuation,
} from './wire.ts';

/** Everything Dynamic Planner holds, live. */
export interface DpStore {
  readonly clients: Collection<DpClient, 'organisationUnit'>;
  readonly relationships: Collection<DpRelationship, 'client' | 'pair'>;
  readonly selfRelationships: Collection<DpSelfRelationship, 'client'>;
  readonly organisationUnits: Collection<DpOrganisationUnit>;
  readonly employees: Collection<DpEmployee>;
  readonly documents: Collection<DpDocument, 'client'>;
  /** Uploaded bytes by document id; a seeded document's are made up on reading. */
  readonly contents: Map<string, Uint8Array>;
  readonly finances: Collection<DpFinance, 'client'>;
  /** By finance id, newest first, ties by id. */
  readonly valuations: History<DpValuation>;
  readonly results: Collection<DpProfilingResult, 'client'>;
  readonly questionnaires: Collection<DpQuestionnaire>;
  readonly subscriptions: Collection<DpSubscription>;
  /** Oldest first. */
  readonly events: DpEvent[];
}

/** The key of two clients in the relationships' `pair` index: the same in either order. */
export function pairKey(clientIds: readonly string[]): string {
  return [...clientIds].sort().join('+');
}

/** An empty platform; `seededValuations` makes a seeded finance's history when it is first read. */
export function createDpStore(seededValuations: (store: DpStore, financeId: string) => DpValuation[]): DpStore {
  const store: DpStore = {
    clients: new Collection({ organisationUnit: (client) => [client.organisationUnitId] }),
    relationships: new Collection({
      client: (relationship) => relationship.clientIds,
      pair: (relationship) => [pairKey(relationship.clientIds)],
    }),
    selfRelationships: new Collection({ client: (relationship) => [relationship.clientId] }),
    organisationUnits: new Collection({}),
    employees: new Collection({}),
    documents: new Collection({ client: (document) => [document.clientId] }),
    contents: new Map(),
    finances: new Collection({ client: (finance) => finance.owners.map((owner) => owner.clientId) }),
    valuations: new History(newestValuationFirst, (financeId) => seededValuations(store, financeId)),
    results: new Collection({ client: (result) => [result.clientId] }),
    questionnaires: new Collection({}),
    subscriptions: new Collection({}),
    events: [],
  };
  return store;
}

/** Newest date first, ties by id. */
export function newestValuationFirst(one: DpValuation, other: DpValuation): number {
  return compare(other.valuedOn, one.valuedOn) || compare(one.id, other.id);
}

/** Newest date first, ties by id. */
export function newestResultFirst(one: DpProfilingResult, other: DpProfilingResult): number {
  return compare(other.completedOn, one.completedOn) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
