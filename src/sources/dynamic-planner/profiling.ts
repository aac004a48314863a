import type { CallScope } from '../../platform/operation.ts';
import type { Stretch } from '../../platform/paging/pages.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** What a result comes with only when asked for (platform documentation). */
export type ResultExpansion = 'factors' | 'responses' | 'questionnaire';

/** Asked for as what is included; the others as fields (platform documentation). */
const INCLUDED: ReadonlySet<ResultExpansion> = new Set(['questionnaire']);

/** Questionnaires and their results. */
export function profiling(reader: DynamicPlannerReader) {
  const { parameters } = reader.contract;
  return {
    /** The results of these clients. */
    results: (scope: CallScope, clientIds: readonly string[], expansions: readonly ResultExpansion[]): Promise<Found> =>
      reader.belongingTo(scope, 'results', clientIds, {
        query: {
          [parameters.fields]: expansions.filter((name) => !INCLUDED.has(name)),
          [parameters.includes]: expansions.filter((name) => INCLUDED.has(name)),
        },
      }),

    /** Questionnaires by id, in no order. */
    questionnaires: (scope: CallScope, ids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'questionnaires', ids, { perId: 1 }),

    /** A window of the list of questionnaires, as sent. */
    questionnaireWindow: (scope: CallScope, offset: number, count: number): Promise<Stretch<unknown>> =>
      reader.window(scope, 'questionnaires', {}, offset, count),
  };
}
