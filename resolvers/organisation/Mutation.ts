import type { EmployeeUpsertPayloadResolvers, MutationResolvers } from '../../src/generated/graphql.ts';

export const Mutation: Partial<MutationResolvers> = {
  employeeUpsert: (_, { input }, context) => context.write(({ organisation }) => organisation.upsertEmployee(input)),
};

export const EmployeeUpsertPayload: Partial<EmployeeUpsertPayloadResolvers> = {
  employee: ({ done }, _, { organisation }) => (done === null ? null : organisation.visibleEmployee(done)),
};
