import type { Money } from '../../platform/money.ts';
import type { FundShareModel } from '../shared/funds.ts';
import type { OwnershipFlag, PlanModel, PlanType } from '../shared/plan.ts';

/** Why a share is uncertain. */
export type WealthFlagReason = OwnershipFlag | 'VALUE_UNKNOWN';

/** A plan whose share is uncertain. */
export interface WealthFlagModel {
  readonly plan: PlanModel;
  readonly reason: WealthFlagReason;
}

/** A client's wealth. */
export interface WealthModel {
  readonly total: Money;
  readonly totals: readonly Money[];
  readonly byType: readonly WealthByTypeModel[];
  readonly planCount: number;
  readonly flagged: readonly WealthFlagModel[];
}

/** The sum of one type of plan in one currency. */
export interface WealthByTypeModel {
  readonly type: PlanType;
  readonly value: Money;
}

/** What people are invested in, through their plans. */
export interface LookThroughModel {
  readonly funds: readonly FundShareModel[];
  readonly totals: readonly Money[];
  readonly unknown: readonly PlanModel[];
}
