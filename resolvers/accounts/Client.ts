import type { ClientResolvers } from '../../src/generated/graphql.ts';

export const Client: Partial<ClientResolvers> = {
  accounts: ({ ref }, _, { accounts }) => accounts.ofClient(ref),
  circles: ({ ref }, _, { accounts }) => accounts.circlesOfClient(ref),
};
