import { FUNDS } from '../people/names.ts';
import { CASH_FRAMEWORK, DEFAULT_FRAMEWORK } from '../people/profiling.ts';
import { hash } from '../people/random.ts';
import type { DpFinance, DpTrackedPlan } from './wire.ts';

const TRACKED = new Set(['investment', 'pension']);

/**
 * The consolidated, read-only view of an investment or pension (designed, unverified); null for every other finance.
 * The risk level follows from the finance's id; one in eight has none.
 */
export function trackedPlan(finance: DpFinance): DpTrackedPlan | null {
  if (!TRACKED.has(finance.type)) return null;
  const draw = hash(finance.id);
  const latest = finance.latestHistoricalValuation;
  return {
    id: finance.id,
    type: finance.type,
    name: finance.name,
    reference: finance.reference ?? null,
    provider: finance.provider ?? null,
    owners: finance.owners,
    latestValuation: latest ? { valuedOn: latest.valuedOn, value: latest.value } : null,
    riskLevel: draw % 8 === 7 ? null : riskLevel(draw >>> 4),
    holdings: (finance.holdings ?? []).map(({ isin, name, value, percentage }) => {
      const level = FUNDS.find((fund) => fund.isin === isin)?.riskLevel ?? 'RL5';
      return { isin, name, value, percentage, riskLevel: level };
    }),
  };
}

function riskLevel(draw: number): NonNullable<DpTrackedPlan['riskLevel']> {
  return {
    level: `RL${1 + (draw % 10)}`,
    framework: draw % 16 === 3 ? CASH_FRAMEWORK : DEFAULT_FRAMEWORK,
    calculatedOn: '2026-11-01',
  };
}
