import type { QueryResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { page, reported } from '../shared/report.ts';

export const Query: Partial<QueryResolvers> = {
  plan: (_, { id }, context, info) => reported(context, info, context.plans.byGlobalId(id)),
  plans: (_, { filter, ...args }, context, info) => page(context, info, context.plans.list(filter ?? null, args)),
};

export const nodes: Record<string, ReadNode> = {
  Plan: (id, { plans }) => plans.byRef({ system: id.system, id: part(id) }),
};
