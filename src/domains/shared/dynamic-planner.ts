import { UpstreamError } from '../../platform/errors.ts';
import type { Wire } from '../../platform/wire.ts';
import type { DynamicPlanner } from '../../sources/dynamic-planner/index.ts';
import type { Found } from '../../sources/found.ts';
import type { WritingOperation } from '../../sources/index.ts';

/** The platform that is to be written to. @throws UpstreamError where it is not configured */
export function dynamicPlannerOf({ sources }: WritingOperation): DynamicPlanner {
  if (sources.dynamicPlanner !== null) return sources.dynamicPlanner;
  throw new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    { system: 'DYNAMIC_PLANNER' },
    'is not configured, so nothing can be written there.',
  );
}

/** The one thing that was asked for by its id; null where there is none. @throws UpstreamError where that can't be told */
export async function oneOf(operation: WritingOperation, id: string, read: () => Promise<Found>): Promise<Wire | null> {
  const { items, failed } = await operation.waves.run(read);
  const failure = failed.get(id);
  if (failure !== undefined) throw failure;
  return items.find(({ item }) => item.id === id) ?? null;
}
