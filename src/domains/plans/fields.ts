import { currencyOf } from '../shared/records.ts';
import { detailsOf } from './details/read.ts';
import { discrepanciesOf, policyNumberOf, updatedAtOf } from './figures.ts';
import type { Nested, PlanModel, ProviderModel } from './model.ts';
import { either, rawStatusOf, rawTypeOf, subTypeOf } from './types.ts';

/** What the graph tells of a plan, read from the records of both platforms. Each may throw BrokenField. */
export const fields = {
  name: (plan: PlanModel) => either(plan, (wire) => wire.text('name')),
  rawType: rawTypeOf,
  subType: subTypeOf,
  rawStatus: rawStatusOf,
  policyNumber: policyNumberOf,
  openedOn: (plan: PlanModel) =>
    either(plan, (wire, system) => wire.date(system === 'DYNAMIC_PLANNER' ? 'openedOn' : 'opened_at')),
  provider: (plan: PlanModel): ProviderModel | null =>
    either(plan, (wire, system) => {
      const provider = wire.child('provider');
      return provider === null ? null : { system, wire: provider };
    }),
  /** A list inside Dynamic Planner's finance; null where there is no finance. */
  nested: ({ finance }: PlanModel, field: 'holdings' | 'cashflows' | 'transactions'): Nested[] | null => {
    if (finance === null) return null;
    const currency = currencyOf(finance);
    return finance.children(field).map((wire) => ({ wire, currency }));
  },
  details: detailsOf,
  discrepancies: discrepanciesOf,
  updatedAt: updatedAtOf,
};
