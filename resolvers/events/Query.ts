import type { QueryResolvers } from '../../src/generated/graphql.ts';

export const Query: Partial<QueryResolvers> = {
  events: (_, { topics, ...args }, { events }) => events.page(topics ?? null, args),
};
