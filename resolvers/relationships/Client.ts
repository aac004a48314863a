import type { ClientResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';

export const Client: Partial<ClientResolvers> = {
  relationships: ({ ref }, _, { relationships }) =>
    ref.system === 'DYNAMIC_PLANNER' ? relationships.ofClient(ref.id) : null,
  selfRelationship: ({ ref }, _, { relationships }) =>
    ref.system === 'DYNAMIC_PLANNER' ? relationships.ofSelf(ref.id) : null,
};

export const nodes: Record<string, ReadNode> = {
  async Relationship(id, { clients, relationships }) {
    const clientId = part(id, 0, 2);
    const client = await clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId });
    return client === null ? null : relationships.get(clientId, part(id, 1, 2));
  },
  async SelfRelationship(id, { clients, relationships }) {
    const clientId = part(id, 0, 2);
    const client = await clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId });
    const own = client === null ? null : await relationships.ofSelf(clientId);
    return own?.id === part(id, 1, 2) ? own : null;
  },
};
