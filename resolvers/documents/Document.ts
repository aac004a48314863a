import type { DocumentResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { reported } from '../shared/report.ts';

export const Document: Partial<DocumentResolvers> = {
  id: ({ clientId, id }) => globalId('Document', 'DYNAMIC_PLANNER', clientId, id),
  name: ({ wire }) => wire.text('name'),
  type: ({ wire }) => wire.text('type'),
  contentType: ({ wire }) => wire.text('contentType'),
  sizeBytes: ({ wire }) => wire.whole('sizeBytes'),
  createdAt: ({ wire }) => wire.instant('createdAt'),
  createdBy: ({ wire }, _, { organisation }) => {
    const id = wire.text('createdBy');
    return id === null ? null : organisation.employee(id);
  },
  contentUrl: (document, _, { documents }) => documents.contentUrl(document),
  client: ({ clientId }, _, context, info) =>
    reported(context, info, context.clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId })),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
};

export const nodes: Record<string, ReadNode> = {
  Document: (id, { documents }) => documents.get(part(id, 0, 2), part(id, 1, 2)),
};
