import type { Wire } from '../../platform/wire.ts';
import type { PlanOwnerModel } from '../shared/plan.ts';
import type { Outcome } from '../shared/write-outcome.ts';

/** A regular payment to or by a client that belongs to no plan. */
export interface RegularPayment {
  readonly id: string;
  readonly wire: Wire;
  readonly currency: string;
  readonly owners: readonly PlanOwnerModel[];
}

export type IncomeModel = RegularPayment;
export type ExpenditureModel = RegularPayment;

/** A finance that was written. */
export interface WrittenFinance {
  readonly id: string;
  /** In the platform's words. */
  readonly type: string;
  /** Dynamic Planner's ids of everyone who owns it now. */
  readonly ownerIds: readonly string[];
}

/** What became of writing a finance. */
export type FinanceUpsertPayloadModel = Outcome<WrittenFinance>;

/** What became of deleting one: the id that was given. */
export type FinanceDeletePayloadModel = Outcome<string>;

/** What is no plan has ids of its own type. */
const OWN_TYPES: Readonly<Record<string, string>> = { income: 'Income', expenditure: 'Expenditure' };

/** Types of the graph whose ids are finances'. */
export const FINANCE_ID_TYPES: readonly string[] = ['Plan', ...Object.values(OWN_TYPES)];

/** The type that the id of a finance is of in the graph. @param type in the platform's words */
export function idTypeOf(type: string): string {
  return OWN_TYPES[type] ?? 'Plan';
}
