import type { AnswerOptionResolvers, QuestionnaireResolvers, QuestionResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import { orElse } from '../shared/report.ts';

export const Questionnaire: Partial<QuestionnaireResolvers> = {
  id: ({ id }) => globalId('Questionnaire', 'DYNAMIC_PLANNER', id),
  name: ({ wire }) => wire.text('name'),
  framework: ({ wire }) => wire.text('framework'),
  version: ({ wire }) => wire.text('version'),
  questions: ({ wire }, _, context, info) => orElse(context, info, [], () => wire.children('questions')),
};

export const Question: QuestionResolvers = {
  id: (wire, _, context, info) => orElse(context, info, null, () => wire.text('id')) ?? '',
  text: (wire) => wire.text('text'),
  dimension: (wire) => wire.text('dimension'),
  answers: (wire, _, context, info) => orElse(context, info, [], () => wire.children('answers')),
};

export const AnswerOption: AnswerOptionResolvers = {
  id: (wire, _, context, info) => orElse(context, info, null, () => wire.text('id')) ?? '',
  text: (wire) => wire.text('text'),
  value: (wire) => wire.decimal('value'),
};
