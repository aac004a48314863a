import type { ClientResolvers } from '../../src/generated/graphql.ts';

export const Client: Partial<ClientResolvers> = {
  wealth: ({ ref }, _, { wealth }) => wealth.ofClient(ref),
  lookThrough: ({ ref }, _, { wealth }) => wealth.lookThroughOf([ref]),
};
