import type { Caller } from '../../platform/caller.ts';
import type { OrganisationTree } from './tree.ts';

/** What a caller may see of the firm. */
export interface Visibility {
  /** Every unit is visible: nothing has to be narrowed. */
  readonly everything: boolean;
  /** The platform narrows by the caller's own token: nothing has to be narrowed here, though not everything is visible. */
  readonly byPlatform: boolean;
  /** People who stand in Plannr alone have no unit: only those who hold a top unit may see them. */
  readonly plannrAlone: boolean;
  /** The visible units, to be sent to the platform as a filter; empty where everything is visible. */
  readonly units: readonly string[];
  /** Whether the platform itself narrows lists to the units. */
  readonly isHonoured: boolean;
  /** Whether something of this unit may be seen; null is something without a unit. */
  includes(unitId: string | null): boolean;
}

const EVERYTHING: Visibility = {
  everything: true,
  byPlatform: false,
  plannrAlone: true,
  units: [],
  isHonoured: true,
  includes: () => true,
};

/** One Plannr token would show everyone all of Plannr: its things are visible only through people whom the caller's own token can read. */
const BY_PLATFORM: Visibility = { ...EVERYTHING, everything: false, byPlatform: true, plannrAlone: false };

/** Whether the answer does not depend on the hierarchy: the caller sees everything, or names no unit and so sees nothing. */
export function needsNoTree(caller: Caller): boolean {
  return caller.unrestricted || caller.organisationUnitIds.length === 0;
}

/**
 * A caller sees the subtrees of the units that the claims name; no units means nothing.
 * @param tree null where Dynamic Planner is not configured: there is no hierarchy, so any named unit counts as a top one
 */
export function visibilityOf(caller: Caller, tree: OrganisationTree | null): Visibility {
  if (caller.unrestricted) return EVERYTHING;
  if (caller.isPassthrough) return BY_PLATFORM;
  const held = caller.organisationUnitIds;
  if (tree === null) return held.length > 0 ? EVERYTHING : narrowed(new Set(), false, true);
  const visible = tree.subtrees(held);
  const holdsTop = held.some((id) => tree.isTop(id));
  return tree.isComplete && visible.size === tree.units.length && holdsTop
    ? EVERYTHING
    : narrowed(visible, holdsTop, tree.isHonoured);
}

function narrowed(visible: ReadonlySet<string>, holdsTop: boolean, isHonoured: boolean): Visibility {
  return {
    everything: false,
    byPlatform: false,
    plannrAlone: holdsTop,
    units: [...visible],
    isHonoured,
    includes: (unitId) => (unitId === null ? holdsTop : visible.has(unitId)),
  };
}
