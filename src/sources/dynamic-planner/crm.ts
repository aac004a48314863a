import { randomUUID } from 'node:crypto';
import type { CallScope } from '../../platform/operation.ts';
import type { Stretch } from '../../platform/paging/pages.ts';
import type { Wire } from '../../platform/wire.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** The filters that Dynamic Planner applies to its clients itself. */
export interface ClientListFilter {
  /** Matched exactly, without the units below (designed, unverified). */
  readonly organisationUnitIds?: readonly string[] | undefined;
  readonly status?: string | undefined;
}

/** Pages of a whole list under way at once. */
const PAGES_IN_FLIGHT = 8;

/** Clients, relationships, organisation units and employees. */
export function crm(reader: DynamicPlannerReader) {
  const { parameters } = reader.contract;
  return {
    /** Clients by id, in no order. */
    clients: (scope: CallScope, ids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'clients', ids, { perId: 1 }),

    /** A window of the list of clients, as sent. */
    clientWindow: (
      scope: CallScope,
      filter: ClientListFilter,
      offset: number,
      count: number,
    ): Promise<Stretch<unknown>> =>
      reader.window(
        scope,
        'clients',
        { [parameters.organisationUnitIds]: filter.organisationUnitIds, [parameters.status]: filter.status },
        offset,
        count,
      ),

    /**
     * Whether the platform narrows its list of clients to organisation units: asked for a unit that does not exist it must give nobody. A
     * platform ignores in silence a parameter that it does not know, and its total would then betray who is hidden.
     */
    async narrowsToUnits(scope: CallScope): Promise<boolean> {
      const query = { [parameters.organisationUnitIds]: randomUUID() };
      const { items, total } = await reader.window(scope, 'clients', query, 0, 1);
      return items.length === 0 && (total ?? 0) === 0;
    },

    /** The relationships that hold any of these clients. */
    relationships: (scope: CallScope, clientIds: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'relationships', clientIds, { parameter: 'clientIds' }),

    /** Every organisation unit. */
    organisationUnits: (scope: CallScope): Promise<Wire[]> => reader.all(scope, 'organisationUnits'),

    /** Employees by id, in no order. */
    employees: (scope: CallScope, ids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'employees', ids, { perId: 1 }),

    /** Every employee. */
    allEmployees: (scope: CallScope): Promise<Wire[]> => reader.all(scope, 'employees', {}, PAGES_IN_FLIGHT),

    /** A window of the list of employees, as sent. */
    employeeWindow: (scope: CallScope, offset: number, count: number): Promise<Stretch<unknown>> =>
      reader.window(scope, 'employees', {}, offset, count),
  };
}
