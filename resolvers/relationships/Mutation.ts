import type {
  MutationResolvers,
  RelationshipDeletePayloadResolvers,
  RelationshipUpsertPayloadResolvers,
} from '../../src/generated/graphql.ts';

export const Mutation: Partial<MutationResolvers> = {
  relationshipUpsert: (_, { input }, context) => context.write(({ relationships }) => relationships.upsert(input)),
  relationshipDelete: (_, { id }, context) => context.write(({ relationships }) => relationships.remove(id)),
};

export const RelationshipUpsertPayload: Partial<RelationshipUpsertPayloadResolvers> = {
  relationship: ({ done }, _, { relationships }) => (done === null ? null : relationships.get(done.clientId, done.id)),
};

export const RelationshipDeletePayload: Partial<RelationshipDeletePayloadResolvers> = {
  deletedId: ({ done }) => done,
};
