import type { QueryResolvers } from '../../src/generated/graphql.ts';

export const Query: Partial<QueryResolvers> = {
  lookThrough: (_, { clientIds }, { wealth }) => wealth.lookThrough(clientIds),
};
