import type { Ref } from '../../platform/relay/ids.ts';
import { type FundPart, fundParts, fundShares } from '../shared/funds.ts';
import type { PlanModel } from '../shared/plan.ts';
import type { LookThroughModel } from './model.ts';
import { split } from './shares.ts';

/**
 * What people are invested in through these plans: their shares of each holding, added up by fund.
 * @param plans each once
 * @param people whose shares count
 * @throws BrokenField
 */
export function lookThrough(plans: readonly PlanModel[], people: readonly Ref[]): LookThroughModel {
  const parts = plans.map((plan) => ({ plan, holdings: fundParts(plan) }));
  const funds = fundShares(parts.flatMap(({ plan, holdings }) => holdings.map((part) => ofPeople(part, plan, people))));
  const sums = new Map<string, bigint>();
  for (const { value } of funds) sums.set(value.currency, (sums.get(value.currency) ?? 0n) + value.pence);
  return {
    funds,
    totals: [...sums]
      .map(([currency, pence]) => ({ currency, pence }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    unknown: parts.filter(({ holdings }) => holdings.length === 0).map(({ plan }) => plan),
  };
}

/** The part of a holding that belongs to these people. */
function ofPeople(part: FundPart, { owners }: PlanModel, people: readonly Ref[]): FundPart {
  const { pence, currency } = part.value;
  const shares = split(
    pence < 0n ? -pence : pence,
    owners.map(({ percentage }) => percentage),
  );
  const own = shares.reduce(
    (sum, share, index) =>
      people.some(({ system, id }) => owners[index]?.ref.system === system && owners[index]?.ref.id === id)
        ? sum + share
        : sum,
    0n,
  );
  return { ...part, value: { currency, pence: pence < 0n ? -own : own } };
}
