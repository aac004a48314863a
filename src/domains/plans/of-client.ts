import { type UpstreamError, upstreamErrorOf } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { isCashflowOnly, type planLoaders } from './loaders.ts';
import type { PlanModel } from './model.ts';
import { financeOwners, plannrOwners } from './owners.ts';
import { keyOf, same } from './refs.ts';
import { isCandidate, type KnownPairs, stitched } from './stitch.ts';

/** A client's plans and what could not be asked. */
export interface ClientPlans {
  readonly plans: readonly PlanModel[];
  readonly problems: readonly UpstreamError[];
}

/** What is needed of clients. */
export interface AccountsOfClients {
  accountsOf(ref: Ref): Promise<readonly string[]>;
  refOfAccount(uuid: string): Promise<Ref>;
}

/** Reads clients' plans, each client's once in an operation. */
export function plansOfClients(
  operation: SourcedOperation,
  { finances, accountPlans }: ReturnType<typeof planLoaders>,
  clients: AccountsOfClients,
  known: KnownPairs,
): (ref: Ref) => Promise<ClientPlans> {
  const byClient = new Map<string, Promise<ClientPlans>>();
  const readsCoOwners = operation.selection.has(
    'Client.wealth',
    'Client.lookThrough',
    'Query.lookThrough',
    'Query.client',
    'Query.plan',
    'Query.plans',
    'Query.node',
    'Query.nodes',
  );

  /** One platform's part: null and a problem where it can't be asked. */
  const part = async (read: Promise<readonly Wire[]>, problems: UpstreamError[]): Promise<readonly Wire[] | null> => {
    try {
      return await read;
    } catch (error) {
      problems.push(upstreamErrorOf(error));
      return null;
    }
  };

  const financesOf = async (ref: Ref): Promise<readonly Wire[]> =>
    ref.system === 'DYNAMIC_PLANNER' ? (await finances.load(ref.id)).filter((wire) => !isCashflowOnly(wire)) : [];

  const plannrPlansOf = async (ref: Ref): Promise<readonly Wire[]> => {
    const accounts = operation.sources.plannr === null ? [] : await clients.accountsOf(ref);
    const lists = await Promise.all(accounts.map((uuid) => accountPlans.load(uuid)));
    return [...new Map(lists.flat().map((wire) => [wire.item.uuid, wire])).values()];
  };

  const read = async (ref: Ref): Promise<ClientPlans> => {
    const problems: UpstreamError[] = [];
    const [ours, theirs] = await Promise.all([part(financesOf(ref), problems), part(plannrPlansOf(ref), problems)]);
    const others =
      ours === null || theirs === null ? { finances: [], plans: [] } : await ofCoOwners(ref, ours, theirs, problems);
    const refs = { ofAccount: clients.refOfAccount };
    return { plans: await stitched({ finances: ours, plans: theirs ?? [], others }, refs, known), problems };
  };

  /**
   * What co-owners hold of policies that may be the client's too: the platforms may disagree about who the owners are. Those whose plans the
   * operation reads anyhow cost nothing; others are read only where plans are counted or looked up singly, since a list must not cost more
   * for each person that its page leaves out.
   */
  const ofCoOwners = async (ref: Ref, ours: readonly Wire[], theirs: readonly Wire[], problems: UpstreamError[]) => {
    const named = await Promise.all([
      ...ours
        .filter(isCandidate)
        .flatMap((wire) => financeOwners(wire).map(({ id }): Ref => ({ system: 'DYNAMIC_PLANNER', id }))),
      ...theirs.filter(isCandidate).flatMap((wire) => plannrOwners(wire).map(({ id }) => clients.refOfAccount(id))),
    ]);
    const others = new Map(
      named
        .filter((owner) => owner.system === 'DYNAMIC_PLANNER' && !same(owner, ref))
        .map((owner) => [owner.id, owner]),
    );
    const asked = [...others.values()].filter((owner) => readsCoOwners || byClient.has(keyOf(owner)));
    const lists = await Promise.all(
      asked.map((owner) => Promise.all([part(financesOf(owner), problems), part(plannrPlansOf(owner), problems)])),
    );
    return {
      finances: lists.flatMap(([list]) => (list ?? []).filter(isCandidate)),
      plans: lists.flatMap(([, list]) => (list ?? []).filter(isCandidate)),
    };
  };

  return (ref) => {
    const key = keyOf(ref);
    const plans = byClient.get(key) ?? read(ref);
    byClient.set(key, plans);
    return plans;
  };
}
