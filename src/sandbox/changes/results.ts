import type { SandboxData } from '../data.ts';
import { newestResultFirst } from '../dynamic-planner/store.ts';
import type { DpProfilingResult } from '../dynamic-planner/wire.ts';
import { DEFAULT_FRAMEWORK, levelFields } from '../people/profiling.ts';
import { addDays, type Kind, later, today } from './context.ts';

/** A person answers the questions again, and comes out one level higher or lower. No route writes results: profiling does. */
export const results: Kind = {
  all: (data) => data.dynamicPlanner.clients.keys(),
  fits: (data, id) => newest(data, id) !== undefined,
  make: ({ data, random }, clientId) => {
    const before = newest(data, clientId);
    if (before === undefined) return;
    const id = `90000000-0000-4001-8000-${clientId.slice(-12)}`;
    const isOwn = before.id === id;
    const result = {
      ...before,
      ...levelFields(neighbour(Number(before.riskLevel?.slice(2)), random.chance(0.5))),
      id,
      completedOn: isOwn ? before.completedOn : later(today(), addDays(before.completedOn, 1)),
    };
    data.dynamicPlanner.results.set(id, result);
    const resource = { type: 'result', id, href: `/profiling/v1/clients/${clientId}/results` };
    data.tell({ topic: 'results.updated', resource, clientId, data: { clientId } });
  },
};

/** The newest result, where it is one to go on from: of the usual framework, complete, with a level. */
function newest(data: SandboxData, clientId: string): DpProfilingResult | undefined {
  const [first] = data.dynamicPlanner.results.by('client', clientId).sort(newestResultFirst);
  const isUsual = first?.framework === DEFAULT_FRAMEWORK && first.status === 'complete' && first.riskLevel !== null;
  return isUsual ? first : undefined;
}

function neighbour(level: number, upwards: boolean): number {
  return level >= 10 || (!upwards && level > 1) ? level - 1 : level + 1;
}
