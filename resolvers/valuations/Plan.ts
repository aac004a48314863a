import type { PlanResolvers } from '../../src/generated/graphql.ts';
import { selects } from '../shared/lookahead.ts';
import { page } from '../shared/report.ts';

export const Plan: Partial<PlanResolvers> = {
  latestValuation: (plan, _, { valuations }) => valuations.latest(plan),
  valuations: (plan, { from, to, ...args }, context, info) =>
    page(
      context,
      info,
      context.valuations.page(
        plan,
        { from: from ?? null, to: to ?? null },
        args,
        selects(info, 'pageInfo', 'hasNextPage'),
      ),
    ),
};
