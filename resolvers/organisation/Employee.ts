import type { EmployeeResolvers, LicenceResolvers } from '../../src/generated/graphql.ts';
import { globalId } from '../../src/platform/relay/ids.ts';
import { orElse } from '../shared/report.ts';

const NAMELESS = '(no name)';

export const Employee: Partial<EmployeeResolvers> = {
  id: ({ id }) => globalId('Employee', 'DYNAMIC_PLANNER', id),
  displayName: ({ wire }, _, context, info) =>
    orElse(context, info, NAMELESS, () => [wire.text('firstName'), wire.text('lastName')].filter(Boolean).join(' ')) ||
    NAMELESS,
  firstName: ({ wire }) => wire.text('firstName'),
  lastName: ({ wire }) => wire.text('lastName'),
  email: ({ wire }) => wire.text('email'),
  role: ({ wire }) => wire.text('role'),
  organisationUnits: async ({ wire }, _, { organisation }) => {
    const units = await Promise.all(wire.texts('organisationUnitIds').map((id) => organisation.unit(id)));
    return units.filter((unit) => unit !== null);
  },
  licences: ({ wire }, _, context, info) => orElse(context, info, [], () => wire.children('licences')),
  sources: ({ id }) => [{ system: 'DYNAMIC_PLANNER', id }],
};

export const Licence: LicenceResolvers = {
  product: (wire, _, context, info) => orElse(context, info, null, () => wire.text('product')) ?? 'unknown',
  isActive: (wire) => wire.flag('active'),
  expiresOn: (wire) => wire.date('expiresOn'),
};
