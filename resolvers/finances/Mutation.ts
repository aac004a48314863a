import type {
  FinanceDeletePayloadResolvers,
  FinanceUpsertPayloadResolvers,
  MutationResolvers,
} from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';

export const Mutation: Partial<MutationResolvers> = {
  financeUpsert: (_, { input }, context) => context.write(({ finances }) => finances.upsert(input)),
  financeDelete: (_, { id }, context) => context.write(({ finances }) => finances.remove(id)),
};

export const FinanceUpsertPayload: Partial<FinanceUpsertPayloadResolvers> = {
  financeId: ({ done }, _, { finances }) => (done === null ? null : finances.globalId(done)),
  plan: ({ done }, _, context, info) =>
    done !== null && context.finances.isPlan(done)
      ? reported(context, info, context.plans.byRef({ system: 'DYNAMIC_PLANNER', id: done.id }))
      : null,
  async owners({ done }, _, { clients }) {
    if (done === null) return null;
    const people = await Promise.all(done.ownerIds.map((id) => clients.byRef({ system: 'DYNAMIC_PLANNER', id })));
    return people.filter((person) => person !== null);
  },
};

export const FinanceDeletePayload: Partial<FinanceDeletePayloadResolvers> = {
  deletedId: ({ done }) => done,
};
