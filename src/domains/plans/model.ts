import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';

import type { PlanModel } from '../shared/plan.ts';

export type { FundShareModel } from '../shared/funds.ts';
export type { OwnershipFlag, PlanModel, PlanOwnerModel } from '../shared/plan.ts';

/** A company that runs plans, as one platform names it. */
export interface ProviderModel {
  readonly system: System;
  readonly wire: Wire;
}

/** A nested item in the currency of its plan. */
export interface Nested {
  readonly wire: Wire;
  readonly currency: string;
}

/** A holding, and the plan that it stands in. */
export interface HoldingModel extends Nested {
  readonly plan: PlanModel;
}

/** What a finance says that depends on its type: the record itself, as one of the types of the graph. */
export interface FinanceDetailsModel extends Nested {
  readonly __typename: 'FinanceArrangement' | 'FinanceAsset' | 'FinanceLiability' | 'FinanceProtection';
}

/** A mark of an arrangement. */
export interface CharacteristicModel {
  readonly name: string;
  readonly value: string | null;
}

export type FinanceArrangementModel = Nested;
export type FinanceAssetModel = Nested;
export type FinanceLiabilityModel = Nested;
export type FinanceProtectionModel = Nested;
export type PaymentModel = Nested;
export type CashflowModel = Nested;
export type TransactionModel = Nested;

/** A figure on which the platforms disagree. */
export interface DiscrepancyModel {
  readonly field: string;
  readonly values: readonly { readonly system: System; readonly value: string | null }[];
}

export type PlanAdministrationModel = Wire;
export type PlanAccountModel = Wire;
