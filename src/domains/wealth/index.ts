import { BadInput, type UpstreamError } from '../../platform/errors.ts';
import type { Money } from '../../platform/money.ts';
import { parseIdOf, type Ref } from '../../platform/relay/ids.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { PlanModel, PlanType } from '../shared/plan.ts';
import type { PlanRecords } from '../shared/records.ts';
import { lookThrough } from './look-through.ts';
import type { LookThroughModel, WealthFlagModel, WealthModel } from './model.ts';
import { split } from './shares.ts';

const STERLING = 'GBP';

/** Plans of these types are invested in funds. */
const INVESTED: ReadonlySet<string> = new Set(['INVESTMENT', 'PENSION']);

const MAX_CLIENTS = 200;

/** Plans of these types and statuses are nobody's wealth. */
const NOT_COUNTED = {
  types: new Set(['PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE']),
  statuses: new Set(['INACTIVE', 'PROPOSED']),
};

/** What wealth needs of the other domains. */
export interface WealthNeeds {
  /** Null where there is no such client that the caller may see. */
  readonly clients: { byRef(ref: Ref): Promise<{ readonly ref: Ref } | null> };
  readonly plans: {
    ofClient(ref: Ref): Promise<{ readonly plans: readonly PlanModel[]; readonly problems: readonly UpstreamError[] }>;
    typeOf(plan: PlanRecords): PlanType;
    statusOf(plan: PlanRecords): string;
    isLiability(plan: PlanRecords): boolean;
    currentValueOf(plan: PlanRecords): Money | null;
  };
}

/** What clients' plans are worth. */
export function open(_operation: SourcedOperation, _kept: unknown, { clients, plans: source }: WealthNeeds) {
  const counts = (plan: PlanModel): boolean =>
    !NOT_COUNTED.types.has(source.typeOf(plan)) && !NOT_COUNTED.statuses.has(source.statusOf(plan));

  /** What these people are invested in. @throws UpstreamError while a platform that contributes is missing: never a smaller sum */
  const lookThroughOf = async (people: readonly Ref[]): Promise<LookThroughModel> => {
    const found = await Promise.all(people.map((ref) => source.ofClient(ref)));
    const [problem] = found.flatMap(({ problems }) => problems);
    if (problem !== undefined) throw problem;
    const invested = found.flatMap(({ plans }) =>
      plans.filter((plan) => counts(plan) && INVESTED.has(source.typeOf(plan))),
    );
    const once = new Map(invested.map((plan) => [`${plan.ref.system}:${plan.ref.id}`, plan]));
    return lookThrough([...once.values()], people);
  };

  return {
    lookThroughOf,

    /** What these clients together are invested in, those whom the caller may see. @throws BadInput, UpstreamError */
    async lookThrough(clientIds: readonly string[]): Promise<LookThroughModel> {
      if (clientIds.length > MAX_CLIENTS)
        throw new BadInput(`\`clientIds\` has ${clientIds.length} ids; at most ${MAX_CLIENTS} are allowed.`);
      const refs = clientIds.map((id): Ref => {
        const { system, parts } = parseIdOf('Client', id);
        return { system, id: parts[0] ?? '' };
      });
      const found = await Promise.all(refs.map((ref) => clients.byRef(ref)));
      const people = new Map(
        found.flatMap((one) => (one === null ? [] : [[`${one.ref.system}:${one.ref.id}`, one.ref]])),
      );
      return lookThroughOf([...people.values()]);
    },

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
