import type {
  MutationResolvers,
  PlanCreatePayloadResolvers,
  PlanOwnershipUpdatePayloadResolvers,
  PlanUpdatePayloadResolvers,
  PlanValuationsRecordPayloadResolvers,
} from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';

export const Mutation: Partial<MutationResolvers> = {
  planCreate: (_, { input }, context) => context.write(({ plans }) => plans.create(input)),
  planUpdate: (_, { input }, context) => context.write(({ plans }) => plans.update(input)),
  planOwnershipUpdate: (_, { input }, context) => context.write(({ plans }) => plans.setOwners(input)),
  planValuationsRecord: (_, { input }, context) => context.write(({ plans }) => plans.recordValuations(input)),
};

/** The plan as it is after the write. */
const written = {
  plan: ({ done }, _, context, info) => (done === null ? null : reported(context, info, context.plans.byRef(done))),
} satisfies PlanCreatePayloadResolvers & PlanUpdatePayloadResolvers & PlanOwnershipUpdatePayloadResolvers;

export const PlanCreatePayload: Partial<PlanCreatePayloadResolvers> = written;
export const PlanUpdatePayload: Partial<PlanUpdatePayloadResolvers> = written;
export const PlanOwnershipUpdatePayload: Partial<PlanOwnershipUpdatePayloadResolvers> = written;

export const PlanValuationsRecordPayload: Partial<PlanValuationsRecordPayloadResolvers> = {
  plans: ({ plans }, _, context, info) =>
    Promise.all(plans.map((plan) => reported(context, info, context.plans.byRef(plan)))),
};
