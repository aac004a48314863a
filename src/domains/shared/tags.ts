import { listTag, type Tag, tagOf } from '../../platform/cache/index.ts';
import type { PlatformEvent } from '../../sources/event.ts';

/** That something has changed: as an event tells it, or as a write of our own has done it. */
export type Happening = Pick<PlatformEvent, 'system' | 'topic' | 'resource' | 'clientIds' | 'planId'>;

/**
 * What has changed, as the cache knows it. Where it is not said whose thing it is, all lists of such things are dropped: a new
 * thing stands in none that could name it.
 */
export function tagsOf(event: Happening): Tag[] {
  return event.system === 'PLANNR' ? ofPlannr(event) : ofDynamicPlanner(event);
}

type Concerned = (id: string, event: Happening) => Tag[];

/** By the kind of thing in Dynamic Planner that has changed (designed, unverified); of others nothing is kept. */
const RESOURCES: Readonly<Record<string, Concerned>> = {
  client: (id) => [
    tagOf('DYNAMIC_PLANNER', 'client', id),
    listTag('DYNAMIC_PLANNER', 'client'),
    ...['finances', 'tracking', 'relationships', 'results', 'documents'].map((group) =>
      tagOf('DYNAMIC_PLANNER', group, id),
    ),
  ],
  document: (id, event) => concerning('document', id, ['documents'], event),
  relationship: (id, event) => concerning('relationship', id, ['relationships'], event),
  // One that is gone takes its valuations along, and its id may come again.
  finance: (id, event) => [
    tagOf('DYNAMIC_PLANNER', 'valuations', id),
    ...concerning('finance', id, ['finances', 'tracking'], event),
  ],
  valuation: (_, event) =>
    event.planId === null
      ? [listTag('DYNAMIC_PLANNER', 'valuation'), listTag('DYNAMIC_PLANNER', 'finance')]
      : [tagOf('DYNAMIC_PLANNER', 'valuations', event.planId), tagOf('DYNAMIC_PLANNER', 'finance', event.planId)],
  employee: (id) => [tagOf('DYNAMIC_PLANNER', 'employee', id), listTag('DYNAMIC_PLANNER', 'employee')],
  result: (id, event) => concerning('result', id, ['results', 'tracking'], event),
};

function ofDynamicPlanner(event: Happening): Tag[] {
  const { resource } = event;
  if (resource === null) return [];
  // `results` and `result` are one kind.
  const concerned = RESOURCES[resource.type] ?? RESOURCES[resource.type.replace(/s$/, '')];
  return concerned?.(resource.id, event) ?? [];
}

function concerning(item: string, id: string, groups: readonly string[], { clientIds }: Happening): Tag[] {
  const own = tagOf('DYNAMIC_PLANNER', item, id);
  if (clientIds.length === 0) return [own, listTag('DYNAMIC_PLANNER', item)];
  return [own, ...clientIds.flatMap((clientId) => groups.map((group) => tagOf('DYNAMIC_PLANNER', group, clientId)))];
}

/** Plannr's event names begin with what they are about (platform documentation). */
function ofPlannr({ topic, planId, clientIds }: Happening): Tag[] {
  const [about] = topic.split('.');
  if (about === 'account')
    return [
      listTag('PLANNR', 'account'),
      ...clientIds.flatMap((id) => [tagOf('PLANNR', 'account', id), tagOf('PLANNR', 'risk', id)]),
    ];
  if (about === 'circle') return [listTag('PLANNR', 'circle')];
  if (about !== 'plan' || planId === null) return [];
  return [
    tagOf('PLANNR', 'plan', planId),
    tagOf('PLANNR', 'plan-valuations', planId),
    ...clientIds.map((id) => tagOf('PLANNR', 'plans', id)),
    // Only one of the owners is named; and in the list of a new one, also of a plan that has changed hands, nothing names the plan.
    listTag('PLANNR', 'plan'),
  ];
}
