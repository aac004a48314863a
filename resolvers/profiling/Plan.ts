import type { Context } from '../../src/context/index.ts';
import type { FundShareResolvers, HoldingResolvers, PlanResolvers } from '../../src/generated/graphql.ts';
import { visibleOwners } from './owners.ts';

type PlanParent = Parameters<NonNullable<Extract<PlanResolvers['riskLevel'], (...args: never[]) => unknown>>>[0];

export const Plan: Partial<PlanResolvers> = {
  riskLevel: (plan, _, context) => levelOf(plan, context),
  async riskAlignment(plan, _, context) {
    const [level, owners] = await Promise.all([levelOf(plan, context), visibleOwners(plan, context)]);
    return level === null ? null : context.profiling.riskAlignment(level, owners);
  },
};

export const Holding: Partial<HoldingResolvers> = {
  riskLevel: ({ wire, plan }, _, context) => fundLevelOf([plan], wire.text('isin')?.trim().toUpperCase(), context),
};

export const FundShare: Partial<FundShareResolvers> = {
  riskLevel: ({ plans, isin }, _, context) => fundLevelOf(plans, isin, context),
};

/** Where a plan is tracked: investments and pensions are, with each of their owners. */
function trackOf({ finance, owners }: PlanParent): { financeId: string; ownerId: string } | null {
  const owner = owners.find(({ ref }) => ref.system === 'DYNAMIC_PLANNER');
  const type = finance?.item.type;
  const isTracked = type === 'investment' || type === 'pension';
  return isTracked && owner !== undefined ? { financeId: String(finance?.item.id), ownerId: owner.ref.id } : null;
}

async function levelOf(plan: PlanParent, { profiling }: Context) {
  const track = trackOf(plan);
  return track === null ? null : profiling.riskLevelOfPlan(track.financeId, track.ownerId);
}

async function fundLevelOf(plans: readonly PlanParent[], isin: string | null | undefined, { profiling }: Context) {
  const [track] = plans.flatMap((plan) => trackOf(plan) ?? []);
  if (track === undefined || isin == null) return null;
  return profiling.riskLevelOfFund(track.financeId, track.ownerId, isin);
}
