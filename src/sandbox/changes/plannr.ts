import { randomUUID } from 'node:crypto';
import { now } from '../plannr/context.ts';
import { penceOf } from '../plannr/money.ts';
import { dateOf, type PlannrStore } from '../plannr/store.ts';
import type { PlannrValuation } from '../plannr/wire.ts';
import { otherAddress, otherNumber } from './contact.ts';
import { type Kind, later, today } from './context.ts';

/** Another telephone number or e-mail address. No route writes accounts: people do, in Plannr itself. */
const account: Kind = {
  all: (data) => data.plannr.accounts.keys(),
  fits: ({ plannr }, uuid) => {
    const { type, role, email } = plannr.accounts.get(uuid) ?? {};
    return type === 'client' && role === 'individual' && Boolean(email);
  },
  make: ({ data, random }, uuid) => {
    const before = data.plannr.accounts.get(uuid);
    if (before === undefined) return;
    const change = random.chance(0.5)
      ? { phone: otherNumber(before.phone ?? '', random) }
      : { email: otherAddress(before.email ?? '', random) };
    data.plannr.accounts.set(uuid, { ...before, ...change, updated_at: now() });
    data.tellPlannr('account.updated', { uuid });
  },
};

/** Another day for its next review. */
const plan: Kind = {
  all: (data) => data.plannr.plans.keys(),
  fits: ({ plannr }, uuid) => plannr.plans.get(uuid)?.status === 'active' && !plannr.plansBeingDeleted.has(uuid),
  make: ({ data, random, plannr }, uuid) => {
    const days = random.int(30, 365);
    const isSame = data.plannr.plans.get(uuid)?.review_date === today(days);
    plannr('PUT /api/v1/plans/{uuid}', { uuid }, { review_date: today(isSame ? days + 1 : days) });
  },
};

/** A value of today. */
const planValuation: Kind = {
  all: plan.all,
  fits: (data, uuid) => plan.fits(data, uuid) && Boolean(data.plannr.plans.get(uuid)?.latest_valuations.length),
  make: ({ data, random, walk, recorded, plannr }, uuid) => {
    const [latest] = data.plannr.plans.get(uuid)?.latest_valuations ?? [];
    if (latest === undefined) return;
    const value = walk.next(uuid, penceOf(latest.value), random);
    const entry = { plan_uuid: uuid, value, valued_at: later(today(), dateOf(latest)) };
    plannr('POST /api/v2/valuations/bulk', {}, { valuations: [entry], bulk_reference_uuid: randomUUID() });
    forgetFormer(data.plannr, recorded, uuid);
  },
};

/** One value a day and plan is kept, so that a sandbox that runs for days does not grow. */
function forgetFormer(store: PlannrStore, recorded: Map<string, string>, uuid: string): void {
  const [latest] = store.valuations.of(uuid);
  if (latest === undefined) return;
  const isFormer = (valuation: PlannrValuation): boolean =>
    valuation.uuid === recorded.get(uuid) && dateOf(valuation) === dateOf(latest);
  store.valuations.remove(uuid, isFormer);
  recorded.set(uuid, latest.uuid);
}

const OTHER_NAME = ' (and friends)';

/** Another name, and the one before again. No route writes circles: people do, in Plannr itself. */
const circle: Kind = {
  all: (data) => data.plannr.circles.keys(),
  fits: ({ plannr }, uuid) => plannr.circles.has(uuid),
  make: ({ data }, uuid) => {
    const before = data.plannr.circles.get(uuid);
    if (before === undefined) return;
    const { name } = before;
    const other = name.endsWith(OTHER_NAME) ? name.slice(0, -OTHER_NAME.length) : name + OTHER_NAME;
    data.plannr.circles.set(uuid, { ...before, name: other, updated_at: now() });
    // That its events name it as plans' and accounts' do is inferred.
    data.tellPlannr('circle.updated', { uuid });
  },
};

/** Kinds that are about Plannr's accounts, plans and circles. */
export const PLANNR = { account, plan, planValuation, circle } as const;
