import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire, WireItem } from '../../platform/wire.ts';
import type { OwnershipFlag, PlanModel, PlanOwnerModel } from './model.ts';
import { financeOwners, plannrOwners, shares } from './owners.ts';
import { type Candidate, normalisedPolicyNumber, samePolicies } from './policy.ts';

/** Gives the graph's reference of the owner that a platform names. */
export interface OwnerRefs {
  readonly ofAccount: (uuid: string) => Promise<Ref>;
}

/** Which Plannr plans are known to be which finance, so that an id does not change while Dynamic Planner is down. */
export class KnownPairs {
  readonly #financeOf = new Map<string, string>();
  readonly #planOf = new Map<string, string>();
  readonly #max = 200_000;

  financeOf(planUuid: string): string | undefined {
    return this.#financeOf.get(planUuid);
  }

  planOf(financeId: string): string | undefined {
    return this.#planOf.get(financeId);
  }

  learn(planUuid: string, financeId: string | null): void {
    this.#forget(planUuid);
    if (financeId === null) return;
    this.#financeOf.set(planUuid, financeId);
    this.#planOf.set(financeId, planUuid);
    const oldest = this.#financeOf.size > this.#max ? this.#financeOf.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(planUuid: string): void {
    const finance = this.#financeOf.get(planUuid);
    this.#financeOf.delete(planUuid);
    if (finance !== undefined && this.#planOf.get(finance) === planUuid) this.#planOf.delete(finance);
  }
}

/** What is known when one client's plans are put together. */
export interface StitchInput {
  /** The client's finances; null while Dynamic Planner can't be asked: known pairs then keep their ids. */
  readonly finances: readonly Wire[] | null;
  /** The client's Plannr plans. */
  readonly plans: readonly Wire[];
  /** Records of co-owners: a policy may stand under other owners in the other platform. */
  readonly others: { readonly finances: readonly Wire[]; readonly plans: readonly Wire[] };
}

/** Numbers that were compared before. */
const NUMBERS = new WeakMap<WireItem, string | null>();

interface Side {
  readonly wire: Wire;
  readonly owners: readonly PlanOwnerModel[];
  readonly flag: OwnershipFlag | null;
}

/**
 * Makes one client's plans of what both platforms hold: Dynamic Planner's in its order, then those of Plannr that are none of these.
 * Whether two records are one policy is judged among the records of the client and the co-owners that are given.
 */
export async function stitched(input: StitchInput, refs: OwnerRefs, known: KnownPairs): Promise<PlanModel[]> {
  const mine = input.finances ?? [];
  const financeSides = distinct([...mine, ...input.others.finances], 'id').map(financeSide);
  const plannrSides = await Promise.all(
    distinct([...input.plans, ...input.others.plans], 'uuid').map((wire) => plannrSide(wire, refs)),
  );
  const planOf = samePolicies(
    financeSides.map((side) => candidate(side, 'reference')),
    plannrSides.map((side) => candidate(side, 'policy_number')),
  );
  const financeOf = new Map([...planOf].map(([finance, plan]) => [plan, finance]));
  const sides = new Map([...financeSides, ...plannrSides].map((side) => [side.wire, side]));
  const model = (finance: Wire | null, plannr: Wire | null): PlanModel =>
    planModel(
      finance === null ? undefined : sides.get(finance),
      plannr === null ? undefined : sides.get(plannr),
      input.finances === null ? known : null,
    );

  for (const { wire } of input.finances === null ? [] : plannrSides) {
    const finance = financeOf.get(wire);
    known.learn(String(wire.item.uuid), finance === undefined ? null : String(finance.item.id));
  }
  const own = new Set(mine.map((wire) => wire.item.id));
  const first = mine.map((finance) => model(finance, planOf.get(finance) ?? null));
  const rest = input.plans
    .filter((plan) => !own.has(financeOf.get(plan)?.item.id))
    .map((plan) => model(financeOf.get(plan) ?? null, plan));
  return [...first, ...rest];
}

/** A plan of the record of one platform or of both; Dynamic Planner's owners lead. */
function planModel(ours: Side | undefined, theirs: Side | undefined, known: KnownPairs | null): PlanModel {
  const leading = ours !== undefined && (ours.owners.length > 0 || theirs === undefined) ? ours : theirs;
  const uuid = String(theirs?.wire.item.uuid);
  const financeId = ours === undefined ? known?.financeOf(uuid) : String(ours.wire.item.id);
  return {
    ref: financeId === undefined ? { system: 'PLANNR', id: uuid } : { system: 'DYNAMIC_PLANNER', id: financeId },
    finance: ours?.wire ?? null,
    plannr: theirs?.wire ?? null,
    owners: leading?.owners ?? [],
    ownership: leading?.flag ?? null,
    ownersBySystem: { ...(ours && { DYNAMIC_PLANNER: ours.owners }), ...(theirs && { PLANNR: theirs.owners }) },
  };
}

function financeSide(wire: Wire): Side {
  const owners = financeOwners(wire).map((owner) => ({
    ...owner,
    ref: { system: 'DYNAMIC_PLANNER', id: owner.id } as const,
  }));
  return { wire, ...shares(owners) };
}

async function plannrSide(wire: Wire, refs: OwnerRefs): Promise<Side> {
  const owners = plannrOwners(wire).map(async (owner) => ({ ...owner, ref: await refs.ofAccount(owner.id) }));
  return { wire, ...shares(await Promise.all(owners)) };
}

function candidate({ wire, owners }: Side, numberField: string): Candidate {
  const linked = owners.filter(({ ref }) => ref.system === 'DYNAMIC_PLANNER').map(({ ref }) => ref.id);
  return { wire, number: numberOf(wire, numberField), owners: new Set(linked) };
}

/** Whether a record's twin may stand under another owner: it has a number that identifies a policy. */
export function isCandidate(wire: Wire): boolean {
  return numberOf(wire, 'reference') !== null || numberOf(wire, 'policy_number') !== null;
}

/** A record's number in the form in which two are compared; a record has it under one name only. */
function numberOf({ item }: Wire, field: string): string | null {
  const known = NUMBERS.get(item);
  if (known !== undefined && item[field] !== undefined) return known;
  const number = normalisedPolicyNumber(textOf(item[field]));
  if (item[field] !== undefined) NUMBERS.set(item, number);
  return number;
}

function distinct(wires: readonly Wire[], idField: string): Wire[] {
  const first = new Map<unknown, Wire>();
  for (const wire of wires) if (!first.has(wire.item[idField])) first.set(wire.item[idField], wire);
  return [...first.values()];
}

/** A number that is no text identifies nothing; that it is broken is told where it is shown. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
