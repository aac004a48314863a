import type { CallScope } from '../../platform/operation.ts';
import type { Page } from '../../platform/paging/pages.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** What a finance comes with only when asked for (platform documentation). */
export type FinanceExpansion = 'cashflows' | 'latestHistoricalValuation' | 'holdings' | 'transactions';

/** Days to include, as `YYYY-MM-DD`. */
export interface DateRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The one combined collection of finances, and valuations. */
export function finances(reader: DynamicPlannerReader) {
  const { parameters } = reader.contract;
  return {
    /**
     * The finances that any of these clients owns. A joint one is here once. All types are asked for: a list of the known ones would lose, in
     * silence, what the platform adds later.
     */
    ofClients: (
      scope: CallScope,
      clientIds: readonly string[],
      expansions: readonly FinanceExpansion[],
    ): Promise<Found> =>
      reader.belongingTo(scope, 'finances', clientIds, {
        query: { [parameters.unions]: 'includes', [parameters.fields]: expansions },
      }),

    /** Finances by id, in no order. */
    byIds: (scope: CallScope, ids: readonly string[], expansions: readonly FinanceExpansion[]): Promise<Found> =>
      reader.belongingTo(scope, 'financesById', ids, { query: { [parameters.fields]: expansions }, perId: 1 }),

    /** Finance ids in chunks that one valuations call can take. */
    valuationChunks: (ids: readonly string[]): string[][] => reader.chunks('valuations', ids),

    /** One page of the valuations of these finances together, newest first (designed, unverified). */
    valuationPage: (
      scope: CallScope,
      financeIds: readonly string[],
      range: DateRange,
      pageNumber: number,
    ): Promise<Page<unknown>> =>
      reader.page(
        scope,
        'valuations',
        financeIds,
        { [parameters.from]: range.from, [parameters.to]: range.to },
        pageNumber,
      ),
  };
}
