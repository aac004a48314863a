import { randomUUID } from 'node:crypto';
import { answer, type Call, type RouteTable } from '../server/route.ts';
import { readBody } from './body.ts';
import { now, type PlannrContext, today } from './context.ts';
import { Complaints, refusal } from './errors.ts';
import { aboutPlan } from './events.ts';
import { readOwners } from './ownership.ts';
import { type PlanInput, readPlan } from './plan-input.ts';
import { filtered, filterOf, gate } from './query.ts';
import { recordValuation } from './record-valuation.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrPlan } from './wire.ts';

/** Sent only when included. */
const GATED = [
  'client',
  'accounts',
  'latest_valuations',
  'external_references',
  'fields',
  'sub_accounts',
  'active_adviser',
  'seller',
  'linked_owners',
  'wrap',
] as const;

/** Filters beside `uuid` and `client`, which have an index. Others are ignored in silence. */
const FILTERS: Readonly<Record<string, (plan: PlannrPlan) => readonly (string | null | undefined)[]>> = {
  type: (plan) => [plan.type],
  abstract_type: (plan) => [plan.abstract_type],
  name: (plan) => [plan.name],
  policy_number: (plan) => [plan.policy_number],
  provider: (plan) => [plan.provider?.uuid],
  status: (plan) => [plan.status],
  seller: (plan) => [plan.seller?.uuid],
  active_adviser: (plan) => [plan.active_adviser?.uuid],
};

/** What a plan has that its POST did not say (documented defaults where there are any). */
const BLANK: Omit<PlannrPlan, 'uuid' | 'created_at' | 'updated_at'> = {
  name: '',
  type: '',
  sub_type: null,
  abstract_type: '',
  policy_number: null,
  proposal_reference: null,
  status: 'active',
  opened_at: null,
  inactive_at: null,
  inactive_reason: null,
  agency_in_your_name: false,
  agency_in_your_name_from: null,
  originally_sold_by_firm: false,
  under_advice: false,
  visible_on_client_portal: true,
  include_in_client_valuation: true,
  shown_on_circles: false,
  review_date: null,
  on_panel: false,
  is_group_scheme: false,
  is_wrap_product: false,
  provider: null,
  main_account: null,
  value: null,
  client: null,
  accounts: [],
  sub_accounts: [],
  seller: null,
  active_adviser: null,
  linked_owners: [],
  wrap: null,
  latest_valuations: [],
  external_references: [],
  fields: {},
};

/** `/api/v1/plans`. */
export function planRoutes({ store, page, tell }: PlannrContext): RouteTable {
  const told = (event: string, uuid: string): void => {
    const plan = store.plans.get(uuid);
    if (plan !== undefined) tell(event, aboutPlan(plan));
  };
  const sent = (call: Call, uuid: string, status: number) => {
    const plan = store.plans.get(uuid);
    return answer(status, { data: plan === undefined ? null : gate<PlannrPlan>(call, GATED)(plan) });
  };
  return {
    'GET /api/v1/plans': (call) => page(call, select(store, call), gate<PlannrPlan>(call, GATED)),
    'GET /api/v1/plans/{uuid}': (call) => sent(call, existing(store, call).uuid, 200),
    'POST /api/v1/plans': (call) => {
      const input = readPlan(store, readBody(call), null);
      const uuid = randomUUID();
      const main_account = { uuid: randomUUID(), policy_number: input.changes.policy_number ?? null };
      save(store, { ...BLANK, main_account, ...input.changes, uuid, created_at: now(), updated_at: now() }, input);
      told('plan.created', uuid);
      return sent(call, uuid, 201);
    },
    'PUT /api/v1/plans/{uuid}': (call) => {
      const before = changeable(store, call);
      const input = readPlan(store, readBody(call), before);
      save(store, { ...before, ...input.changes, updated_at: now() }, input);
      told('plan.updated', before.uuid);
      return sent(call, before.uuid, 200);
    },
    'PUT /api/v1/plans/{uuid}/ownership': (call) => {
      const before = changeable(store, call);
      const complaints = new Complaints();
      const accounts = readOwners(store, readBody(call).accounts, complaints);
      complaints.settle();
      const client = { uuid: accounts[0]?.account_uuid ?? '' };
      store.plans.set(before.uuid, { ...before, accounts, client, updated_at: now() });
      told('plan.updated', before.uuid);
      return sent(call, before.uuid, 200);
    },
  };
}

/** The plan that the path names, or 404. */
export function existing(store: PlannrStore, call: Call): PlannrPlan {
  const plan = store.plans.get(call.params.uuid ?? '');
  if (plan === undefined) throw refusal(404, 'No query results for model [Plan].');
  return plan;
}

function changeable(store: PlannrStore, call: Call): PlannrPlan {
  const plan = existing(store, call);
  if (store.plansBeingDeleted.has(plan.uuid)) throw refusal(409, 'Plan is being deleted.');
  return plan;
}

function select(store: PlannrStore, call: Call): readonly PlannrPlan[] {
  const uuids = filterOf(call, 'uuid');
  const clients = filterOf(call, 'client');
  const uuidSet = new Set(uuids);
  let plans: readonly PlannrPlan[];
  if (clients !== null)
    plans = store.plans.byAny('client', clients).filter((plan) => uuids === null || uuidSet.has(plan.uuid));
  else plans = uuids === null ? store.plans.all() : store.plans.byIds(uuids);
  return filtered(call, plans, FILTERS);
}

function save(store: PlannrStore, plan: PlannrPlan, { value, untold }: PlanInput): void {
  store.plans.set(plan.uuid, plan);
  store.untold.set(plan.uuid, { ...store.untold.get(plan.uuid), ...untold });
  if (value !== null) recordValuation(store, plan, { pence: value.pence, day: value.day ?? today(), subAccount: null });
}
