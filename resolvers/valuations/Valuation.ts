import type { ValuationResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';

export const Valuation: Partial<ValuationResolvers> = {
  id: ({ system, planId, id }) => globalId('Valuation', system, planId, id),
};

export const nodes: Record<string, ReadNode> = {
  async Valuation(id, { plans, valuations }) {
    const plan = await plans.byRef({ system: id.system, id: part(id, 0, 2) });
    return plan === null ? null : valuations.get(plan, { system: id.system, id: part(id, 1, 2) });
  },
};
