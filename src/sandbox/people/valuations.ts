import { newestValuationFirst } from '../dynamic-planner/store.ts';
import type { DpFinance, DpValuation } from '../dynamic-planner/wire.ts';
import { money, penceOf } from '../plannr/money.ts';
import type { PlannrPlan, PlannrValuation } from '../plannr/wire.ts';
import { isSummerMonthEnd, monthEnd } from './dates.ts';
import { dpId, plannrId } from './ids.ts';
import { type Random, randomFor } from './random.ts';

const MOST_MONTHS = 36;
const SPAN = 64;

/** How many months before October 2026 the newest valuation of the n-th arrangement lies: mostly none. */
export function monthsSinceNewest(number: number): number {
  if (number % 11 === 5) return 6;
  return number % 7 === 3 ? 1 : 0;
}

/** Number of an arrangement's newest valuation; the older ones count on from it. */
export function newestValuationId(financeNumber: number): string {
  return dpId('valuation', financeNumber * SPAN);
}

/** A finance's 1 to 36 monthly valuations, newest first, ending in the latest one that the finance states. */
export function financeHistory(seed: number, finance: DpFinance, number: number): DpValuation[] {
  const latest = finance.latestHistoricalValuation;
  if (latest === undefined || latest === null) return [];
  const random = randomFor(seed, 'financeHistory', number);
  const list = series(random, Math.round(latest.value * 100), monthsSinceNewest(number)).map((point, place) => ({
    id: place === 0 ? latest.id : dpId('valuation', number * SPAN + place),
    financeId: finance.id,
    valuedOn: place === 0 ? latest.valuedOn : point.day,
    value: place === 0 ? latest.value : point.pence / 100,
  }));
  return list.sort(newestValuationFirst);
}

/** A plan's 1 to 36 monthly valuations, newest first, ending in the latest one that the plan states. */
export function planHistory(seed: number, plan: PlannrPlan, number: number): PlannrValuation[] {
  const latest = plan.latest_valuations[0];
  if (latest === undefined) return [];
  const random = randomFor(seed, 'planHistory', number);
  const points = series(random, penceOf(latest.value), monthsSinceNewest(number));
  return points.map((point, place) =>
    place === 0
      ? latest
      : {
          uuid: plannrId('valuation', number * SPAN + place),
          valued_at: midnight(point.day, number),
          value: money(point.pence, latest.value.currency, place % 2 === 0),
          sub_account: null,
        },
  );
}

/** Midnight of a day, as some plans write it in British Summer Time and others never do. */
export function midnight(day: string, number: number): string {
  return `${day}T00:00:00${number % 2 === 1 && isSummerMonthEnd(day) ? '+01:00' : '+00:00'}`;
}

/** The newest valuation of the n-th plan. */
export function newestPlanValuation(number: number, pence: number, currency: string): PlannrValuation {
  return {
    uuid: plannrId('valuation', number * SPAN),
    valued_at: midnight(monthEnd(monthsSinceNewest(number)), number),
    value: money(pence, currency, number % 3 !== 0),
    sub_account: null,
  };
}

function series(random: Random, newestPence: number, monthsBack: number): { day: string; pence: number }[] {
  const count = random.int(1, MOST_MONTHS);
  const points: { day: string; pence: number }[] = [];
  let pence = newestPence;
  for (let place = 0; place < count; place += 1) {
    points.push({ day: monthEnd(monthsBack + place), pence });
    pence = Math.max(1, Math.round(pence * (0.97 + random.next() * 0.05)));
  }
  return points;
}
