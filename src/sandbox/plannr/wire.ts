/** Plannr's items as they travel. */

/** `amount` is in pennies and comes as an integer or as a text of digits. */
export interface PlannrMoney {
  amount: number | string;
  currency: string;
  formatted: string;
}

export interface PlannrReference {
  third_party: string;
  reference: string;
}

export interface PlannrAddress {
  name: string | null;
  address_1: string | null;
  address_2: string | null;
  address_3: string | null;
  address_4: string | null;
  town_city: string | null;
  county: string | null;
  postcode: string | null;
  country: string | null;
}

export interface PlannrAccount {
  uuid: string;
  /** client, employee, external. */
  type: string;
  /** individual, joint, trust, business, … */
  role: string;
  name: string;
  title?: string | null;
  first_name: string | null;
  middle_name?: string | null;
  last_name: string | null;
  date_of_birth: string | null;
  gender?: string | null;
  email?: string | null;
  phone?: string | null;
  address?: PlannrAddress | null;
  /** Sent only when included. */
  external_references: PlannrReference[];
  created_at: string;
  updated_at: string;
}

export interface PlannrValuation {
  uuid: string;
  /** Midnight with an offset; the date is the one written. */
  valued_at: string;
  value: PlannrMoney;
  sub_account: { uuid: string } | null;
}

export interface PlannrOwner {
  account_uuid: string;
  ownership_percentage: number | null;
}

export interface PlannrPlan {
  uuid: string;
  name: string;
  type: string;
  sub_type: string | null;
  /** asset, liability, protection. */
  abstract_type: string;
  policy_number: string | null;
  proposal_reference?: string | null;
  status: string;
  opened_at: string | null;
  inactive_at: string | null;
  inactive_reason: string | null;
  agency_in_your_name: boolean;
  agency_in_your_name_from: string | null;
  originally_sold_by_firm: boolean;
  under_advice: boolean;
  visible_on_client_portal: boolean;
  include_in_client_valuation: boolean;
  shown_on_circles: boolean;
  review_date?: string | null;
  on_panel: boolean;
  is_group_scheme: boolean;
  is_wrap_product: boolean;
  provider: { uuid: string; name: string } | null;
  main_account: { uuid: string; policy_number: string | null } | null;
  value: PlannrMoney | null;
  created_at: string;
  updated_at: string;
  /** Sent only when included, like all that follow. */
  client: { uuid: string } | null;
  accounts: PlannrOwner[];
  sub_accounts: { uuid: string; name: string; policy_number: string | null }[];
  seller: { uuid: string } | null;
  active_adviser: { uuid: string } | null;
  linked_owners: { uuid: string }[];
  wrap: { uuid: string } | null;
  latest_valuations: PlannrValuation[];
  external_references: PlannrReference[];
  fields: Record<string, unknown> | null;
}

/** 1 to 1000, or a text: not Dynamic Planner's scale. */
export interface PlannrRisk {
  level: number | null;
  level_string: string | null;
}

export interface PlannrCircle {
  uuid: string;
  name: string;
  accounts: { uuid: string; name: string }[];
  created_at: string;
  updated_at: string;
}

export interface PlannrProvider {
  uuid: string;
  name: string;
}

export interface PlannrWebhookSubscription {
  uuid: string;
  url: string;
  events: string[];
  signing_secret: string;
  created_at: string;
  updated_at: string;
  last_outgoing_webhook_call_at: string | null;
}

/** What a subscription is told. The keys are designed, unverified: the platform does not publish them. */
export interface PlannrEvent {
  uuid: string;
  /** plan.updated, account.updated, … */
  event: string;
  occurred_at: string;
  /** `client` is a plan's first owner. */
  data: { uuid: string; client?: { uuid: string } | null };
}
