import { type UpstreamError, upstreamErrorOf } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { isCashflowOnly, type planLoaders } from './loaders.ts';
import type { PlanModel } from './model.ts';
import { financeOwners, plannrOwners } from './owners.ts';
import { keyOf } from './refs.ts';
import { isCandidate, type KnownPairs, type StitchInput, stitched } from './stitch.ts';

/** A client's plans and what could not be asked. */
export interface ClientPlans {
  readonly plans: readonly PlanModel[];
  readonly problems: readonly UpstreamError[];
}

/** Who is who, at once. */
export interface Directory {
  refOfAccount(uuid: string): Ref;
  accountsOf(ref: Ref): readonly string[];
}

/** Nobody has any accounts. */
const NOBODY: Directory = { refOfAccount: (id) => ({ system: 'PLANNR', id }), accountsOf: () => [] };
const NO_OTHERS: StitchInput['others'] = { finances: [], plans: [] };

/** Reads clients' plans, each client's once in an operation. */
export function plansOfClients(
  operation: SourcedOperation,
  { finances, accountPlans }: ReturnType<typeof planLoaders>,
  clients: { directory(): Promise<Directory> },
  known: KnownPairs,
): (ref: Ref) => Promise<ClientPlans> {
  const byClient = new Map<string, Promise<ClientPlans>>();
  const readsCoOwners = operation.selection.has(
    'Client.wealth',
    'Mutation.planCreate',
    'Mutation.planOwnershipUpdate',
    'Mutation.planUpdate',
    'Mutation.planValuationsRecord',
    'Client.lookThrough',
    'Query.lookThrough',
    'Query.client',
    'Query.plan',
    'Query.plans',
    'Query.node',
    'Query.nodes',
  );

  /** One platform's part: null and a problem where it can't be asked. */
  const part = <T>(read: Promise<T>, problems: UpstreamError[]): Promise<T | null> =>
    read.catch((error: unknown) => {
      problems.push(upstreamErrorOf(error));
      return null;
    });

  const financesOf = async (ref: Ref): Promise<readonly Wire[]> =>
    ref.system === 'DYNAMIC_PLANNER' ? (await finances.load(ref.id)).filter((wire) => !isCashflowOnly(wire)) : [];

  const plannrPlansOf = async (ref: Ref): Promise<{ readonly who: Directory; readonly plans: readonly Wire[] }> => {
    const who = operation.sources.plannr === null ? NOBODY : await clients.directory();
    const accounts = who.accountsOf(ref);
    const [only] = accounts;
    if (accounts.length === 1 && only !== undefined) return { who, plans: await accountPlans.load(only) };
    const lists = await Promise.all(accounts.map((uuid) => accountPlans.load(uuid)));
    return { who, plans: [...new Map(lists.flat().map((wire) => [wire.item.uuid, wire])).values()] };
  };

  const read = async (ref: Ref): Promise<ClientPlans> => {
    const problems: UpstreamError[] = [];
    const [ours, theirs] = await Promise.all([part(financesOf(ref), problems), part(plannrPlansOf(ref), problems)]);
    const who = theirs?.who ?? NOBODY;
    const plans = theirs?.plans ?? [];
    const others = ours === null || theirs === null ? [] : coOwners(ref, ours, plans, who);
    const held = others.length === 0 ? NO_OTHERS : await heldBy(others, problems);
    return { plans: stitched({ finances: ours, plans, others: held }, who, known), problems };
  };

  /**
   * Co-owners of policies that may be the client's too: the platforms may disagree about who the owners are. Those whose plans the operation
   * reads anyhow cost nothing; others are read only where plans are counted or looked up singly, since a list must not cost more for each
   * person that its page leaves out.
   */
  const coOwners = (ref: Ref, ours: readonly Wire[], theirs: readonly Wire[], who: Directory): Ref[] => {
    const others = new Map<string, Ref>();
    const note = (owner: Ref): void => {
      if (owner.system === 'DYNAMIC_PLANNER' && !(ref.system === 'DYNAMIC_PLANNER' && owner.id === ref.id))
        others.set(owner.id, owner);
    };
    for (const wire of ours)
      for (const { id } of isCandidate(wire) ? financeOwners(wire) : []) note({ system: 'DYNAMIC_PLANNER', id });
    for (const wire of theirs)
      for (const { id } of isCandidate(wire) ? plannrOwners(wire) : []) note(who.refOfAccount(id));
    return [...others.values()].filter((owner) => readsCoOwners || byClient.has(keyOf(owner)));
  };

  /** Of what these hold, what may be somebody else's policy too. */
  const heldBy = async (owners: readonly Ref[], problems: UpstreamError[]): Promise<StitchInput['others']> => {
    const lists = await Promise.all(
      owners.map((owner) => Promise.all([part(financesOf(owner), problems), part(plannrPlansOf(owner), problems)])),
    );
    return {
      finances: lists.flatMap(([list]) => (list ?? []).filter(isCandidate)),
      plans: lists.flatMap(([, list]) => (list?.plans ?? []).filter(isCandidate)),
    };
  };

  return (ref) => {
    const key = keyOf(ref);
    const plans = byClient.get(key) ?? read(ref);
    byClient.set(key, plans);
    return plans;
  };
}
