import type { FactorScoreResolvers, ProfilingResultResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { orElse } from '../shared/report.ts';

export const ProfilingResult: Partial<ProfilingResultResolvers> = {
  id: ({ clientId, id }) => globalId('ProfilingResult', 'DYNAMIC_PLANNER', clientId, id),
  framework: ({ wire }) => wire.text('framework'),
  completedOn: ({ wire }) => wire.date('completedOn'),
  status: ({ wire }) => wire.text('status'),
  riskLevel: (result, _, { profiling }) => profiling.riskLevelOfResult(result),
  factors: ({ wire }, _, context, info) => orElse(context, info, [], () => wire.children('factors')),
};

export const FactorScore: FactorScoreResolvers = {
  name: (wire) => wire.text('name'),
  dimension: (wire) => wire.text('dimension'),
  score: (wire) => wire.decimal('score'),
};

export const nodes: Record<string, ReadNode> = {
  async ProfilingResult(id, { clients, profiling }) {
    const clientId = part(id, 0, 2);
    const client = await clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId });
    return client === null ? null : profiling.result(clientId, part(id, 1, 2));
  },
};
