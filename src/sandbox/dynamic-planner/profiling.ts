import type { Call, RouteTable } from '../server/route.ts';
import type { DpContext } from './context.ts';
import { listed } from './organisation.ts';
import { names, pathIds } from './query.ts';
import { type DpStore, newestResultFirst } from './store.ts';
import type { DpProfilingResult } from './wire.ts';

/** Sent only when asked for in `fields`. */
const GATED = ['factors', 'responses'] as const;

/** `/profiling/v1`: results newest first, and the questionnaires they belong to. */
export function profilingRoutes({ store, page }: DpContext): RouteTable {
  return {
    'GET /profiling/v1/clients/{clientIds}/results': (call) => page(call, select(store, call), gate(store, call)),
    'GET /profiling/v1/questionnaires': (call) => page(call, listed(store.questionnaires, call)),
  };
}

function select(store: DpStore, call: Call): DpProfilingResult[] {
  const results = store.results.byAny('client', pathIds(call, 'clientIds'));
  const asked = names(call, 'questionnaireId');
  const wanted = asked.size === 0 ? results : results.filter((result) => asked.has(result.questionnaireId));
  return wanted.sort(newestResultFirst);
}

function gate(store: DpStore, call: Call): (result: DpProfilingResult) => unknown {
  const fields = names(call, 'fields');
  const left = GATED.filter((field) => !fields.has(field));
  const withQuestionnaire = names(call, 'includes').has('questionnaire');
  return (result) => {
    const sent: Partial<DpProfilingResult> & { questionnaire?: unknown } = { ...result };
    for (const field of left) delete sent[field];
    if (withQuestionnaire) sent.questionnaire = store.questionnaires.get(result.questionnaireId) ?? null;
    return sent;
  };
}
