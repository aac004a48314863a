import type { PlanResolvers } from '../../src/generated/graphql.ts';

export const Plan: Partial<PlanResolvers> = {
  riskLevel({ finance, owners }, _, { profiling }) {
    const owner = owners.find(({ ref }) => ref.system === 'DYNAMIC_PLANNER');
    const type = finance?.item.type;
    const isTracked = type === 'investment' || type === 'pension';
    return isTracked && owner !== undefined ? profiling.riskLevelOfPlan(String(finance?.item.id), owner.ref.id) : null;
  },
};
