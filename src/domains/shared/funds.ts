import type { Money } from '../../platform/money.ts';
import type { Wire } from '../../platform/wire.ts';
import type { PlanModel } from './plan.ts';
import { currencyOf } from './records.ts';

/** What one holding of a plan adds to a breakdown. */
export interface FundPart {
  readonly plan: PlanModel;
  readonly isin: string | null;
  readonly name: string | null;
  readonly value: Money;
}

/** Everything in one fund, in one currency. */
export interface FundShareModel {
  readonly isin: string | null;
  readonly name: string | null;
  readonly value: Money;
  /** 0 to 100, of all that is broken down in this currency; null where that is worth nothing. */
  readonly percentage: number | null;
  readonly plans: readonly PlanModel[];
}

/** The holdings of a plan that have a value; none for a plan of Plannr alone. @throws BrokenField */
export function fundParts(plan: PlanModel): FundPart[] {
  const { finance } = plan;
  if (finance === null) return [];
  const currency = currencyOf(finance);
  return finance.children('holdings').flatMap((holding) => {
    const value = holding.pounds('value', currency);
    return value === null ? [] : [{ plan, value, isin: isinOf(holding), name: holding.text('name') }];
  });
}

/** An ISIN as it is compared. */
export function isinOf(holding: Wire): string | null {
  return holding.text('isin')?.trim().toUpperCase() ?? null;
}

/** Adds up by fund (its ISIN, or its name where it has none) and currency: the largest first, on a tie by name. */
export function fundShares(parts: readonly FundPart[]): FundShareModel[] {
  const totals = new Map<string, bigint>();
  const funds = new Map<string, FundPart & { readonly plans: Set<PlanModel> }>();
  for (const part of parts) {
    const { pence, currency } = part.value;
    totals.set(currency, (totals.get(currency) ?? 0n) + pence);
    const key = JSON.stringify([currency, part.isin ?? ['name', part.name]]);
    const before = funds.get(key);
    const value = { currency, pence: (before?.value.pence ?? 0n) + pence };
    funds.set(key, { ...(before ?? part), value, plans: (before?.plans ?? new Set()).add(part.plan) });
  }
  return [...funds.values()]
    .map(({ isin, name, value, plans }) => {
      const total = totals.get(value.currency) ?? 0n;
      return { isin, name, value, percentage: percentageOf(value.pence, total), plans: [...plans] };
    })
    .sort((a, b) => order(b.value.pence, a.value.pence) || order(a.name ?? '', b.name ?? ''));
}

/** With two decimals. */
function percentageOf(part: bigint, whole: bigint): number | null {
  return whole > 0n ? Math.round((Number(part) / Number(whole)) * 10_000) / 100 : null;
}

function order<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
