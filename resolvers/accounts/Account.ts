import type {
  AccountResolvers,
  CircleMemberResolvers,
  CircleResolvers,
  ExternalReferenceResolvers,
  PlanResolvers,
} from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import type { ReadNode } from '../shared/nodes.ts';
import { part } from '../shared/nodes.ts';
import { orElse, reported } from '../shared/report.ts';

export const Account: Partial<AccountResolvers> = {
  id: ({ uuid }) => globalId('Account', 'PLANNR', uuid),
  name: ({ wire }) => wire.text('name'),
  role: ({ wire }) => wire.text('role'),
  type: ({ wire }) => wire.text('type'),
  externalReferences: ({ wire }, _, context, info) =>
    orElse(context, info, [], () => wire.children('external_references')),
  circles: (account, _, { accounts }) => accounts.circlesOfAccount(account),
  client: async ({ uuid }, _, context, info) =>
    reported(context, info, context.clients.byRef(await context.clients.refOfAccount(uuid))),
  createdAt: ({ wire }) => wire.instant('created_at'),
  updatedAt: ({ wire }) => wire.instant('updated_at'),
  sources: ({ uuid }) => [{ system: 'PLANNR', id: uuid }],
};

export const Circle: Partial<CircleResolvers> = {
  id: ({ uuid }) => globalId('Circle', 'PLANNR', uuid),
  name: ({ wire }) => wire.text('name'),
  members: (circle, _, { accounts }) => accounts.members(circle),
  updatedAt: ({ wire }) => wire.instant('updated_at'),
  sources: ({ uuid }) => [{ system: 'PLANNR', id: uuid }],
};

export const CircleMember: Partial<CircleMemberResolvers> = {
  client: ({ ref }, _, context, info) => reported(context, info, context.clients.byRef(ref)),
};

export const ExternalReference: ExternalReferenceResolvers = {
  thirdParty: (wire) => wire.text('third_party'),
  reference: (wire) => wire.text('reference'),
};

export const Plan: Partial<PlanResolvers> = {
  externalReferences: ({ plannr }) => plannr?.children('external_references') ?? null,
};

export const nodes: Record<string, ReadNode> = {
  Account: (id, { accounts }) => accounts.account(part(id)),
  Circle: (id, { accounts }) => accounts.circle(part(id)),
};
