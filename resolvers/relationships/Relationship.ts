import type { RelationshipResolvers, SelfRelationshipResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import { reported } from '../shared/report.ts';

export const Relationship: Partial<RelationshipResolvers> = {
  id: ({ clientId, id }) => globalId('Relationship', 'DYNAMIC_PLANNER', clientId, id),
  type: ({ wire }) => wire.text('type'),
  startedOn: ({ wire }) => wire.date('startedOn'),
  updatedAt: ({ wire }) => wire.instant('updatedAt'),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
  client: ({ otherId }, _, context, info) =>
    reported(context, info, context.clients.find({ system: 'DYNAMIC_PLANNER', id: otherId })),
};

export const SelfRelationship: Partial<SelfRelationshipResolvers> = {
  id: ({ clientId, id }) => globalId('SelfRelationship', 'DYNAMIC_PLANNER', clientId, id),
  client: ({ clientId }, _, context, info) =>
    reported(context, info, context.clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId })),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
};
