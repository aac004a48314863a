import type { CallScope } from '../../platform/operation.ts';
import type { Found } from '../found.ts';
import type { PlannrReader } from './reader.ts';

/** Circles of accounts: families, and those who look after them. */
export function circles(reader: PlannrReader) {
  return {
    /** Circles by uuid with the accounts in them, in no order. */
    byIds: (scope: CallScope, uuids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, { path: '/api/v1/circles', name: 'circle', pace: 'clients' }, 'uuid', uuids),
  };
}
