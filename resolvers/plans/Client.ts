import type { ClientResolvers } from '../../src/generated/graphql.ts';
import { page } from '../shared/report.ts';

export const Client: Partial<ClientResolvers> = {
  plans: ({ ref }, { filter, ...args }, context, info) =>
    page(context, info, context.plans.page(ref, filter ?? null, args)),
  assets: ({ ref }, args, context, info) => page(context, info, context.plans.ofKind(ref, 'assets', args)),
  liabilities: ({ ref }, args, context, info) => page(context, info, context.plans.ofKind(ref, 'liabilities', args)),
  protections: ({ ref }, args, context, info) => page(context, info, context.plans.ofKind(ref, 'protections', args)),
};
