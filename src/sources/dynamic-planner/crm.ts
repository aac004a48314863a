import { randomUUID } from 'node:crypto';
import type { CallScope } from '../../platform/operation.ts';
import type { Stretch } from '../../platform/paging/pages.ts';
import type { Wire } from '../../platform/wire.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** A filter of the list of clients, each part under the name that its parameter has in the contract. */
export interface ClientListFilter {
  /** Matched exactly, without the units below (designed, unverified). */
  readonly organisationUnitIds?: readonly string[] | undefined;
  readonly status?: string | undefined;
  readonly adviserIds?: readonly string[] | undefined;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth?: string | undefined;
  /** An instant (RFC 3339); what changed at that moment belongs to it. */
  readonly updatedSince?: string | undefined;
}

/** Pages of a whole list under way at once. */
const PAGES_IN_FLIGHT = 8;

/** Clients, relationships, organisation units and employees. */
export function crm(reader: DynamicPlannerReader) {
  const { parameters } = reader.contract;
  const partsOf = (filter: ClientListFilter) =>
    Object.entries(filter).map(([name, value]) => ({ parameter: parameters[name as keyof ClientListFilter], value }));
  return {
    /** Whether the platform applies all of a filter itself: it does not where a part has no parameter in the contract. */
    applies: (filter: ClientListFilter): boolean =>
      partsOf(filter).every(({ parameter, value }) => parameter !== null || value === undefined),

    /** Clients by id, in no order. */
    clients: (scope: CallScope, ids: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'clients', ids, { perId: 1 }),

    /** A window of the list of clients, as sent. Parts of the filter that have no parameter are for the caller to apply. */
    clientWindow: (
      scope: CallScope,
      filter: ClientListFilter,
      offset: number,
      count: number,
    ): Promise<Stretch<unknown>> =>
      reader.window(
        scope,
        'clients',
        Object.fromEntries(
          partsOf(filter).flatMap(({ parameter, value }) => (parameter === null ? [] : [[parameter, value]])),
        ),
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

    /** The relationship of each of these clients with nobody else, which the platform makes by itself. */
    selfRelationships: (scope: CallScope, clientIds: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'selfRelationships', clientIds, { parameter: 'clientIds' }),

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
