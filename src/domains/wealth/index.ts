import type { UpstreamError } from '../../platform/errors.ts';
import type { Money } from '../../platform/money.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { PlanModel, PlanType } from '../shared/plan.ts';
import type { PlanRecords } from '../shared/records.ts';
import type { WealthFlagModel, WealthModel } from './model.ts';
import { split } from './shares.ts';

const STERLING = 'GBP';

/** Plans of these types and statuses are nobody's wealth. */
const NOT_COUNTED = {
  types: new Set(['PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE']),
  statuses: new Set(['INACTIVE', 'PROPOSED']),
};

/** What wealth needs of the other domains. */
export interface WealthNeeds {
  readonly plans: {
    ofClient(ref: Ref): Promise<{ readonly plans: readonly PlanModel[]; readonly problems: readonly UpstreamError[] }>;
    typeOf(plan: PlanRecords): PlanType;
    statusOf(plan: PlanRecords): string;
    isLiability(plan: PlanRecords): boolean;
    currentValueOf(plan: PlanRecords): Money | null;
  };
}

/** What clients' plans are worth. */
export function open(_operation: SourcedOperation, _kept: unknown, { plans: source }: WealthNeeds) {
  const counts = (plan: PlanModel): boolean =>
    !NOT_COUNTED.types.has(source.typeOf(plan)) && !NOT_COUNTED.statuses.has(source.statusOf(plan));

  return {
    /**
     * A client's wealth: the share in each plan, exact to the penny.
     * @throws UpstreamError while a platform that contributes is missing: never a smaller sum
     */
    async ofClient(ref: Ref): Promise<WealthModel> {
      const { plans, problems } = await source.ofClient(ref);
      const [problem] = problems;
      if (problem !== undefined) throw problem;
      const counted = plans.filter(counts);
      const sums = new Map<string, { type: PlanType; currency: string; pence: bigint }>();
      const flagged: WealthFlagModel[] = [];
      for (const plan of counted) {
        const value = source.currentValueOf(plan);
        if (value === null) flagged.push({ plan, reason: 'VALUE_UNKNOWN' });
        if (plan.ownership !== null) flagged.push({ plan, reason: plan.ownership });
        if (value === null) continue;
        const share = shareOf(plan, ref, value.pence);
        const type = source.typeOf(plan);
        const key = `${value.currency} ${type}`;
        const sum = sums.get(key) ?? { type, currency: value.currency, pence: 0n };
        sums.set(key, { ...sum, pence: sum.pence + (source.isLiability(plan) ? -share : share) });
      }
      const byType = [...sums.values()].sort((a, b) => order(a.currency, b.currency) || order(a.type, b.type));
      const currencies = [...new Set([STERLING, ...byType.map(({ currency }) => currency)])];
      const totals = currencies.map((currency) => ({
        currency,
        pence: byType.filter((sum) => sum.currency === currency).reduce((total, { pence }) => total + pence, 0n),
      }));
      return {
        total: totals[0] ?? { pence: 0n, currency: STERLING },
        totals,
        byType: byType.map(({ type, currency, pence }) => ({ type, value: { pence, currency } })),
        planCount: counted.length,
        flagged,
      };
    },
  };
}

/** The client's part of an amount; of a negative one, the negative of the part. */
function shareOf(plan: PlanModel, ref: Ref, pence: bigint): bigint {
  const index = plan.owners.findIndex(({ ref: owner }) => owner.system === ref.system && owner.id === ref.id);
  const parts = split(
    pence < 0n ? -pence : pence,
    plan.owners.map(({ percentage }) => percentage),
  );
  const part = parts[index] ?? 0n;
  return pence < 0n ? -part : part;
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a === STERLING || (b !== STERLING && a < b) ? -1 : 1;
}
