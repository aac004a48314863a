import type { Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf, oneOf } from '../shared/dynamic-planner.ts';
import { assertInScope, type Reference } from '../shared/in-scope.ts';
import { bodyOf, type FieldsOf } from '../shared/input-fields.ts';
import { dynamicPlannerPerson, type People } from '../shared/people.ts';
import { type TargetInput, targetOf } from '../shared/target.ts';
import { idOf, words } from '../shared/to-platform.ts';
import { required } from '../shared/user-errors.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import type { Visible } from './list.ts';
import type { ClientStatus } from './status.ts';

type Text = string | null | undefined;

/** A person as it is to be written, as GraphQL gives it: what is absent stays as it is. */
export interface ClientUpsertInput extends TargetInput {
  readonly title?: Text;
  readonly firstName?: Text;
  readonly middleNames?: Text;
  readonly lastName?: Text;
  readonly dateOfBirth?: Text;
  readonly gender?: Text;
  readonly status?: Exclude<ClientStatus, 'UNKNOWN'> | null | undefined;
  readonly organisationUnitId?: Text;
  readonly adviserId?: Text;
  readonly emails?: readonly object[] | null | undefined;
  readonly phones?: readonly object[] | null | undefined;
  readonly addresses?: readonly object[] | null | undefined;
}

const same = (name: string) => ({ to: name });
const KIND_OF_CONTACT = { type: same('type'), isPrimary: same('isPrimary') };

/** Where the fields of a person stand in Dynamic Planner (designed, unverified). */
export const CLIENT_FIELDS = {
  title: same('title'),
  firstName: same('firstName'),
  middleNames: same('middleNames'),
  lastName: same('lastName'),
  dateOfBirth: same('dateOfBirth'),
  gender: same('gender'),
  status: words('status'),
  organisationUnitId: idOf('OrganisationUnit', 'organisationUnitId'),
  adviserId: idOf('Employee', 'adviserId'),
  emails: { to: 'emails', of: { address: same('address'), ...KIND_OF_CONTACT } },
  phones: { to: 'phones', of: { number: same('number'), ...KIND_OF_CONTACT } },
  addresses: {
    to: 'addresses',
    of: {
      ...Object.fromEntries(
        ['line1', 'line2', 'line3', 'line4', 'town', 'county', 'postcode', 'country'].map((name) => [name, same(name)]),
      ),
      ...KIND_OF_CONTACT,
    },
  },
} satisfies FieldsOf<Omit<ClientUpsertInput, keyof TargetInput>>;

/** What writing a person needs of the other domains. */
export interface ClientWriteNeeds {
  readonly clients: People;
  readonly organisation: {
    visibility(): Promise<Visible>;
    unit(id: string): Promise<object | null>;
    visibleEmployee(id: string): Promise<object | null>;
  };
}

/** Writes of people: to Dynamic Planner, which alone says what unit someone belongs to. */
export function write(operation: WritingOperation, _kept: unknown, { clients, organisation }: ClientWriteNeeds) {
  return {
    /** Makes a person, or changes what is given of one. @throws CodedError FORBIDDEN, UpstreamError */
    upsert: (input: ClientUpsertInput): Promise<Outcome<Ref>> =>
      outcomeOf(
        async () => {
          const { crm } = dynamicPlannerOf(operation);
          const target = targetOf(operation.caller, input, { types: ['Client'], kind: 'client' });
          const body = bodyOf(CLIENT_FIELDS, input, 'input');
          const isNew = 'made' in target;
          const id = isNew ? target.made : await dynamicPlannerPerson(clients, ['input', 'id'], target.given);
          const [visible, before] = await Promise.all([
            organisation.visibility(),
            id === null ? null : oneOf(operation, id, () => crm.clients(operation, [id])),
          ]);
          const unitId = body.organisationUnitId;
          const seesAll = visible.everything || visible.byPlatform;
          if (unitId === null || (unitId === undefined && before === null && isNew && !seesAll))
            throw required(['input', 'organisationUnitId'], 'it says who may see the person.');
          const isKnown = before === null ? isNew : visible.includes(before.text('organisationUnitId'));
          assertInScope(visible.everything, [
            { path: ['input', isNew ? 'idempotencyKey' : 'id'], what: 'client', isVisible: isKnown },
            ...(await Promise.all([...unit(unitId), ...advisers(body.adviserId, before)])),
          ]);
          // Without an id it was not let through.
          const known = id ?? '';
          const changes = await written(
            operation,
            { system: 'DYNAMIC_PLANNER', resource: 'client', id: known, clientIds: [known] },
            () => crm.putClient(operation, known, body),
          );
          return { done: { system: 'DYNAMIC_PLANNER', id: known }, changes };
        },
        CLIENT_FIELDS,
        'input',
      ),
  };

  function unit(id: unknown): Promise<Reference>[] {
    if (typeof id !== 'string') return [];
    const path = ['input', 'organisationUnitId'];
    return [organisation.unit(id).then((found) => ({ path, what: 'organisation unit', isVisible: found !== null }))];
  }

  /** The adviser who is to be, and the one who is to be no longer. */
  function advisers(id: unknown, before: Wire | null): Promise<Reference>[] {
    if (id === undefined) return [];
    const ids = [id, before?.text('adviserId')].filter((one) => typeof one === 'string');
    return [...new Set(ids)].map(async (one) => ({
      path: ['input', 'adviserId'],
      what: 'employee',
      isVisible: (await organisation.visibleEmployee(one)) !== null,
    }));
  }
}
