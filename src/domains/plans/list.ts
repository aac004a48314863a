import type { UpstreamError } from '../../platform/errors.ts';
import type { MaybePromise } from '../../platform/maybe.ts';
import { type Connection, connection } from '../../platform/relay/connection.ts';
import { decodeCursor, lazyHash, type Place } from '../../platform/relay/cursor.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import { type PlanFilterInput, planTest } from './filter.ts';
import type { PlanModel } from './model.ts';
import type { ClientPlans } from './of-client.ts';
import { everyOwner, same } from './refs.ts';
import { type Person, walkPlans } from './walk.ts';

/** What the list of all plans needs. */
export interface PlanListNeeds {
  readonly ofClient: (ref: Ref) => Promise<ClientPlans>;
  readonly isVisible: (ref: Ref) => MaybePromise<boolean>;
  /** The clients whose plans are wanted; null for everyone's. */
  readonly chosen: readonly Person[] | null;
  /** Walks everyone. */
  readonly walk: () => Promise<{
    from(place: Place | null, count: number): Promise<{ place: Place; node: { readonly ref: Ref } }[]>;
    readonly problems: readonly UpstreamError[];
  }>;
}

/** A page of all plans in the order of their clients, each at the first of its owners whom the caller may see. @throws BadInput */
export async function planList(
  { ofClient, isVisible, chosen, walk: startWalk }: PlanListNeeds,
  filter: PlanFilterInput | null,
  args: PageArguments,
): Promise<Connection<PlanModel>> {
  const { count, from } = pageRequest(args);
  const hash = lazyHash('plans', filter);
  const test = planTest(filter);
  const walk = chosen === null ? await startWalk() : null;
  const people = async (place: Place | null, length: number): Promise<readonly Person[]> =>
    walk === null
      ? (chosen ?? []).slice(place?.position ?? 0).slice(0, length)
      : (await walk.from(place, length)).map((entry) => ({ place: entry.place, ref: entry.node.ref }));
  const problems = new Set<UpstreamError>();
  const isListed = (owner: Ref): MaybePromise<boolean> =>
    chosen === null ? isVisible(owner) : chosen.some((person) => same(person.ref, owner));
  const standsAt = (plan: PlanModel, ref: Ref): MaybePromise<boolean> => {
    const owners = everyOwner(plan);
    const own = owners.findIndex((owner) => same(owner, ref));
    return own === 0 || isNoneOf(own < 0 ? owners : owners.slice(0, own));
  };
  const isNoneOf = async (owners: readonly Ref[]): Promise<boolean> => {
    for (const owner of owners) if (await isListed(owner)) return false;
    return true;
  };
  const walkFrom = (place: Place | null) => walkPlans({ people, plansOf: ofClient, standsAt, test }, place, problems);
  const entries = await taken(walkFrom(from === null ? null : decodeCursor(hash(), from)), count + 1);
  const shown = entries.slice(0, count);
  return connection(hash, {
    entries: shown,
    hasNextPage: () => entries.length > count,
    hasPreviousPage: () => from !== null,
    totalCount: async () => {
      const all = await taken(walkFrom(null), Number.POSITIVE_INFINITY);
      return problems.size + (walk?.problems.length ?? 0) > 0 ? null : all.length;
    },
    problems: onePerSystem([...problems, ...(walk?.problems ?? [])]),
  });
}

function onePerSystem(problems: readonly UpstreamError[]): UpstreamError[] {
  return [...new Map(problems.map((problem) => [problem.system, problem])).values()];
}

/** The first of what comes in parts; what comes behind is not read. */
async function taken<T>(parts: AsyncIterable<readonly T[]>, count: number): Promise<T[]> {
  const list: T[] = [];
  for await (const part of parts) {
    for (const item of part) list.push(item);
    if (list.length >= count) break;
  }
  return list.slice(0, count);
}
