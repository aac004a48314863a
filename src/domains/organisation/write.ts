import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf, oneOf } from '../shared/dynamic-planner.ts';
import { assertInScope, type Reference } from '../shared/in-scope.ts';
import { bodyOf, type FieldsOf } from '../shared/input-fields.ts';
import { type TargetInput, targetOf } from '../shared/target.ts';
import { idOf } from '../shared/to-platform.ts';
import { required } from '../shared/user-errors.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import type { Visibility } from './visibility.ts';

type Text = string | null | undefined;

/** An employee as they are to be written, as GraphQL gives it: what is absent stays as it is. */
export interface EmployeeUpsertInput extends TargetInput {
  readonly firstName?: Text;
  readonly lastName?: Text;
  readonly email?: Text;
  readonly role?: Text;
  readonly organisationUnitIds?: readonly string[] | null | undefined;
  readonly licences?: readonly object[] | null | undefined;
}

/** Where the fields of an employee stand in Dynamic Planner (designed, unverified). */
export const EMPLOYEE_FIELDS = {
  firstName: { to: 'firstName' },
  lastName: { to: 'lastName' },
  email: { to: 'email' },
  role: { to: 'role' },
  organisationUnitIds: idOf('OrganisationUnit', 'organisationUnitIds'),
  licences: {
    to: 'licences',
    of: { product: { to: 'product' }, isActive: { to: 'active' }, expiresOn: { to: 'expiresOn' } },
  },
} satisfies FieldsOf<Omit<EmployeeUpsertInput, keyof TargetInput>>;

/** What writing an employee needs of the domains. */
export interface EmployeeWriteNeeds {
  readonly organisation: { visibility(): Promise<Visibility>; unit(id: string): Promise<object | null> };
}

/** Writes of employees. */
export function write(operation: WritingOperation, _kept: unknown, { organisation }: EmployeeWriteNeeds) {
  const units = ['input', 'organisationUnitIds'];

  const upsert = async (input: EmployeeUpsertInput) => {
    const { crm } = dynamicPlannerOf(operation);
    const target = targetOf(operation.caller, input, { types: ['Employee'], kind: 'employee' });
    const body = bodyOf(EMPLOYEE_FIELDS, input, 'input');
    const isNew = 'made' in target;
    const id = isNew ? target.made : (target.given.parts[0] ?? '');
    const [visible, before] = await Promise.all([
      organisation.visibility(),
      oneOf(operation, id, () => crm.employees(operation, [id])),
    ]);
    const seesAll = visible.everything || visible.byPlatform;
    const given = body.organisationUnitIds as readonly string[] | null | undefined;
    const held = before?.texts('organisationUnitIds') ?? [];
    const isKnown = before === null ? isNew : seesAll || held.some(visible.includes);
    assertInScope(visible.everything, [
      { path: ['input', isNew ? 'idempotencyKey' : 'id'], what: 'employee', isVisible: isKnown },
      // A list goes whole: what is not in it any more is changed as well.
      ...(given === undefined ? [] : held.map((one) => reference(units, seesAll || visible.includes(one)))),
      ...(await Promise.all(
        (given ?? []).map(async (one, index) =>
          reference([...units, String(index)], (await organisation.unit(one)) !== null),
        ),
      )),
    ]);
    const after = given === undefined ? held : (given ?? []);
    if (!seesAll && after.length === 0) throw required(units, 'they say who may see the employee.');
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'employee', id, clientIds: [] },
      () => crm.putEmployee(operation, id, body),
    );
    return { done: id, changes };
  };

  return {
    /** Makes an employee, or changes what is given of one. @throws CodedError FORBIDDEN, UpstreamError */
    upsertEmployee: (input: EmployeeUpsertInput): Promise<Outcome<string>> =>
      outcomeOf(() => upsert(input), EMPLOYEE_FIELDS, 'input'),
  };
}

function reference(path: readonly string[], isVisible: boolean): Reference {
  return { path, what: 'organisation unit', isVisible };
}
