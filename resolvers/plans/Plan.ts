import type { PlanResolvers } from '../../src/generated/graphql.ts';
import { globalId, type Ref } from '../../src/platform/relay/ids.ts';
import { orElse } from '../shared/report.ts';

export const Plan: Partial<PlanResolvers> = {
  id: ({ ref }) => globalId('Plan', ref.system, ref.id),
  name: (plan, _, { plans }) => plans.fields.name(plan),
  type: (plan, _, context, info) => orElse(context, info, 'UNKNOWN', () => context.plans.typeOf(plan)),
  rawType: (plan, _, context, info) => orElse(context, info, 'unknown', () => context.plans.fields.rawType(plan)),
  subType: (plan, _, { plans }) => plans.fields.subType(plan),
  provider: (plan, _, { plans }) => plans.fields.provider(plan),
  policyNumber: (plan, _, { plans }) => plans.fields.policyNumber(plan),
  status: (plan, _, context, info) => orElse(context, info, 'UNKNOWN', () => context.plans.statusOf(plan)),
  rawStatus: (plan, _, { plans }) => plans.fields.rawStatus(plan),
  openedOn: (plan, _, { plans }) => plans.fields.openedOn(plan),
  currentValue: (plan, _, { plans }) => plans.currentValueOf(plan),
  holdings: (plan, _, { plans }) => plans.fields.holdings(plan),
  fundBreakdown: (plan, _, { plans }) => plans.fields.fundBreakdown(plan),
  contractReference: (plan, _, { plans }) => plans.fields.contractReference(plan),
  proposalReference: (plan, _, { plans }) => plans.fields.proposalReference(plan),
  ownership: (plan, _, { plans }) => plans.fields.ownership(plan),
  financeDetails: (plan, _, { plans }) => plans.fields.financeDetails(plan),
  cashflows: (plan, _, { plans }) => plans.fields.nested(plan, 'cashflows'),
  transactions: (plan, _, { plans }) => plans.fields.nested(plan, 'transactions'),
  details: (plan, _, { plans }) => plans.fields.details(plan),
  discrepancies: (plan, _, context, info) => orElse(context, info, [], () => context.plans.fields.discrepancies(plan)),
  updatedAt: (plan, _, { plans }) => plans.fields.updatedAt(plan),
  sources: ({ finance, plannr }) => [
    ...(finance === null ? [] : [{ system: 'DYNAMIC_PLANNER', id: String(finance.item.id) } satisfies Ref]),
    ...(plannr === null ? [] : [{ system: 'PLANNR', id: String(plannr.item.uuid) } satisfies Ref]),
  ],
};
