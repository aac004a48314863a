import type { Ref } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import type { PlanModel } from '../shared/plan.ts';
import type { UserFault } from '../shared/user-errors.ts';
import type { Outcome } from '../shared/write-outcome.ts';
import type { ChangeModel } from '../shared/written.ts';

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

/** What only plans of one type tell: the graph's type, and its fields by the graph's names. */
export interface PlanDetailsModel {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** What came of a plan's write: the plan that was made or changed, if any. */
export type PlanCreatePayloadModel = Outcome<Ref>;
export type PlanUpdatePayloadModel = Outcome<Ref>;
export type PlanOwnershipUpdatePayloadModel = Outcome<Ref>;

/** What came of recording valuations. */
export interface PlanValuationsRecordPayloadModel {
  /** The plans that were valued, each once. */
  readonly plans: readonly Ref[];
  readonly changes: readonly ChangeModel[];
  readonly userErrors: readonly UserFault[];
}
export type PlanAdministrationModel = Wire;
export type PlanAccountModel = Wire;
