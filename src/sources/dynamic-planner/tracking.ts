import type { CallScope } from '../../platform/operation.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** The read-only consolidated view of investments and pensions. */
export function tracking(reader: DynamicPlannerReader) {
  return {
    /** The tracked investments of these clients; an item's id is its finance's. */
    investments: (scope: CallScope, clientIds: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'trackedInvestments', clientIds),

    /** The tracked pensions of these clients; an item's id is its finance's. */
    pensions: (scope: CallScope, clientIds: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'trackedPensions', clientIds),
  };
}
