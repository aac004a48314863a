import type {
  FactorScoreResolvers,
  LossesAndGainsResolvers,
  ProfilingResponseResolvers,
  ProfilingResultResolvers,
  SustainabilityResolvers,
} from '../../src/generated/graphql.ts';
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
  isCurrent: (result, _, { profiling }) => profiling.isCurrent(result),
  questionnaire: (result, _, { profiling }) => profiling.questionnaireOf(result),
  responses: (result, _, context, info) =>
    orElse(context, info, [], () => result.wire.children('responses')).map((wire) => ({ wire, result })),
  sustainability: ({ wire }) => wire.child('sustainability'),
  lossesAndGains: ({ wire }) => wire.child('lossesAndGains'),
  factors: ({ wire }, _, context, info) => orElse(context, info, [], () => wire.children('factors')),
};

export const ProfilingResponse: ProfilingResponseResolvers = {
  questionId: ({ wire }) => wire.text('questionId'),
  answerId: ({ wire }) => wire.text('answerId'),
  value: ({ wire }) => wire.decimal('value'),
  question: async ({ wire, result }, _, { profiling }) => {
    const found = await profiling.questionnaireOf(result);
    return named(found?.wire.children('questions'), wire.text('questionId'));
  },
  answer: async ({ wire, result }, _, { profiling }) => {
    const found = await profiling.questionnaireOf(result);
    const question = named(found?.wire.children('questions'), wire.text('questionId'));
    return named(question?.children('answers'), wire.text('answerId'));
  },
};

export const Sustainability: SustainabilityResolvers = {
  preference: (wire) => wire.text('preference'),
  strength: (wire) => wire.text('strength'),
};

export const LossesAndGains: LossesAndGainsResolvers = {
  worstYear: (wire) => wire.decimal('worstYear'),
  averageYear: (wire) => wire.decimal('averageYear'),
  bestYear: (wire) => wire.decimal('bestYear'),
};

/** The part with this id; null where there is none. */
function named<W extends { readonly item: Readonly<Record<string, unknown>> }>(
  parts: readonly W[] | undefined,
  id: string | null,
): W | null {
  return (id === null ? undefined : parts?.find(({ item }) => String(item.id) === id)) ?? null;
}

export const FactorScore: FactorScoreResolvers = {
  id: (wire) => wire.text('id'),
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
