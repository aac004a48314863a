import type { QueryResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { page, reported } from '../shared/report.ts';

export const Query: Partial<QueryResolvers> = {
  client: (_, { id }, context, info) => reported(context, info, context.clients.byGlobalId(id)),
  clients: (_, { filter, ...args }, context, info) => page(context, info, context.clients.list(filter ?? null, args)),
};

export const nodes: Record<string, ReadNode> = {
  Client: (id, { clients }) => clients.byRef({ system: id.system, id: part(id) }),
};
