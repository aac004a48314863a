import type { UpstreamError } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import type { PlanRecords } from './records.ts';

/** A plan, with what each platform holds about it. */
export interface PlanModel extends PlanRecords {
  readonly ref: Ref;
  readonly owners: readonly PlanOwnerModel[];
  /** What is wrong with the owners' percentages, if anything. */
  readonly ownership: OwnershipFlag | null;
  /** What each platform says of the percentages, for those who compare. */
  readonly ownersBySystem: Readonly<Partial<Record<System, readonly PlanOwnerModel[]>>>;
  /** What could not be asked about it: to be reported beside it. */
  readonly problems?: readonly UpstreamError[];
}

/** An owner and the share. */
export interface PlanOwnerModel {
  readonly ref: Ref;
  /** 0 to 100; where the platform sends none, an equal part of what is left. */
  readonly percentage: number;
}

/** What can be wrong with percentages. */
export type OwnershipFlag = 'PERCENTAGE_MISSING' | 'PERCENTAGES_BELOW_100' | 'PERCENTAGES_ABOVE_100';

/** Plannr's ten plan types (platform documentation). */
export const PLANNR_TYPES = [
  'annuity',
  'cash_account',
  'fixed_asset',
  'general_insurance',
  'group_protection',
  'investment',
  'loan_credit',
  'mortgage',
  'pension',
  'protection_policy',
] as const;

export type PlanType = Uppercase<(typeof PLANNR_TYPES)[number]> | 'UNKNOWN';
export type PlanStatus = 'ACTIVE' | 'INACTIVE' | 'PROPOSED' | 'UNKNOWN';
