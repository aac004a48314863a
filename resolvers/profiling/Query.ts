import type { QueryResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { page } from '../shared/report.ts';

export const Query: Partial<QueryResolvers> = {
  questionnaires: (_, args, context, info) => page(context, info, context.profiling.questionnaires(args)),
};

export const nodes: Record<string, ReadNode> = {
  Questionnaire: (id, { profiling }) => profiling.questionnaire(part(id)),
};
