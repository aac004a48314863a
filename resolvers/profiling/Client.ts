import type { ClientResolvers } from '../../src/generated/graphql.ts';
import { page } from '../shared/report.ts';

export const Client: Partial<ClientResolvers> = {
  riskLevel: ({ ref }, _, { profiling }) => (ref.system === 'DYNAMIC_PLANNER' ? profiling.riskLevel(ref.id) : null),
  plannrRisk: ({ ref }, _, { profiling }) => profiling.plannrRisk(ref),
  currentProfilingResults: ({ ref }, _, { profiling }) =>
    ref.system === 'DYNAMIC_PLANNER' ? profiling.current(ref.id) : null,
  profilingResults: ({ ref }, { framework, ...args }, context, info) =>
    ref.system === 'DYNAMIC_PLANNER'
      ? page(context, info, context.profiling.page(ref.id, framework ?? null, args))
      : null,
};
