import { type Body, type Check, day, flag, list, oneOf, optional, pennies, text } from './body.ts';
import { Complaints } from './errors.ts';
import { readOwners } from './ownership.ts';
import {
  ABSTRACT_TYPES,
  ALL_TYPE_FIELDS,
  INACTIVE_REASONS,
  PLAN_STATUSES,
  PLAN_TYPES,
  TYPE_FIELDS,
} from './plan-types.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrPlan, PlannrReference } from './wire.ts';

/** Fields of a request that become a field of the plan under the same name, with what they may hold. */
const PLAIN: Readonly<Record<string, Check>> = {
  name: text,
  type: oneOf(PLAN_TYPES),
  sub_type: optional(text),
  policy_number: optional(text),
  proposal_reference: optional(text),
  opened_at: optional(day),
  status: oneOf(PLAN_STATUSES),
  inactive_at: optional(day),
  inactive_reason: optional(oneOf(INACTIVE_REASONS)),
  agency_in_your_name: flag,
  agency_in_your_name_from: optional(day),
  originally_sold_by_firm: flag,
  under_advice: flag,
  visible_on_client_portal: flag,
  include_in_client_valuation: flag,
  shown_on_circles: flag,
  review_date: optional(day),
  on_panel: flag,
  is_group_scheme: flag,
  is_wrap_product: flag,
};

/** Fields that are checked, and stored in another way or not at all. */
const OTHERS: Readonly<Record<string, Check>> = {
  provider_uuid: optional(text),
  seller_uuid: optional(text),
  active_adviser_uuid: optional(text),
  accounts: list,
  linked_owners: list,
  external_reference: list,
  beneficiaries: list,
  current_value: pennies,
  current_value_at: day,
};

const REQUIRED = ['name', 'type', 'status'];

/** What a plan request comes to: the plan's changed fields, and a value to record. */
export interface PlanInput {
  readonly changes: Partial<PlannrPlan>;
  /** Pennies and the day they hold for; null where no value was sent. */
  readonly value: { readonly pence: number; readonly day: string | null } | null;
}

/** Checks a POST (no plan before) or a PUT, which changes only what it sends. Refuses with 422, all faults at once. */
export function readPlan(store: PlannrStore, body: Body, before: PlannrPlan | null): PlanInput {
  const complaints = new Complaints();
  if (before === null) {
    for (const field of REQUIRED) if (!(field in body)) complaints.add(field, `The ${field} field is required.`);
  }
  for (const [field, value] of Object.entries(body)) {
    const check = PLAIN[field] ?? OTHERS[field];
    if (check !== undefined && !check(value)) complaints.add(field, `The selected ${field} is invalid.`);
  }
  const type = before?.type ?? body.type;
  if (before !== null && body.type !== undefined && body.type !== type) {
    complaints.add('type', 'The type of a plan cannot be changed.');
  }
  const fields = typeof type === 'string' ? typeFields(body, type, complaints) : {};
  const changes: Partial<PlannrPlan> = Object.fromEntries(
    Object.entries(body).filter(([field]) => Object.hasOwn(PLAIN, field)),
  );
  if (before === null) changes.abstract_type = ABSTRACT_TYPES[String(type)] ?? 'asset';
  if (Object.keys(fields).length > 0 || before === null) changes.fields = { ...before?.fields, ...fields };
  readLinks(store, body, changes, complaints);
  if (before === null || body.accounts !== undefined) {
    changes.accounts = readOwners(store, body.accounts ?? deprecatedOwner(body), complaints);
    changes.client = { uuid: changes.accounts[0]?.account_uuid ?? '' };
  }
  checkGroupScheme(store, { ...before, ...changes }, complaints);
  complaints.settle();
  return { changes, value: recordedValue(body) };
}

/** Type-specific fields stand at the top level; those of another type are refused. */
function typeFields(body: Body, type: string, complaints: Complaints): Record<string, unknown> {
  const own = new Set(TYPE_FIELDS[type] ?? []);
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    if (own.has(field)) fields[field] = value;
    else if (ALL_TYPE_FIELDS.has(field))
      complaints.add(field, `The ${field} field is not available for ${type} plans.`);
  }
  return fields;
}

/** The deprecated ways of naming one owner. */
function deprecatedOwner(body: Body): unknown {
  const uuid = body.account_uuid ?? body.client_uuid;
  return uuid === undefined ? undefined : [{ account_uuid: uuid }];
}

function readLinks(store: PlannrStore, body: Body, changes: Partial<PlannrPlan>, complaints: Complaints): void {
  if (body.provider_uuid !== undefined) {
    const provider = typeof body.provider_uuid === 'string' ? store.providers.get(body.provider_uuid) : undefined;
    if (provider === undefined && body.provider_uuid !== null) {
      complaints.add('provider_uuid', 'The selected provider_uuid is invalid.');
    }
    changes.provider = provider ?? null;
  }
  for (const [field, key] of [
    ['seller_uuid', 'seller'],
    ['active_adviser_uuid', 'active_adviser'],
  ] as const) {
    const uuid = body[field];
    if (uuid === undefined) continue;
    if (uuid !== null && !store.accounts.has(String(uuid))) complaints.add(field, `The selected ${field} is invalid.`);
    changes[key] = uuid === null ? null : { uuid: String(uuid) };
  }
  if (Array.isArray(body.external_reference))
    changes.external_references = body.external_reference as PlannrReference[];
}

/** Group schemes are for business clients only (platform documentation). */
function checkGroupScheme(store: PlannrStore, plan: Partial<PlannrPlan>, complaints: Complaints): void {
  if (plan.is_group_scheme !== true) return;
  const isBusiness = (plan.accounts ?? []).some((owner) => store.accounts.get(owner.account_uuid)?.role === 'business');
  if (!isBusiness) complaints.add('is_group_scheme', 'Only business clients can have a group scheme.');
}

function recordedValue(body: Body): PlanInput['value'] {
  if (typeof body.current_value !== 'number') return null;
  const at = body.current_value_at;
  return { pence: body.current_value, day: typeof at === 'string' ? at.slice(0, 10) : null };
}
