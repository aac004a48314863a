import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import type { AddressModel, ClientModel, EmailModel, PersonNameModel, PhoneModel } from './model.ts';
import { type ClientStatus, statusOf } from './status.ts';

/** Where the fields of a client stand in a platform's record. */
interface Dialect {
  readonly birthDate: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly name: (wire: Wire) => Omit<PersonNameModel, 'full'> & { whole: string | null };
  readonly emails: (wire: Wire) => EmailModel[];
  readonly phones: (wire: Wire) => PhoneModel[];
  readonly addresses: (wire: Wire) => AddressModel[];
}

const DIALECTS: Record<System, Dialect> = {
  DYNAMIC_PLANNER: {
    birthDate: 'dateOfBirth',
    createdAt: 'createdAt',
    updatedAt: 'updatedAt',
    name: (wire) => ({
      title: wire.text('title'),
      first: wire.text('firstName'),
      middle: wire.text('middleNames'),
      last: wire.text('lastName'),
      whole: null,
    }),
    emails: (wire) =>
      wire.children('emails').flatMap((entry) => {
        const address = entry.text('address');
        return address === null ? [] : [{ address, type: entry.text('type'), isPrimary: entry.flag('isPrimary') }];
      }),
    phones: (wire) =>
      wire.children('phones').flatMap((entry) => {
        const number = entry.text('number');
        return number === null ? [] : [{ number, type: entry.text('type'), isPrimary: entry.flag('isPrimary') }];
      }),
    addresses: (wire) =>
      wire.children('addresses').map((entry) => ({
        ...address(entry, ['line1', 'line2', 'line3', 'line4'], 'town'),
        type: entry.text('type'),
        isPrimary: entry.flag('isPrimary'),
      })),
  },
  PLANNR: {
    birthDate: 'date_of_birth',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    name: (wire) => ({
      title: wire.text('title'),
      first: wire.text('first_name'),
      middle: wire.text('middle_name'),
      last: wire.text('last_name'),
      whole: wire.text('name'),
    }),
    emails: (wire) => single(wire.text('email'), (value) => ({ address: value, type: null, isPrimary: true })),
    phones: (wire) => single(wire.text('phone'), (value) => ({ number: value, type: null, isPrimary: true })),
    addresses: (wire) =>
      single(wire.child('address'), (entry) => ({
        ...address(entry, ['address_1', 'address_2', 'address_3', 'address_4'], 'town_city'),
        type: entry.text('name'),
        isPrimary: true,
      })),
  },
};

/** The name in its parts; `full` is never empty. */
export function nameOf({ system, wire }: Pick<ClientModel, 'system' | 'wire'>): PersonNameModel {
  const { whole, ...parts } = DIALECTS[system].name(wire);
  const joined = [parts.first, parts.middle, parts.last].filter((part) => part !== null).join(' ');
  return { ...parts, full: joined || whole || '(no name)' };
}

/** The name to show: first and last name, else the whole name, as for a business. */
export function displayNameOf(client: Pick<ClientModel, 'system' | 'wire'>): string {
  const { first, last, whole } = DIALECTS[client.system].name(client.wire);
  return [first, last].filter((part) => part !== null).join(' ') || whole || nameOf(client).full;
}

/** What the graph tells of a client, read from the record of either platform. Each may throw BrokenField. */
export const fields = {
  displayName: displayNameOf,
  name: nameOf,
  birthDate: ({ system, wire }: ClientModel) => wire.date(DIALECTS[system].birthDate),
  createdAt: ({ system, wire }: ClientModel) => wire.instant(DIALECTS[system].createdAt),
  updatedAt: ({ system, wire }: ClientModel) => wire.instant(DIALECTS[system].updatedAt),
  emails: ({ system, wire }: ClientModel) => DIALECTS[system].emails(wire),
  phones: ({ system, wire }: ClientModel) => DIALECTS[system].phones(wire),
  addresses: ({ system, wire }: ClientModel) => DIALECTS[system].addresses(wire),
  rawStatus,
  status: (client: ClientModel): ClientStatus | null => {
    const raw = rawStatus(client);
    return raw === null ? null : statusOf(raw);
  },
};

/** Only Dynamic Planner has a lifecycle status. */
function rawStatus({ system, wire }: ClientModel): string | null {
  return system === 'DYNAMIC_PLANNER' ? wire.text('status') : null;
}

function single<V, T>(value: V | null, make: (value: V) => T): T[] {
  return value === null ? [] : [make(value)];
}

function address(
  entry: Wire,
  lineFields: readonly string[],
  townField: string,
): Omit<AddressModel, 'type' | 'isPrimary'> {
  return {
    lines: lineFields.map((field) => entry.text(field)).filter((line) => line !== null),
    town: entry.text(townField),
    county: entry.text('county'),
    postcode: entry.text('postcode'),
    country: entry.text('country'),
  };
}
