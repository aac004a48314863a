import type { Pace } from '../../platform/cache/index.ts';
import { isItem } from '../../platform/wire.ts';
import type { Resource } from './contract.ts';

/** What the cache has to know of a resource. */
export interface Kind {
  readonly pace: Pace;
  /** What an item is, in tags. */
  readonly item: string;
  /** What the items of one id together are, in tags, where they are asked for by another thing's id. */
  readonly group?: string;
  /** The list that tells what the fields of a thing are called that is only written. */
  readonly listedAs?: Resource;
  /** Whose an item is: ids of the things that it is asked for by. Its own id where absent. */
  readonly idsOf?: (item: Readonly<Record<string, unknown>>) => readonly unknown[];
}

const ofOwners = (item: Readonly<Record<string, unknown>>): unknown[] =>
  listOf(item.owners).map((owner) => (isItem(owner) ? owner.clientId : undefined));

/** Each resource's pace and tags. `DYNAMIC_PLANNER/client:<id>` is the record and the lists that hold it; the rest have tags of their own. */
export const KINDS: Readonly<Record<Resource, Kind>> = {
  clients: { pace: 'clients', item: 'client' },
  relationships: {
    pace: 'relationships',
    item: 'relationship',
    group: 'relationships',
    idsOf: ({ clientIds }) => listOf(clientIds),
  },
  selfRelationships: {
    pace: 'relationships',
    item: 'self-relationship',
    group: 'relationships',
    idsOf: ({ clientId }) => [clientId],
  },
  organisationUnits: { pace: 'reference', item: 'organisation-unit' },
  employees: { pace: 'reference', item: 'employee' },
  documents: { pace: 'clients', item: 'document', group: 'documents', idsOf: ({ clientId }) => [clientId] },
  // Bytes are never kept.
  documentContent: { pace: 'clients', item: 'document' },
  finances: { pace: 'plans', item: 'finance', group: 'finances', idsOf: ofOwners },
  financesById: { pace: 'plans', item: 'finance' },
  valuations: { pace: 'valuations', item: 'valuation', group: 'valuations' },
  trackedInvestments: { pace: 'plans', item: 'finance', group: 'tracking', idsOf: ofOwners },
  trackedPensions: { pace: 'plans', item: 'finance', group: 'tracking', idsOf: ofOwners },
  results: { pace: 'profiling', item: 'result', group: 'results', idsOf: ({ clientId }) => [clientId] },
  questionnaires: { pace: 'reference', item: 'questionnaire' },
  // Only written.
  client: { pace: 'clients', item: 'client', listedAs: 'clients' },
  relationship: { pace: 'relationships', item: 'relationship', listedAs: 'relationships' },
  employee: { pace: 'reference', item: 'employee', listedAs: 'employees' },
  document: { pace: 'clients', item: 'document', listedAs: 'documents' },
  finance: { pace: 'plans', item: 'finance', listedAs: 'finances' },
  valuation: { pace: 'valuations', item: 'valuation', listedAs: 'valuations' },
  // Never kept: what they are read for is what has changed.
  topics: { pace: 'reference', item: 'topic' },
  subscriptions: { pace: 'reference', item: 'subscription' },
  subscription: { pace: 'reference', item: 'subscription' },
  subscriptionEvents: { pace: 'reference', item: 'event' },
};

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
