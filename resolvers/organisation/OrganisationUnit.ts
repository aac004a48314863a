import type { OrganisationUnitResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';

export const OrganisationUnit: Partial<OrganisationUnitResolvers> = {
  id: ({ id }) => globalId('OrganisationUnit', 'DYNAMIC_PLANNER', id),
  parent: ({ parentId }, _, { organisation }) => (parentId === null ? null : organisation.unit(parentId)),
  children: ({ id }, _, { organisation }) => organisation.children(id),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
};
