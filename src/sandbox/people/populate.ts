import { createDpStore } from '../dynamic-planner/store.ts';
import { createPlannrStore } from '../plannr/store.ts';
import { addAccounts } from './accounts.ts';
import { addClients } from './clients.ts';
import { addDocuments } from './documents.ts';
import { addFinances } from './finances.ts';
import { addOrganisation } from './organisation.ts';
import { addPlans } from './plans.ts';
import { addProfiling } from './profiling.ts';
import { addRelationships } from './relationships.ts';
import { financeHistory, planHistory } from './valuations.ts';
import { ODDITIES, type Oddity, type World } from './world.ts';

/** Of so many people, one stands in Plannr alone. */
const ALONE_SHARE = 0.1;

/** Fills both platforms with `clients` people, each counted once. The same seed and count give the same data. */
export function populate(seed: number, clients: number): World {
  const financeNumbers = new Map<string, number>();
  const planNumbers = new Map<string, number>();
  const aloneCount = Math.round(clients * ALONE_SHARE);
  const world: World = {
    seed,
    dpCount: clients - aloneCount,
    aloneCount,
    financeNumbers,
    planNumbers,
    dp: createDpStore((store, financeId) => {
      const number = financeNumbers.get(financeId);
      const finance = store.finances.get(financeId);
      return number === undefined || finance === undefined ? [] : financeHistory(seed, finance, number);
    }),
    plannr: createPlannrStore((store, planUuid) => {
      const number = planNumbers.get(planUuid);
      const plan = store.plans.get(planUuid);
      return number === undefined || plan === undefined ? [] : planHistory(seed, plan, number);
    }),
    oddities: Object.fromEntries(ODDITIES.map((oddity) => [oddity, []])) as unknown as Record<Oddity, string[]>,
    twins: new Map(),
    samePolicies: [],
  };
  addOrganisation(world);
  addClients(world);
  addRelationships(world);
  addDocuments(world);
  addFinances(world);
  addProfiling(world);
  addPlans(world, addAccounts(world));
  return world;
}
