import { randomUUID } from 'node:crypto';
import { now } from './context.ts';
import { money } from './money.ts';
import { dateOf, type PlannrStore } from './store.ts';
import type { PlannrPlan, PlannrValuation } from './wire.ts';

/** Records a value of a plan, in pennies; one that is not older than the latest moves the plan's value. */
export function recordValuation(
  store: PlannrStore,
  plan: PlannrPlan,
  entry: { pence: number; day: string; subAccount: string | null },
): PlannrValuation {
  const valuation: PlannrValuation = {
    uuid: randomUUID(),
    valued_at: `${entry.day}T00:00:00+00:00`,
    value: money(entry.pence, plan.value?.currency ?? 'GBP', entry.pence % 2 === 1),
    sub_account: entry.subAccount === null ? null : { uuid: entry.subAccount },
  };
  store.valuations.add(plan.uuid, valuation);
  const [latest] = plan.latest_valuations;
  if (entry.subAccount === null && (latest === undefined || dateOf(latest) <= entry.day)) {
    const value = money(entry.pence, valuation.value.currency, false);
    store.plans.set(plan.uuid, { ...plan, value, latest_valuations: [valuation], updated_at: now() });
  }
  return valuation;
}
