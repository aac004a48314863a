import type { Ref } from '../../platform/relay/ids.ts';
import { SYSTEMS } from '../../platform/system.ts';
import type { PlanModel } from './model.ts';

/** A reference as a key. */
export function keyOf({ system, id }: Ref): string {
  return `${system}:${id}`;
}

export function same(a: Ref, b: Ref): boolean {
  return a.system === b.system && a.id === b.id;
}

/** Everyone who owns the plan in either platform, Dynamic Planner's owners first. */
export function everyOwner({ ownersBySystem }: PlanModel): Ref[] {
  return SYSTEMS.flatMap((system) => (ownersBySystem[system] ?? []).map(({ ref }) => ref));
}
