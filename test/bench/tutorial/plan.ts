import type { DpFinance, PlannrPlan } from '../../../src/sandbox/index.ts';

/** One plan of a client: a finance, a Plannr plan, or both. */
export interface Plan {
  readonly finance?: DpFinance | undefined;
  readonly plannr?: PlannrPlan | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  investment: 'INVESTMENT',
  pension: 'PENSION',
  protection: 'PROTECTION_POLICY',
  asset: 'FIXED_ASSET',
  liability: 'LOAN_CREDIT',
};

const KNOWN = new Set([
  ...['investment', 'pension', 'protection_policy', 'fixed_asset', 'loan_credit', 'mortgage', 'cash_account'],
  ...['annuity', 'general_insurance', 'group_protection'],
]);

/** A policy number without blanks and strokes; empty where it says nothing, as `0000` does. */
function numberOf(text: string | null | undefined): string {
  const number = (text ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  return number.length < 4 || /^(.)\1*$/.test(number) ? '' : number;
}

/** Finances, and the Plannr plans that are none of them: one policy number is one policy. */
export function merge(finances: readonly DpFinance[], plans: readonly PlannrPlan[]): Plan[] {
  const rest = new Set(plans);
  const merged = finances
    .filter(({ type }) => type !== 'income' && type !== 'expenditure')
    .map((finance) => {
      const number = numberOf(finance.reference);
      const same = number === '' ? [] : plans.filter(({ policy_number }) => numberOf(policy_number) === number);
      const plannr = same.length === 1 && same[0]?.type !== 'general_insurance' ? same[0] : undefined;
      if (plannr !== undefined) rest.delete(plannr);
      return { finance, plannr };
    });
  return [...merged, ...[...rest].map((plannr) => ({ plannr }))];
}

/** The graph's type of a plan. */
export function typeOf({ finance, plannr }: Plan): string {
  if (finance === undefined) return KNOWN.has(plannr?.type ?? '') ? (plannr?.type.toUpperCase() ?? '') : 'UNKNOWN';
  const subType = finance.subType ?? '';
  if (finance.type === 'liability' && subType.includes('mortgage')) return 'MORTGAGE';
  if (finance.type === 'asset' && /cash|saving|current_account|bank/.test(subType)) return 'CASH_ACCOUNT';
  return TYPES[finance.type] ?? 'UNKNOWN';
}

const money = (pence: number, currency: string) => ({ pence, decimal: (pence / 100).toFixed(2), currency });

/** The newest valuation of either platform. */
export function latestValuationOf({ finance, plannr }: Plan) {
  const ours = finance?.latestHistoricalValuation;
  const [theirs] = (plannr?.latest_valuations ?? []).filter(({ sub_account }) => sub_account === null);
  const found = [
    ...(ours
      ? [
          {
            valuedOn: ours.valuedOn,
            value: money(Math.round(ours.value * 100), finance?.currency ?? 'GBP'),
            system: 'DYNAMIC_PLANNER',
          },
        ]
      : []),
    ...(theirs
      ? [
          {
            valuedOn: theirs.valued_at.slice(0, 10),
            value: money(Number(theirs.value.amount), theirs.value.currency),
            system: 'PLANNR',
          },
        ]
      : []),
  ];
  return found.sort((a, b) => (a.valuedOn < b.valuedOn ? 1 : a.valuedOn > b.valuedOn ? -1 : 0))[0] ?? null;
}

/** Who owns a plan, and how much of it; the rest is shared equally by those whose percentage nobody entered. */
export function ownersOf({ finance, plannr }: Plan): { dpId?: string; uuid?: string; percentage: number }[] {
  const owners =
    finance !== undefined
      ? finance.owners.map(({ clientId, percentage = null }) => ({ dpId: clientId, percentage }))
      : (plannr?.accounts ?? []).map((owner) => ({
          uuid: owner.account_uuid,
          percentage: owner.ownership_percentage,
        }));
  const missing = owners.filter(({ percentage }) => percentage === null).length;
  const rest = 100 - owners.reduce((sum, { percentage }) => sum + (percentage ?? 0), 0);
  return owners.map((owner) => ({ ...owner, percentage: owner.percentage ?? rest / missing }));
}
