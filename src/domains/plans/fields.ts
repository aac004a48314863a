import { fundParts, fundShares } from '../shared/funds.ts';
import { currencyOf } from '../shared/records.ts';
import { detailsOf } from './details/read.ts';
import { discrepanciesOf, policyNumberOf, updatedAtOf } from './figures.ts';
import type {
  CharacteristicModel,
  FinanceDetailsModel,
  FundShareModel,
  HoldingModel,
  Nested,
  PlanModel,
  ProviderModel,
} from './model.ts';
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
  nested: ({ finance }: PlanModel, field: 'cashflows' | 'transactions'): Nested[] | null => {
    if (finance === null) return null;
    const currency = currencyOf(finance);
    return finance.children(field).map((wire) => ({ wire, currency }));
  },
  details: detailsOf,
  holdings,
  providers,
  fundBreakdown: (plan: PlanModel): FundShareModel[] | null =>
    plan.finance === null ? null : fundShares(fundParts(plan)),
  contractReference: ({ finance }: PlanModel) => finance?.text('contractReference') ?? null,
  proposalReference: ({ plannr }: PlanModel) => plannr?.text('proposal_reference') ?? null,
  ownership: ({ owners }: PlanModel) => (owners.length === 0 ? null : owners.length === 1 ? 'INDIVIDUAL' : 'JOINT'),
  financeDetails,
  characteristics,
  discrepancies: discrepanciesOf,
  updatedAt: updatedAtOf,
};

/** What a plan is invested in; null where there is no finance. */
function holdings(plan: PlanModel): HoldingModel[] | null {
  const { finance } = plan;
  if (finance === null) return null;
  const currency = currencyOf(finance);
  return finance.children('holdings').map((wire) => ({ wire, currency, plan }));
}

/** The graph's type for what depends on a finance's type. */
const DETAILS: Readonly<Record<string, FinanceDetailsModel['__typename']>> = {
  investment: 'FinanceArrangement',
  pension: 'FinanceArrangement',
  asset: 'FinanceAsset',
  liability: 'FinanceLiability',
  protection: 'FinanceProtection',
};

function financeDetails({ finance }: PlanModel): FinanceDetailsModel | null {
  const type = String(finance?.item.type);
  const name = Object.hasOwn(DETAILS, type) ? DETAILS[type] : undefined;
  return finance === null || name === undefined
    ? null
    : { __typename: name, wire: finance, currency: currencyOf(finance) };
}

/** Marks with a name; what holds is given as text, whatever the platform writes it as. */
function characteristics({ wire }: Nested): CharacteristicModel[] {
  return wire.children('characteristics').flatMap((mark) => {
    const name = mark.text('name');
    const { value } = mark.item;
    return name === null ? [] : [{ name, value: typeof value === 'boolean' ? String(value) : mark.text('value') }];
  });
}

/** The company that runs the plan, as each platform names it. */
function providers({ finance, plannr }: PlanModel): ProviderModel[] {
  const [ours, theirs] = [finance?.child('provider') ?? null, plannr?.child('provider') ?? null];
  return [
    ...(ours === null ? [] : [{ system: 'DYNAMIC_PLANNER', wire: ours } as const]),
    ...(theirs === null ? [] : [{ system: 'PLANNR', wire: theirs } as const]),
  ];
}
