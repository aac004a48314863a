import type { RelationshipResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import { reported } from '../shared/report.ts';

export const Relationship: Partial<RelationshipResolvers> = {
  id: ({ clientId, id }) => globalId('Relationship', 'DYNAMIC_PLANNER', clientId, id),
  type: ({ wire }) => wire.text('type'),
  startedOn: ({ wire }) => wire.date('startedOn'),
  client: ({ otherId }, _, context, info) =>
    reported(context, info, context.clients.find({ system: 'DYNAMIC_PLANNER', id: otherId })),
};
