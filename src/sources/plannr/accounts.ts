import type { CallScope } from '../../platform/operation.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import type { Found } from '../found.ts';
import type { ListOptions, PlannrReader } from './reader.ts';

const ACCOUNTS = {
  path: '/api/v1/account',
  name: 'account',
  pace: 'clients',
  include: ['external_references'],
} satisfies ListOptions;
const CIRCLES = { path: '/api/v1/circles', name: 'circle', pace: 'clients' } satisfies ListOptions;

/** Pages under way at once while the whole list of accounts is read: a background job must not push callers aside. */
const PARALLEL_PAGES = 4;

/** People and organisations. */
export function accounts(reader: PlannrReader) {
  return {
    /** Clients' accounts by uuid with their external references, in no order. */
    byIds: async (scope: CallScope, uuids: readonly string[]): Promise<Found> => {
      const found = await reader.belongingTo(scope, ACCOUNTS, 'uuid', uuids);
      return { ...found, items: found.items.filter(isClient) };
    },

    /** Accounts of any type by uuid, employees and outsiders too, in no order. */
    ofAnyType: (scope: CallScope, uuids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, ACCOUNTS, 'uuid', uuids),

    /** Every client's account with its external references. */
    allClients: async (scope: CallScope): Promise<Wire[]> => {
      const found = await reader.all(scope, { ...ACCOUNTS, filter: { type: 'client' } }, PARALLEL_PAGES);
      return found.filter(isClient);
    },

    /** The circles that any of these accounts belongs to. */
    circlesOf: (scope: CallScope, uuids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, { ...CIRCLES, group: { kind: 'circles', idsOf: membersOf } }, 'account_uuids', uuids),

    /** Circles by uuid, in no order. */
    circles: (scope: CallScope, uuids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, CIRCLES, 'uuid', uuids),

    /** A client's risk, `{ level, level_string }`; null where there is none. One call for each client. */
    risk: (scope: CallScope, uuid: string): Promise<unknown> =>
      reader.one(scope, { path: '/api/v1/client/{uuid}/risk', name: 'risk', pace: 'profiling' }, uuid),
  };
}

/** Accounts are of clients, employees and others (platform documentation); only the first are people of the graph. */
export function isClient({ item }: Wire): boolean {
  return item.type === undefined || item.type === null || item.type === 'client';
}

function membersOf({ accounts: members }: Readonly<Record<string, unknown>>): unknown[] {
  return Array.isArray(members) ? members.map((one) => (isItem(one) ? one.uuid : undefined)) : [];
}
