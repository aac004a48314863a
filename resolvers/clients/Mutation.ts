import type { ClientUpsertPayloadResolvers, MutationResolvers } from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';

export const Mutation: Partial<MutationResolvers> = {
  clientUpsert: (_, { input }, context) => context.write(({ clients }) => clients.upsert(input)),
};

export const ClientUpsertPayload: Partial<ClientUpsertPayloadResolvers> = {
  client: ({ done }, _, context, info) => (done === null ? null : reported(context, info, context.clients.byRef(done))),
};
