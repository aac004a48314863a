import { PLAN_TYPES } from '../plannr/plan-types.ts';
import type { Accounts } from './accounts.ts';
import { dpId, plannrId } from './ids.ts';
import { PROVIDERS } from './names.ts';
import { makePlan, type PlanDraft, UNKNOWN_PLAN_TYPE } from './plan-shapes.ts';
import { at, randomFor } from './random.ts';
import { counterpartsOf, noteCounterpart } from './same-policies.ts';
import { ROUND, type World } from './world.ts';

/** Every so many plans, a person of Plannr alone shares one with a linked person. */
const SHARING = 10;

/** Adds the plans that repeat Dynamic Planner's finances, then those that only Plannr knows. */
export function addPlans(world: World, accounts: Accounts): void {
  PROVIDERS.forEach((provider, place) => {
    const uuid = plannrId('provider', place + 1);
    world.plannr.providers.set(uuid, { uuid, name: provider.name });
  });
  let number = 0;
  const add = (draft: PlanDraft): string => {
    number += 1;
    const plan = makePlan(number, draft, randomFor(world.seed, 'plan', number));
    world.plannr.plans.set(plan.uuid, plan);
    world.planNumbers.set(plan.uuid, number);
    return plan.uuid;
  };
  for (const finance of world.dp.finances.values()) {
    for (const counterpart of counterpartsOf(world, accounts, finance, adviserOf(accounts, number))) {
      noteCounterpart(world, finance, add(counterpart.draft), counterpart);
    }
  }
  addOwnPlans(world, accounts, add);
}

function adviserOf(accounts: Accounts, number: number): string | null {
  return accounts.advisers.length === 0 ? null : at(accounts.advisers, number);
}

/** One to three plans for people of Plannr alone, none to two more for the others; all ten types in turn. */
function addOwnPlans(world: World, accounts: Accounts, add: (draft: PlanDraft) => string): void {
  const linked = [...accounts.linked.values()].flat();
  const holders = [...accounts.alone, ...linked];
  let count = 0;
  holders.forEach((holder, place) => {
    const random = randomFor(world.seed, 'ownPlans', place);
    const isAlone = place < accounts.alone.length;
    const wanted = isAlone ? random.int(1, 3) : (place % 2) + random.int(0, 1);
    for (let turn = 0; turn < wanted; turn += 1) {
      count += 1;
      const draft = ownDraft(count, holder, random.int(50_000, 40_000_000), adviserOf(accounts, count));
      const uuid = add(draft);
      if (draft.type === UNKNOWN_PLAN_TYPE) world.oddities.unknownPlanType.push(uuid);
      if (draft.status === 'suspended_review') world.oddities.unknownPlanStatus.push(uuid);
    }
    if (isAlone && place % SHARING === 4 && linked.length > 0) {
      const owners = [holder, at(linked, place * 7)].map((account_uuid) => ({
        account_uuid,
        ownership_percentage: 50,
      }));
      const uuid = add({ ...ownDraft(count, holder, 8_200_050, null), type: 'investment', status: 'active', owners });
      world.oddities.jointAcrossSystems.push(uuid);
    }
  });
  addLookalikes(world, accounts, add);
}

function ownDraft(count: number, holder: string, pence: number, adviser: string | null): PlanDraft {
  const unknownType = count % 29 === 11;
  return {
    type: unknownType ? UNKNOWN_PLAN_TYPE : at(PLAN_TYPES, count),
    owners: [{ account_uuid: holder, ownership_percentage: count % 17 === 3 ? null : 100 }],
    pence,
    policyNumber: count % 11 === 6 ? null : count % 31 === 30 ? 'TBC' : `PL/${700_000 + count}`,
    status:
      count % 23 === 7 ? 'suspended_review' : count % 9 === 5 ? 'inactive' : count % 14 === 9 ? 'proposed' : 'active',
    ...(count % 13 === 5 ? { subType: 'hyper_flexible' } : {}),
    adviser,
  };
}

/** A second policy with a number that somebody else's finance has too: equal numbers alone link nothing. */
function addLookalikes(world: World, accounts: Accounts, add: (draft: PlanDraft) => string): void {
  for (let index = 0; index + 15 < world.dpCount; index += ROUND) {
    const [finance] = world.dp.finances.by('client', dpId('client', index + 9));
    const holder = accounts.linked.get(dpId('client', index + 16))?.[0];
    if (finance?.reference && holder !== undefined) {
      add({ ...ownDraft(1, holder, 123_456, null), type: 'investment', policyNumber: finance.reference });
    }
  }
}
