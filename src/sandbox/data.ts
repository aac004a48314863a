import { type Tell, teller } from './dynamic-planner/events.ts';
import type { DpStore } from './dynamic-planner/store.ts';
import { trackedPlan } from './dynamic-planner/tracking.ts';
import type { DpEvent, DpTrackedPlan } from './dynamic-planner/wire.ts';
import { populate } from './people/populate.ts';
import type { Oddity, SamePolicy } from './people/world.ts';
import type { PlannrTell } from './plannr/context.ts';
import { plannrTeller } from './plannr/events.ts';
import type { PlannrStore } from './plannr/store.ts';
import type { PlannrAccount, PlannrEvent } from './plannr/wire.ts';
import { Listeners } from './store/listeners.ts';

/** Both platforms' live contents, and what can be said about them together. */
export interface SandboxData {
  readonly dynamicPlanner: DpStore;
  readonly plannr: PlannrStore;
  /** Appends to Dynamic Planner's event history and calls its subscribers, as every write through its API does. */
  readonly tell: Tell;
  /** Calls Plannr's subscribers, as every write through its API does. */
  readonly tellPlannr: PlannrTell;
  /** Who wants to hear what both tell. */
  readonly told: { readonly dynamicPlanner: Listeners<DpEvent>; readonly plannr: Listeners<PlannrEvent> };
  /** Ids of what is odd on purpose, by the name of the oddity, as seeded. */
  readonly oddities: Readonly<Record<Oddity, readonly string[]>>;
  /** Finances and plans that were seeded as one policy, with what they disagree about. */
  readonly samePolicies: readonly SamePolicy[];
  /** The one existing Dynamic Planner person that an account's references name; null where there is none or more than one. */
  dpClientOf(account: PlannrAccount): string | null;
  /** The client accounts that name exactly this Dynamic Planner person. */
  plannrAccountsOf(dpClientId: string): PlannrAccount[];
  /** The client accounts that stand for no Dynamic Planner person, in order of uuid. */
  plannrAlone(): PlannrAccount[];
  /** Every person once: Dynamic Planner's, then those of Plannr alone. */
  peopleCount(): number;
  /** The consolidated view of a finance as the tracking endpoints send it; null for other types and unknown ids. */
  trackedPlan(financeId: string): DpTrackedPlan | null;
}

/** Makes the data for so many people. */
export function createData(seed: number, clients: number): SandboxData {
  const { dp, plannr, oddities, samePolicies } = populate(seed, clients);
  const told = { dynamicPlanner: new Listeners<DpEvent>(), plannr: new Listeners<PlannrEvent>() };

  const dpClientOf = (account: PlannrAccount): string | null => {
    const named = new Set(
      account.external_references.map((entry) => entry.reference).filter((id) => dp.clients.has(id)),
    );
    const [only] = named;
    return named.size === 1 && only !== undefined ? only : null;
  };
  const plannrAlone = (): PlannrAccount[] =>
    plannr.accounts
      .by('type', 'client')
      .filter((account) => dpClientOf(account) === null)
      .sort((one, other) => (one.uuid < other.uuid ? -1 : 1));

  return {
    dynamicPlanner: dp,
    plannr,
    tell: teller(dp, told.dynamicPlanner),
    tellPlannr: plannrTeller(told.plannr),
    told,
    oddities,
    samePolicies,
    dpClientOf,
    plannrAlone,
    plannrAccountsOf: (dpClientId) =>
      plannr.accounts
        .by('reference', dpClientId)
        .filter((account) => account.type === 'client' && dpClientOf(account) === dpClientId),
    peopleCount: () => dp.clients.size + plannrAlone().length,
    trackedPlan: (financeId) => {
      const finance = dp.finances.get(financeId);
      return finance === undefined ? null : trackedPlan(finance);
    },
  };
}
