import type { ClientResolvers } from '../../src/generated/graphql.ts';

export const Client: Partial<ClientResolvers> = {
  adviser: ({ system, wire }, _, { organisation }) => {
    const id = system === 'DYNAMIC_PLANNER' ? wire.text('adviserId') : null;
    return id === null ? null : organisation.employee(id);
  },
  organisationUnit: ({ system, wire }, _, { organisation }) => {
    const id = system === 'DYNAMIC_PLANNER' ? wire.text('organisationUnitId') : null;
    return id === null ? null : organisation.unit(id);
  },
};
