import type { UpstreamError } from '../../platform/errors.ts';
import { allOf, type MaybePromise } from '../../platform/maybe.ts';
import type { Place } from '../../platform/relay/cursor.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { PlanModel } from './model.ts';

/** How many people are read at once while their plans are listed. */
const STRIDE = 50;

/** Someone whose plans are listed, and the place in the list of people. */
export interface Person {
  readonly place: Place;
  readonly ref: Ref;
}

/** What the walk needs. */
export interface WalkNeeds {
  /** People from a place on, that place included. */
  readonly people: (from: Place | null, count: number) => Promise<readonly Person[]>;
  readonly plansOf: (ref: Ref) => Promise<{ plans: readonly PlanModel[]; problems: readonly UpstreamError[] }>;
  /** Whether this person is the first of the plan's owners whom the caller may see. */
  readonly standsAt: (plan: PlanModel, ref: Ref) => MaybePromise<boolean>;
  readonly test: (plan: PlanModel) => boolean;
}

/** A plan with its place in the list of all. */
export interface PlanEntry {
  readonly place: Place;
  readonly node: PlanModel;
}

/**
 * The plans of all people in the people's order, those of some people at a time, each plan once. A place is the person's with the plan's position within that person's
 * own list.
 * @param after the place to continue after
 * @param problems takes what could not be asked
 */
export async function* walkPlans(
  needs: WalkNeeds,
  after: Place | null,
  problems: Set<UpstreamError>,
): AsyncGenerator<readonly PlanEntry[]> {
  let from = after;
  for (;;) {
    const people = await needs.people(from, STRIDE);
    const last = people.at(-1);
    if (last === undefined) return;
    const lists = await Promise.all(people.map(({ ref }) => needs.plansOf(ref)));
    for (const { problems: found } of lists) for (const problem of found) problems.add(problem);
    const entries = people.flatMap(({ place, ref }, person) =>
      (lists[person]?.plans ?? []).map((node, within) => ({ place: { ...place, within }, ref, node })),
    );
    const fresh = entries.filter(({ place, node }) => isAfter(place, after) && needs.test(node));
    const stands = await allOf(fresh.map(({ node, ref }) => needs.standsAt(node, ref)));
    yield fresh.filter((_, index) => stands[index]);
    from = { section: last.place.section, position: last.place.position + 1 };
  }
}

function isAfter(place: Place, after: Place | null): boolean {
  if (after === null || place.section !== after.section || place.position !== after.position) return true;
  return (place.within ?? 0) > (after.within ?? 0);
}
