import type { QueryResolvers } from '../../src/generated/graphql.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { page } from '../shared/report.ts';

export const Query: Partial<QueryResolvers> = {
  organisationUnits: (_, args, context, info) => page(context, info, context.organisation.units(args)),
  employees: (_, args, context, info) => page(context, info, context.organisation.employees(args)),
};

export const nodes: Record<string, ReadNode> = {
  OrganisationUnit: (id, { organisation }) => organisation.unit(part(id)),
  Employee: (id, { organisation }) => organisation.visibleEmployee(part(id)),
};
