import { UpstreamError } from '../../platform/errors.ts';
import type { Intents } from '../../platform/intents/index.ts';
import type { MaybePromise } from '../../platform/maybe.ts';
import { type Connection, connectionOf } from '../../platform/relay/connection.ts';
import type { Place } from '../../platform/relay/cursor.ts';
import { parseIdOf, type Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import type { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { fields } from './fields.ts';
import { currentValueOf } from './figures.ts';
import { clientRefs, type PlanFilterInput, planTest } from './filter.ts';
import { planList } from './list.ts';
import { isCashflowOnly, planLoaders } from './loaders.ts';
import type { PlanModel, PlanOwnerModel } from './model.ts';
import { type Directory, plansOfClients } from './of-client.ts';
import { financeOwners, plannrOwners, shares } from './owners.ts';
import { everyOwner, keyOf, same } from './refs.ts';
import { KnownPairs } from './stitch.ts';
import { isLiability, KINDS, statusOf, typeOf } from './types.ts';
import type { Person } from './walk.ts';

export { write } from './writes/index.ts';

/** What plans need of the other domains. */
export interface PlanNeeds {
  readonly clients: {
    acceptedByPlatform(): Promise<void>;
    directory(): Promise<Directory>;
    /** Null where there is no such client that the caller may see. */
    byRef(ref: Ref): Promise<{ readonly ref: Ref; readonly problems?: readonly UpstreamError[] } | null>;
    /** The same, at once where it is known. */
    find(ref: Ref): MaybePromise<object | null>;
    walk(): Promise<{
      from(place: Place | null, count: number): Promise<{ place: Place; node: { readonly ref: Ref } }[]>;
      readonly problems: readonly UpstreamError[];
    }>;
  };
}

/** What is kept for plans. */
export interface PlansKept {
  /** Which record is which, learnt from what was read. */
  readonly pairs: KnownPairs;
  /** What was begun to be written, so that nothing is written twice. */
  readonly intents: Intents;
}

export const keep = ({ intents }: { readonly intents: Intents }): PlansKept => ({ pairs: new KnownPairs(), intents });

/** Plans of both platforms as one. */
export function open(operation: SourcedOperation, kept: { plans: PlansKept }, needs: PlanNeeds) {
  const loaders = planLoaders(operation);
  const ofClient = plansOfClients(operation, loaders, needs.clients, kept.plans.pairs);

  /** The plan as the first of its owners has it whom the caller may see. */
  const throughOwners = async (owners: readonly Ref[], is: (plan: PlanModel) => boolean): Promise<PlanModel | null> => {
    for (const owner of owners) {
      const client = await needs.clients.byRef(owner);
      if (client === null) continue;
      const { plans, problems } = await ofClient(client.ref);
      const plan = plans.find(is);
      if (plan !== undefined) return { ...plan, problems };
    }
    return null;
  };

  const byFinance = async (id: string): Promise<PlanModel | null> => {
    const finance = await loaders.financesById.load(id);
    if (finance === null || isCashflowOnly(finance)) return null;
    const owners = financeOwners(finance).map((owner) => ({ system: 'DYNAMIC_PLANNER', id: owner.id }) as const);
    return throughOwners(owners, (plan) => plan.finance?.item.id === id);
  };

  const byPlannrPlan = async (uuid: string): Promise<PlanModel | null> => {
    await needs.clients.acceptedByPlatform();
    const plan = await loaders.plansById.load(uuid);
    if (plan === null) return null;
    const directory = await needs.clients.directory();
    const owners = plannrOwners(plan).map(({ id }) => directory.refOfAccount(id));
    return throughOwners(owners, (candidate) => candidate.plannr?.item.uuid === uuid);
  };

  const byRef = async ({ system, id }: Ref): Promise<PlanModel | null> => {
    if (system === 'PLANNR') return byPlannrPlan(id);
    try {
      return await byFinance(id);
    } catch (error) {
      // While Dynamic Planner is down, the plan that is known to be the same speaks for it.
      const twin = error instanceof UpstreamError ? kept.plans.pairs.planOf(id) : undefined;
      if (twin === undefined) throw error;
      return byPlannrPlan(twin);
    }
  };

  return {
    ofClient,
    fields,
    typeOf,
    statusOf,
    isLiability,
    currentValueOf,

    /** @throws BadInput where the id is no plan's */
    async byGlobalId(id: string): Promise<PlanModel | null> {
      const { system, parts } = parseIdOf('Plan', id);
      return byRef({ system, id: parts[0] ?? '' });
    },
    byRef,

    /** Plannr's own record of a plan of which the caller may see an owner, without looking for its twin; null where there is none. */
    async plannrRecord(uuid: string): Promise<Wire | null> {
      const plan = await loaders.plansById.load(uuid);
      for (const { id } of plan === null ? [] : plannrOwners(plan)) {
        const owner = await needs.clients.byRef((await needs.clients.directory()).refOfAccount(id));
        const [problem] = owner?.problems ?? [];
        if (problem !== undefined) throw problem;
        if (owner !== null) return plan;
      }
      return null;
    },

    /** Everything in Dynamic Planner's collection of finances that a client owns, plans or not, by Dynamic Planner id. */
    financesOf: (clientId: string): Promise<readonly Wire[]> => loaders.finances.load(clientId),

    /** Any one of that collection by its id; null where there is none. */
    finance: (id: string): Promise<Wire | null> => loaders.financesById.load(id),

    /** Who owns a finance, with their shares. */
    sharesOf: (finance: Wire): readonly PlanOwnerModel[] =>
      shares(
        financeOwners(finance).map((owner) => ({
          ...owner,
          ref: { system: 'DYNAMIC_PLANNER', id: owner.id } as const,
        })),
      ).owners,

    /** A page of a client's assets, liabilities or protections. @throws BadInput */
    ofKind: (ref: Ref, kind: keyof typeof KINDS, args: PageArguments): Promise<Connection<PlanModel>> =>
      page(ref, { types: KINDS[kind] }, args),

    page,

    /** A page of all plans, each once. @throws BadInput */
    async list(filter: PlanFilterInput | null, args: PageArguments): Promise<Connection<PlanModel>> {
      pageRequest(args);
      const wanted = clientRefs(filter);
      const chosen = wanted === null ? null : await visibleClients(wanted);
      return planList({ ofClient, isVisible, chosen, walk: needs.clients.walk }, filter, args);
    },
  };

  /** A page of a client's plans. @throws BadInput */
  async function page(ref: Ref, filter: PlanFilterInput | null, args: PageArguments): Promise<Connection<PlanModel>> {
    pageRequest(args);
    const test = planTest(filter);
    const wanted = clientRefs(filter);
    const chosen = wanted === null ? null : (await visibleClients(wanted)).map((person) => person.ref);
    const { plans, problems } = await ofClient(ref);
    const isChosen = (plan: PlanModel): boolean =>
      chosen === null || everyOwner(plan).some((owner) => chosen.some((one) => same(one, owner)));
    const kept = filter === null ? plans : plans.filter((plan) => test(plan) && isChosen(plan));
    return connectionOf({ name: `plans of ${ref.system}:${ref.id}`, filter }, kept, args, problems);
  }

  async function visibleClients(refs: readonly Ref[]): Promise<Person[]> {
    const found = await Promise.all(refs.map((ref) => needs.clients.byRef(ref)));
    const distinct = new Map(found.flatMap((client) => (client === null ? [] : [[keyOf(client.ref), client.ref]])));
    return [...distinct.values()].map((ref, position) => ({ place: { section: 0, position }, ref }));
  }

  function isVisible(ref: Ref): MaybePromise<boolean> {
    const client = needs.clients.find(ref);
    return client instanceof Promise ? client.then((found) => found !== null) : client !== null;
  }
}
