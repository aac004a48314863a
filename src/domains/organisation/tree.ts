import type { UpstreamError } from '../../platform/errors.ts';
import { Wire } from '../../platform/wire.ts';
import type { OrganisationUnitModel } from './model.ts';

/** The firm's hierarchy of organisation units, in memory. */
export class OrganisationTree {
  /** Whether the platform narrows lists to units, as it was found to; where it does not, lists are walked and narrowed here. */
  readonly isHonoured: boolean;
  readonly units: readonly OrganisationUnitModel[];
  readonly #byId: ReadonlyMap<string, OrganisationUnitModel>;
  readonly #children = new Map<string, OrganisationUnitModel[]>();

  /** Whether every unit that the platform sent could be read: if not, holding all units that are known is not holding all. */
  readonly isComplete: boolean;

  constructor(units: readonly OrganisationUnitModel[], isHonoured = true, isComplete = true) {
    this.isHonoured = isHonoured;
    this.isComplete = isComplete;
    this.units = units;
    this.#byId = new Map(units.map((unit) => [unit.id, unit]));
    for (const unit of units) {
      if (unit.parentId === null) continue;
      const siblings = this.#children.get(unit.parentId);
      if (siblings === undefined) this.#children.set(unit.parentId, [unit]);
      else siblings.push(unit);
    }
  }

  get(id: string): OrganisationUnitModel | null {
    return this.#byId.get(id) ?? null;
  }

  children(id: string): readonly OrganisationUnitModel[] {
    return this.#children.get(id) ?? [];
  }

  /** Whether the unit stands at the top: it has no parent. One whose parent is not listed is a lost branch, not a top. */
  isTop(id: string): boolean {
    return this.get(id)?.parentId === null;
  }

  /** These units and all below them. A circle in the platform's data is walked once. */
  subtrees(ids: readonly string[]): Set<string> {
    const found = new Set<string>();
    const open = ids.filter((id) => this.#byId.has(id));
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...this.children(id).map((child) => child.id));
    }
    return found;
  }
}

/** Makes the tree from the platform's list; a unit without a name is called by its id. */
export function treeOf(
  items: readonly Wire[],
  isHonoured = true,
  onBroken: (problem: UpstreamError) => void = () => {},
): OrganisationTree {
  const units = items.flatMap((wire) => {
    const id = String(wire.item.id);
    // One broken unit must not hide the whole tree; without its parent it would be a top one, so it is left out.
    const name = Wire.safely(() => wire.text('name'), null, onBroken) ?? id;
    const parentId = Wire.safely<string | null | undefined>(() => wire.text('parentId'), undefined, onBroken);
    return parentId === undefined ? [] : [{ id, name, parentId }];
  });
  return new OrganisationTree(units, isHonoured, units.length === items.length);
}
