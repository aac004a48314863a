import type { ClientResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { page } from '../shared/report.ts';

export const Client: Partial<ClientResolvers> = {
  incomes: ({ ref }, args, context, info) =>
    ref.system === 'DYNAMIC_PLANNER' ? page(context, info, context.finances.page(ref.id, 'income', args)) : null,
  expenditures: ({ ref }, args, context, info) =>
    ref.system === 'DYNAMIC_PLANNER' ? page(context, info, context.finances.page(ref.id, 'expenditure', args)) : null,
};

export const nodes: Record<string, ReadNode> = {
  Income: (id, { finances }) => finances.get('income', part(id)),
  Expenditure: (id, { finances }) => finances.get('expenditure', part(id)),
};
