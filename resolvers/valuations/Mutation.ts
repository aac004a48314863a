import type { MutationResolvers, ValuationRecordPayloadResolvers } from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';

export const Mutation: Partial<MutationResolvers> = {
  valuationRecord: (_, { input }, context) => context.write(({ valuations }) => valuations.record(input)),
};

export const ValuationRecordPayload: Partial<ValuationRecordPayloadResolvers> = {
  plan: ({ done }, _, context, info) =>
    done === null ? null : reported(context, info, context.plans.byRef(done.plan)),
  async valuation({ done }, _, { plans, valuations }) {
    const plan = done === null ? null : await plans.byRef(done.plan);
    return done === null || plan === null ? null : valuations.get(plan, { system: 'DYNAMIC_PLANNER', id: done.id });
  },
};
