import type { ClientResolvers } from '../../src/generated/graphql.ts';
import { page } from '../shared/report.ts';

export const Client: Partial<ClientResolvers> = {
  documents: ({ ref }, args, context, info) =>
    ref.system === 'DYNAMIC_PLANNER' ? page(context, info, context.documents.page(ref.id, args)) : null,
};
