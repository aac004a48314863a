import { type Body, type Check, day, flag, list, oneOf, optional, pennies, text } from './body.ts';
import { Complaints } from './errors.ts';
import { readOwners } from './ownership.ts';
import { isLink, readLinks } from './plan-links.ts';
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

/** Fields that are stored in another way. */
const OTHERS: Readonly<Record<string, Check>> = {
  accounts: list,
  external_reference: optional(list),
  current_value: pennies,
  current_value_at: day,
  // Deprecated: each names one owner.
  account_uuid: text,
  client_uuid: text,
  show_on_joint: flag,
};

/** The platform's reference requires the name; a plan without a type could not be stored. */
const REQUIRED = ['name', 'type'];

/** What a plan request comes to: the plan's changed fields, and a value to record. */
export interface PlanInput {
  readonly changes: Partial<PlannrPlan>;
  /** What no answer tells, as it was sent. */
  readonly untold: Readonly<Record<string, unknown>>;
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
    if (check === undefined && !isLink(field) && !ALL_TYPE_FIELDS.has(field))
      complaints.add(field, `The ${field} field is not known.`);
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
  const links = readLinks(store, body, complaints);
  Object.assign(changes, links.changes);
  if (body.external_reference !== undefined)
    changes.external_references = (body.external_reference ?? []) as PlannrReference[];
  if (before === null || body.accounts !== undefined) {
    changes.accounts = readOwners(store, body.accounts ?? deprecatedOwner(body), complaints);
    changes.client = { uuid: changes.accounts[0]?.account_uuid ?? '' };
  }
  checkGroupScheme(store, { ...before, ...changes }, complaints);
  complaints.settle();
  return { changes, untold: links.untold, value: recordedValue(body) };
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
