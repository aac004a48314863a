import { answer, type Call, type RouteTable } from '../server/route.ts';
import type { Collection } from '../store/collection.ts';
import { day, each, flag, list, needed, newId, object, optional, orNull, type Rules, readBody, text } from './body.ts';
import type { DpContext } from './context.ts';
import { invalid } from './errors.ts';
import { queryIds } from './query.ts';
import type { DpEmployee } from './wire.ts';

const RULES: Rules = {
  required: ['firstName', 'lastName'],
  checks: {
    firstName: text,
    lastName: text,
    email: orNull(text),
    role: orNull(text),
    organisationUnitIds: list,
    licences: orNull(each(object({ product: needed(text), active: needed(flag), expiresOn: optional(day) }))),
  },
};

/** `/crm/v1/organisation-units` and `/crm/v1/employees`. */
export function organisationRoutes({ store, page }: DpContext): RouteTable {
  return {
    'GET /crm/v1/organisation-units': (call) => page(call, listed(store.organisationUnits, call)),
    'GET /crm/v1/employees': (call) => page(call, listed(store.employees, call)),
    'PUT /crm/v1/employees/{id}': (call) => {
      const id = newId(call);
      const before = store.employees.get(id);
      const body = readBody(call, RULES, before === undefined);
      const units: unknown = body.organisationUnitIds;
      const unknown = Array.isArray(units)
        ? units.findIndex((unit) => typeof unit !== 'string' || !store.organisationUnits.has(unit))
        : -1;
      if (unknown >= 0) throw invalid(`organisationUnitIds[${unknown}]`, 'unknown_reference');
      const employee = { ...(before ?? { id, organisationUnitIds: [] }), ...body } as DpEmployee;
      store.employees.set(id, employee);
      return answer(before === undefined ? 201 : 200, employee);
    },
  };
}

/** All, or those with the ids that were asked for. */
export function listed<T>(items: Collection<T>, call: Call): readonly T[] {
  const ids = queryIds(call, 'ids');
  return ids === null ? items.all() : items.byIds(ids);
}
