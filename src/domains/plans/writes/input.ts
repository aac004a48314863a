/** A value that was given, null, or left out. */
type Given<T> = T | null | undefined;

/** An amount: pence, or pounds in decimal digits. */
export type MoneyGiven = { readonly pence?: Given<bigint>; readonly decimal?: Given<string> };

/** An owner, as GraphQL gives it. */
export interface OwnerGiven {
  readonly clientId: string;
  readonly accountId?: Given<string>;
  readonly percentage?: Given<string>;
}

/** What a plan of one type alone has: exactly one of the types, with its fields. */
export type DetailsGiven = { readonly [type: string]: Given<object> };

/** What can be said of any plan. What is only sent on is not named here: see `PLAN_FIELDS`. */
export interface PlanGiven {
  readonly details?: Given<DetailsGiven>;
  readonly status?: Given<string>;
  readonly inactiveReason?: Given<string>;
  readonly beneficiaries?: Given<readonly { readonly percentage?: Given<string> }[]>;
  readonly currentValue?: Given<MoneyGiven>;
  readonly currentValueAt?: Given<string>;
  readonly isGroupScheme?: Given<boolean>;
  readonly sellerId?: Given<string>;
  readonly activeAdviserId?: Given<string>;
  readonly contractEnquiryAccountId?: Given<string>;
  readonly linkedOwnerIds?: Given<readonly string[]>;
  readonly wrapId?: Given<string>;
}

/** What a new plan is made of. */
export interface PlanCreateGiven extends PlanGiven {
  readonly idempotencyKey: string;
  readonly name: string;
  readonly owners: readonly OwnerGiven[];
  readonly details: DetailsGiven;
}

/** What is to be changed of a plan. */
export interface PlanUpdateGiven extends PlanGiven {
  readonly id: string;
  readonly name?: Given<string>;
}

/** A plan's new owners. */
export interface OwnershipGiven {
  readonly id: string;
  readonly owners: readonly OwnerGiven[];
}

/** What a plan was worth on a day. */
export interface ValuationGiven {
  readonly planId: string;
  readonly subAccountId?: Given<string>;
  readonly value: MoneyGiven;
  readonly valuedOn: string;
}

/** What plans were worth. */
export interface ValuationsGiven {
  readonly idempotencyKey: string;
  readonly valuations: readonly ValuationGiven[];
}
