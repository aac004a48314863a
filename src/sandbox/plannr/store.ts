import { Collection } from '../store/collection.ts';
import { History } from '../store/history.ts';
import type {
  PlannrAccount,
  PlannrCircle,
  PlannrPlan,
  PlannrProvider,
  PlannrRisk,
  PlannrValuation,
  PlannrWebhookSubscription,
} from './wire.ts';

/** Everything Plannr holds, live. */
export interface PlannrStore {
  readonly accounts: Collection<PlannrAccount, 'reference' | 'type'>;
  readonly plans: Collection<PlannrPlan, 'client'>;
  /** By plan uuid: what was written of it that no answer tells, by the names of the request. */
  readonly untold: Map<string, Readonly<Record<string, unknown>>>;
  /** Plans in this set answer every write with 409. */
  readonly plansBeingDeleted: Set<string>;
  /** By plan uuid, newest first; of two on one day the later recorded stands first. */
  readonly valuations: History<PlannrValuation>;
  /** By account uuid; an account that is not in it has no risk level. */
  readonly risks: Map<string, PlannrRisk>;
  readonly providers: Map<string, PlannrProvider>;
  readonly circles: Collection<PlannrCircle, 'account'>;
  readonly webhookSubscriptions: Collection<PlannrWebhookSubscription>;
}

/** An empty platform; `seededValuations` makes a seeded plan's history when it is first read. */
export function createPlannrStore(
  seededValuations: (store: PlannrStore, planUuid: string) => PlannrValuation[],
): PlannrStore {
  const store: PlannrStore = {
    accounts: new Collection({
      reference: (account) => account.external_references.map((entry) => entry.reference),
      type: (account) => [account.type],
    }),
    plans: new Collection({ client: (plan) => plan.accounts.map((owner) => owner.account_uuid) }),
    untold: new Map(),
    plansBeingDeleted: new Set(),
    valuations: new History(newestDateFirst, (planUuid) => seededValuations(store, planUuid)),
    risks: new Map(),
    providers: new Map(),
    circles: new Collection({ account: (circle) => circle.accounts.map((account) => account.uuid) }),
    webhookSubscriptions: new Collection({}),
  };
  return store;
}

/** The date as written, whatever the offset. */
export function dateOf(valuation: PlannrValuation): string {
  return valuation.valued_at.slice(0, 10);
}

function newestDateFirst(one: PlannrValuation, other: PlannrValuation): number {
  const [first, second] = [dateOf(one), dateOf(other)];
  return first < second ? 1 : first > second ? -1 : 0;
}
