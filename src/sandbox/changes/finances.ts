import type { DpFinance } from '../dynamic-planner/wire.ts';
import { hash } from '../people/random.ts';
import { type Kind, later, today } from './context.ts';

const VALUED = ['investment', 'pension'];

/** A value of today for an investment or pension; another one of the same day takes its place. */
const valuation: Kind = {
  all: (data) => data.dynamicPlanner.finances.keys(),
  fits: ({ dynamicPlanner }, id) => {
    const finance = dynamicPlanner.finances.get(id);
    const isActive = finance?.status === 'active' && VALUED.includes(finance.type);
    return isActive && Boolean(finance.latestHistoricalValuation);
  },
  make: ({ data, random, walk, dynamicPlanner }, id) => {
    const latest = data.dynamicPlanner.finances.get(id)?.latestHistoricalValuation;
    if (!latest) return;
    const day = later(today(), latest.valuedOn);
    const valuationId = day === latest.valuedOn ? latest.id : valuationIdOf(id, day);
    const value = pounds(walk.next(id, pence(latest.value), random));
    dynamicPlanner(
      'PUT /finances/v1/finances/{id}/valuations/{valuationId}',
      { id, valuationId },
      { valuedOn: day, value },
    );
  },
};

/** What an asset is worth now, or what is still owed. */
const finance: Kind = {
  all: (data) => data.dynamicPlanner.finances.keys(),
  fits: ({ dynamicPlanner }, id) => amountOf(dynamicPlanner.finances.get(id)) !== undefined,
  make: ({ data, random, walk, dynamicPlanner }, id) => {
    const before = data.dynamicPlanner.finances.get(id);
    const amount = pounds(walk.next(id, pence(amountOf(before) ?? 0), random));
    const valuedOn = later(today(), before?.valuedOn ?? '');
    const body = before?.type === 'asset' ? { value: amount, valuedOn } : { outstandingBalance: amount };
    dynamicPlanner('PUT /finances/v1/finances/{id}', { id }, body);
  },
};

function amountOf(entry: DpFinance | undefined): number | undefined {
  if (entry?.type === 'asset') return entry.value;
  return entry?.type === 'liability' ? entry.outstandingBalance : undefined;
}

/** One for each finance and day, and none of the seeded ones. */
function valuationIdOf(financeId: string, day: string): string {
  const digits = (number: number, count: number): string => number.toString(16).padStart(count, '0');
  const tail = digits(hash(financeId), 8) + digits(Number(day.slice(0, 4)), 4);
  return `a0000000-${day.slice(5, 7)}${day.slice(8)}-4001-8000-${tail}`;
}

function pence(value: number): number {
  return Math.round(value * 100);
}

function pounds(value: number): number {
  return value / 100;
}

/** Kinds that are about Dynamic Planner's finances. */
export const FINANCES = { valuation, finance } as const;
