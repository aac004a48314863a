import type { EventResolvers } from '../../src/generated/graphql.ts';
import { reported } from '../shared/report.ts';
import { changed } from './changed.ts';

export const Event: Partial<EventResolvers> = {
  topic: ({ event }) => event.topic,
  occurredAt: ({ event }) => event.occurredAt,
  system: ({ event }) => event.system,
  resource: ({ event }) => event.resource,
  client: async (model, _, context, info) => {
    const ref = await context.events.clientRef(model);
    return ref === null ? null : reported(context, info, context.clients.byRef(ref));
  },
  changed: (model, _, context, info) => reported(context, info, changed(model, context)),
  plan: (model, _, context, info) => {
    const ref = context.events.planRef(model);
    return ref === null ? null : reported(context, info, context.plans.byRef(ref));
  },
};
