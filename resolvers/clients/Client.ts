import type { ClientResolvers } from '../../src/generated/graphql.ts';
import { upstreamErrorOf } from '../../src/platform/errors.ts';
import { globalId, type Ref } from '../../src/platform/relay/ids.ts';
import { orElse } from '../shared/report.ts';

const NAMELESS = { title: null, first: null, middle: null, last: null, full: '(no name)' };

export const Client: Partial<ClientResolvers> = {
  id: ({ ref }) => globalId('Client', ref.system, ref.id),
  displayName: (client, _, context, info) =>
    orElse(context, info, NAMELESS.full, () => context.clients.fields.displayName(client)),
  name: (client, _, context, info) => orElse(context, info, NAMELESS, () => context.clients.fields.name(client)),
  dateOfBirth: (client, _, { clients }) => clients.fields.birthDate(client),
  status: (client, _, { clients }) => clients.fields.status(client),
  rawStatus: (client, _, { clients }) => clients.fields.rawStatus(client),
  emails: (client, _, context, info) => orElse(context, info, [], () => context.clients.fields.emails(client)),
  phones: (client, _, context, info) => orElse(context, info, [], () => context.clients.fields.phones(client)),
  addresses: (client, _, context, info) => orElse(context, info, [], () => context.clients.fields.addresses(client)),
  createdAt: (client, _, { clients }) => clients.fields.createdAt(client),
  updatedAt: (client, _, { clients }) => clients.fields.updatedAt(client),
  async sources({ ref }, _, context, info) {
    if (ref.system === 'PLANNR') return [ref];
    try {
      const accounts = await context.clients.accountsOf(ref);
      return [ref, ...accounts.map((id): Ref => ({ system: 'PLANNR', id }))];
    } catch (error) {
      context.report(info, upstreamErrorOf(error));
      return [ref];
    }
  },
};
