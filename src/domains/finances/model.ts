import type { Wire } from '../../platform/wire.ts';
import type { PlanOwnerModel } from '../shared/plan.ts';

/** A regular payment to or by a client that belongs to no plan. */
export interface RegularPayment {
  readonly id: string;
  readonly wire: Wire;
  readonly currency: string;
  readonly owners: readonly PlanOwnerModel[];
}

export type IncomeModel = RegularPayment;
export type ExpenditureModel = RegularPayment;
