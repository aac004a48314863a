import type {
  DocumentDeletePayloadResolvers,
  DocumentUploadPayloadResolvers,
  MutationResolvers,
} from '../../src/generated/graphql.ts';

export const Mutation: Partial<MutationResolvers> = {
  documentUpload: (_, { input }, context) => context.write(({ documents }) => documents.upload(input)),
  documentDelete: (_, { id }, context) => context.write(({ documents }) => documents.remove(id)),
};

export const DocumentUploadPayload: Partial<DocumentUploadPayloadResolvers> = {
  document: ({ done }, _, { documents }) => (done === null ? null : documents.get(done.clientId, done.id)),
};

export const DocumentDeletePayload: Partial<DocumentDeletePayloadResolvers> = {
  deletedId: ({ done }) => done,
};
