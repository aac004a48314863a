import type { Ref } from '../../platform/relay/ids.ts';
import type { Outcome } from '../shared/write-outcome.ts';

export type { ValuationModel } from '../shared/valuation.ts';

/** A valuation of Dynamic Planner's, and the plan that it is of. */
export interface WrittenValuation {
  readonly plan: Ref;
  readonly id: string;
}

/** What became of recording a valuation. */
export type ValuationRecordPayloadModel = Outcome<WrittenValuation>;
