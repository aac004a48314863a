import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../src/context/index.ts';
import type { QueryResolvers } from '../../src/generated/graphql.ts';
import type { UpstreamError } from '../../src/platform/errors.ts';

/** Gives on what several platforms gave, and reports beside it which of them did not. */
async function gathered<T>(
  context: Context,
  info: GraphQLResolveInfo,
  read: Promise<{ readonly items: T; readonly problems: readonly UpstreamError[] }>,
): Promise<T> {
  const { items, problems } = await read;
  context.report(info, ...problems);
  return items;
}

export const Query: Partial<QueryResolvers> = {
  events: (_, { topics, ...args }, { events }) => events.page(topics ?? null, args),
  eventTopics: (_, __, context, info) => gathered(context, info, context.events.topics()),
  eventSubscriptions: (_, __, context, info) => gathered(context, info, context.events.subscriptions()),
};
