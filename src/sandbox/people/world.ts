import type { DpStore } from '../dynamic-planner/store.ts';
import type { PlannrStore } from '../plannr/store.ts';

/** What is odd about some of the data on purpose, and under which name its ids are listed. */
export const ODDITIES = [
  'ambiguousPolicyNumber',
  'businessAccount',
  'conflictingAccount',
  'disagreeingOwnership',
  'disagreeingStatus',
  'disagreeingValue',
  'explicitNulls',
  'extraFields',
  'foreignCurrency',
  'incompatibleTypes',
  'incompleteResultNewest',
  'jointAcrossSystems',
  'jointFinance',
  'missingPercentages',
  'missingOptionalFields',
  'nonUuidReference',
  'percentagesBelow100',
  'placeholderNumber',
  'referenceToNobody',
  'respeltPolicyNumber',
  'splitOrganisationUnits',
  'threeOwners',
  'twoAccounts',
  'unknownClientStatus',
  'unknownFinanceType',
  'unknownPlanStatus',
  'unknownPlanType',
  'unknownSubType',
  'unusualName',
  'valueBeyondInt32',
] as const;

export type Oddity = (typeof ODDITIES)[number];

/** How a finance's Plannr counterpart is made. */
export type TwinKind = 'agreeing' | Dispute | 'incompatible' | 'placeholder' | 'ambiguous';

/** What two systems can disagree about. */
export type Dispute = 'value' | 'status' | 'ownership';

/** A finance and the Plannr plan that is the same policy, with what they disagree about. */
export interface SamePolicy {
  readonly financeId: string;
  readonly planUuid: string;
  readonly disagreement: Dispute | null;
}

/** What the builders share while a sandbox is populated. */
export interface World {
  readonly seed: number;
  /** People in Dynamic Planner. */
  readonly dpCount: number;
  /** People who stand in Plannr alone. */
  readonly aloneCount: number;
  readonly dp: DpStore;
  readonly plannr: PlannrStore;
  readonly oddities: Record<Oddity, string[]>;
  /** By finance id, where the counterpart is not left to chance. */
  readonly twins: Map<string, TwinKind>;
  readonly samePolicies: SamePolicy[];
  /** Ids of seeded finances → number, which their valuations are made from. */
  readonly financeNumbers: Map<string, number>;
  readonly planNumbers: Map<string, number>;
}

/** Oddities come round every so many people, so that their share does not depend on the size. */
export const ROUND = 40;

/** Whether the n-th Dynamic Planner person also stands in Plannr: 60%. */
export function isLinked(index: number): boolean {
  return [0, 1, 3].includes(index % 5);
}

/** The partner of the n-th Dynamic Planner person; null for the single. Couples are 40% of the people. */
export function partnerOf(world: World, index: number): number | null {
  const place = index % 5;
  if (place === 0) return index + 1 < world.dpCount ? index + 1 : null;
  return place === 1 ? index - 1 : null;
}
