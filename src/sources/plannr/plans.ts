import { tagOf } from '../../platform/cache/index.ts';
import type { CallScope } from '../../platform/operation.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import type { Found } from '../found.ts';
import type { PlannrReader } from './reader.ts';

/** What a plan comes with only when asked for (platform documentation). */
export type PlanExpansion =
  | 'latest_valuations'
  | 'fields'
  | 'external_references'
  | 'sub_accounts'
  | 'seller'
  | 'active_adviser'
  | 'linked_owners'
  | 'wrap';

/** Owners tell whose a plan is, so they are always asked for. */
const OWNERS = ['client', 'accounts'];

const PLANS = { path: '/api/v1/plans', name: 'plan', pace: 'plans' } as const;

/** Plans and their valuations. */
export function plans(reader: PlannrReader) {
  return {
    /** The plans that any of these accounts owns. A joint one is here once. */
    ofAccounts: (scope: CallScope, uuids: readonly string[], expansions: readonly PlanExpansion[]): Promise<Found> =>
      reader.belongingTo(
        scope,
        { ...PLANS, include: [...OWNERS, ...expansions], group: { kind: 'plans', idsOf: ownersOf } },
        'client',
        uuids,
      ),

    /** Plans by uuid, in no order. */
    byIds: (scope: CallScope, uuids: readonly string[], expansions: readonly PlanExpansion[]): Promise<Found> =>
      reader.belongingTo(scope, { ...PLANS, include: [...OWNERS, ...expansions] }, 'uuid', uuids),

    /** All valuations of one plan in a range of days, ends included. The platform has no call for many plans' histories. */
    valuations: (scope: CallScope, uuid: string, range: { from?: string; to?: string }): Promise<Wire[]> =>
      reader.all(scope, {
        path: `/api/v1/plans/${encodeURIComponent(uuid)}/valuations`,
        name: 'valuation',
        pace: 'valuations',
        filter: { valued_at_after: range.from, valued_at_before: range.to },
        tags: [tagOf('PLANNR', 'plan-valuations', uuid)],
      }),
  };
}

/** Owners' accounts; where none is listed, the one client (platform documentation). */
function ownersOf({ accounts, client }: Readonly<Record<string, unknown>>): unknown[] {
  const listed = Array.isArray(accounts) ? accounts.map((one) => (isItem(one) ? one.account_uuid : undefined)) : [];
  return listed.length > 0 ? listed : [isItem(client) ? client.uuid : undefined];
}
