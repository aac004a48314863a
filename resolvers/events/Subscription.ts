import type { Context } from '../../src/context/index.ts';
import type { SubscriptionClientChangedArgs, SubscriptionEventsArgs } from '../../src/generated/graphql.ts';

type Entry = Parameters<Context['events']['seen']>[0];

/** What the caller may see of an event is judged when it is told: null where that is nothing, and then nothing is told. */
const resolve = (entry: Entry, _: unknown, { events }: Context) => events.seen(entry);

export const Subscription = {
  events: {
    subscribe: (_: unknown, { after, ...filter }: SubscriptionEventsArgs, { events }: Context) =>
      events.follow(filter, after ?? null),
    resolve,
  },
  clientChanged: {
    subscribe: (_: unknown, { id, after }: SubscriptionClientChangedArgs, { events }: Context) =>
      events.follow({ clientIds: [id] }, after ?? null),
    resolve,
  },
};
