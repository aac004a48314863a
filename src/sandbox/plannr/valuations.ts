import { answer, type Call, type RouteTable } from '../server/route.ts';
import { type Body, day, pennies, readBody } from './body.ts';
import type { PlannrContext } from './context.ts';
import { Complaints, invalid } from './errors.ts';
import { aboutPlan } from './events.ts';
import { existing } from './plans.ts';
import { recordValuation } from './record-valuation.ts';
import { dateOf, type PlannrStore } from './store.ts';
import type { PlannrValuation } from './wire.ts';

const MOST_AT_ONCE = 1_000;

/**
 * A plan's valuations, newest first, and the bulk upload (1,000 at most, all or nothing). No event has a valuation's name:
 * each plan that was valued is told as changed, once.
 */
export function valuationRoutes({ store, page, tell }: PlannrContext): RouteTable {
  return {
    'GET /api/v1/plans/{uuid}/valuations': (call) => page(call, select(store, call)),
    'GET /api/v1/plans/{uuid}/valuations/{subAccount}': (call) =>
      page(
        call,
        select(store, call).filter((valuation) => valuation.sub_account?.uuid === call.params.subAccount),
      ),
    'POST /api/v2/valuations/bulk': (call) => {
      const body = readBody(call);
      const entries = readEntries(store, body);
      const data = entries.map(({ planUuid, ...entry }) => {
        const plan = store.plans.get(planUuid);
        return plan === undefined ? null : recordValuation(store, plan, entry);
      });
      for (const planUuid of new Set(entries.map((entry) => entry.planUuid))) {
        const plan = store.plans.get(planUuid);
        if (plan !== undefined) tell('plan.updated', aboutPlan(plan));
      }
      return answer(201, { data, bulk_reference_uuid: body.bulk_reference_uuid ?? null });
    },
  };
}

/** Both bounds are included. */
function select(store: PlannrStore, call: Call): PlannrValuation[] {
  const plan = existing(store, call);
  const after = bound(call, 'valued_at_after') ?? '';
  const before = bound(call, 'valued_at_before') ?? '9999-12-31';
  return store.valuations.of(plan.uuid).filter((valuation) => {
    const date = dateOf(valuation);
    return date >= after && date <= before;
  });
}

function bound(call: Call, name: string): string | null {
  const text = call.query[`filter[${name}]`] ?? '';
  if (text === '') return null;
  if (!day(text)) throw invalid(`filter.${name}`, `The ${name} is not a valid date.`);
  return text.slice(0, 10);
}

interface Entry {
  readonly planUuid: string;
  readonly pence: number;
  readonly day: string;
  readonly subAccount: string | null;
}

function readEntries(store: PlannrStore, body: Body): Entry[] {
  const list: unknown = body.valuations;
  if (!Array.isArray(list) || list.length === 0) throw invalid('valuations', 'The valuations field is required.');
  if (list.length > MOST_AT_ONCE) throw invalid('valuations', 'The valuations may not have more than 1000 items.');
  const complaints = new Complaints();
  const entries = list.map((item: unknown, place) => readEntry(store, (item ?? {}) as Body, place, complaints));
  complaints.settle();
  return entries;
}

function readEntry(store: PlannrStore, item: Body, place: number, complaints: Complaints): Entry {
  const planUuid = String(item.plan_uuid ?? '');
  const plan = store.plans.get(planUuid);
  const subAccount = typeof item.sub_account_uuid === 'string' ? item.sub_account_uuid : null;
  const complain = (field: string): void =>
    complaints.add(`valuations.${place}.${field}`, `The selected ${field} is invalid.`);
  if (plan === undefined) complain('plan_uuid');
  if (subAccount !== null && !plan?.sub_accounts.some((account) => account.uuid === subAccount))
    complain('sub_account_uuid');
  if (!pennies(item.value)) complain('value');
  if (!day(item.valued_at)) complain('valued_at');
  return { planUuid, subAccount, pence: Number(item.value), day: String(item.valued_at).slice(0, 10) };
}
