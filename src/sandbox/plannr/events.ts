import { plannrEventId } from '../people/ids.ts';
import type { Listeners } from '../store/listeners.ts';
import { now, type PlannrTell } from './context.ts';
import type { PlannrEvent, PlannrPlan } from './wire.ts';

/** Makes the function that tells events. */
export function plannrTeller(told: Listeners<PlannrEvent>): PlannrTell {
  let number = 0;
  return (event, data) => {
    number += 1;
    const happened: PlannrEvent = { uuid: plannrEventId(number), event, occurred_at: now(), data };
    told.call(happened);
    return happened;
  };
}

/** What an event says of its plan. */
export function aboutPlan(plan: PlannrPlan): PlannrEvent['data'] {
  return { uuid: plan.uuid, client: plan.client };
}
