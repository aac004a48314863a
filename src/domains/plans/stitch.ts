import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { OwnershipFlag, PlanModel, PlanOwnerModel } from './model.ts';
import { financeOwners, HUNDREDTHS, plannrOwners, shares } from './owners.ts';
import { type Candidate, normalisedPolicyNumber, samePolicies } from './policy.ts';

/** Gives the graph's reference of the owner that a platform names. */
export interface OwnerRefs {
  refOfAccount(uuid: string): Ref;
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

const NUMBER = Symbol('policy number');
const SHARES = Symbol('shares');

interface Pairs {
  readonly planOf: ReadonlyMap<Side, Side>;
  readonly financeOf: ReadonlyMap<Side, Side>;
}

interface Side {
  readonly wire: Wire;
  readonly owners: readonly PlanOwnerModel[];
  readonly flag: OwnershipFlag | null;
}

/**
 * Makes one client's plans of what both platforms hold: Dynamic Planner's in its order, then those of Plannr that are none of these.
 * Whether two records are one policy is judged among the records of the client and the co-owners that are given.
 */
export function stitched({ finances, plans, others }: StitchInput, refs: OwnerRefs, known: KnownPairs): PlanModel[] {
  const mine = (finances ?? []).map(financeSide);
  const theirs = plans.map((wire) => plannrSide(wire, refs));
  const ours = withOthers(mine, others.finances, 'id', financeSide);
  const all = withOthers(theirs, others.plans, 'uuid', (wire) => plannrSide(wire, refs));
  const { planOf, financeOf } = pairsOf(ours, all);
  for (const side of finances === null ? [] : all) {
    const finance = financeOf.get(side);
    known.learn(String(side.wire.item.uuid), finance === undefined ? null : String(finance.wire.item.id));
  }
  const first = mine.map((finance) => planModel(finance, planOf.get(finance), null));
  if (theirs.length === 0) return first;
  const own = new Set(mine.map(({ wire }) => wire.item.id));
  const rest = theirs
    .filter((plan) => !own.has(financeOf.get(plan)?.wire.item.id))
    .map((plan) => planModel(financeOf.get(plan), plan, finances === null ? known : null));
  return [...first, ...rest];
}

/** Which records are the same policy, both ways. */
function pairsOf(ours: readonly Side[], theirs: readonly Side[]): Pairs {
  // Most people are in one platform only.
  const plans = ours.length === 0 ? [] : candidates(theirs, 'policy_number');
  const pairs = plans.length === 0 ? [] : samePolicies(candidates(ours, 'reference'), plans);
  const planOf = new Map<Side, Side>();
  const financeOf = new Map<Side, Side>();
  for (const [one, other] of pairs) {
    const finance = ours.find(({ wire }) => wire === one);
    const plan = theirs.find(({ wire }) => wire === other);
    if (finance === undefined || plan === undefined) continue;
    planOf.set(finance, plan);
    financeOf.set(plan, finance);
  }
  return { planOf, financeOf };
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
    ownersBySystem: ownersOf(ours, theirs),
  };
}

function ownersOf(ours: Side | undefined, theirs: Side | undefined): PlanModel['ownersBySystem'] {
  if (ours === undefined) return theirs === undefined ? {} : { PLANNR: theirs.owners };
  return theirs === undefined
    ? { DYNAMIC_PLANNER: ours.owners }
    : { DYNAMIC_PLANNER: ours.owners, PLANNR: theirs.owners };
}

function financeSide(wire: Wire): Side {
  const side = wire.once(SHARES, () =>
    shares(
      financeOwners(wire).map(({ id, percentage }) => ({
        percentage,
        ref: { system: 'DYNAMIC_PLANNER', id } as const,
      })),
    ),
  );
  return { wire, ...side };
}

function plannrSide(wire: Wire, refs: OwnerRefs): Side {
  const owners = plannrOwners(wire).map(({ id, percentage }) => ({ percentage, ref: refs.refOfAccount(id) }));
  return { wire, ...shares(owners, HUNDREDTHS) };
}

/** The client's own records, and those of others that are none of these: each record once. */
function withOthers(
  own: readonly Side[],
  others: readonly Wire[],
  idField: string,
  side: (wire: Wire) => Side,
): readonly Side[] {
  if (others.length === 0) return own;
  const first = new Map<unknown, Side>();
  for (const one of own) if (!first.has(one.wire.item[idField])) first.set(one.wire.item[idField], one);
  for (const wire of others) if (!first.has(wire.item[idField])) first.set(wire.item[idField], side(wire));
  return [...first.values()];
}

/** Those that have a number: nothing else can be the same policy. */
function candidates(sides: readonly Side[], numberField: string): Candidate[] {
  return sides.flatMap(({ wire, owners }) => {
    const number = numberOf(wire, numberField);
    if (number === null) return [];
    const linked = owners.filter(({ ref }) => ref.system === 'DYNAMIC_PLANNER').map(({ ref }) => ref.id);
    return [{ wire, number, owners: new Set(linked) }];
  });
}

/** Whether a record's twin may stand under another owner: it has a number that identifies a policy. */
export function isCandidate(wire: Wire): boolean {
  return numberOf(wire, 'reference') !== null || numberOf(wire, 'policy_number') !== null;
}

/** A record's number in the form in which two are compared; a record has it under one name only. */
function numberOf(wire: Wire, field: string): string | null {
  const text = textOf(wire.item[field]);
  return text === null ? null : wire.once(NUMBER, () => normalisedPolicyNumber(text));
}

/** A number that is no text identifies nothing; that it is broken is told where it is shown. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
