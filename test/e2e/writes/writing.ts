import { randomUUID } from 'node:crypto';
import { operation } from '../../operations/operation.ts';
import { globalId } from '../cache-book.ts';
import type { House, Reply } from '../harness.ts';

export { globalId };

/** What of a reply the tests of writes look at. */
export interface Payload {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's.
  [field: string]: any;
  changes: { system: string; resource: string; id: string }[];
  userErrors: { message: string; path: string[] | null; code: string }[];
}

export interface Written {
  readonly reply: Reply;
  /** Null where the field itself failed. */
  readonly payload: Payload | null;
}

/** Runs one of the operations of `test/operations` with other variables. */
export async function run(
  house: House,
  name: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Written> {
  const reply = await house.ask(operation(name).query, variables, headers);
  return { reply, payload: reply.data?.[name] ?? null };
}

/** The same for what must succeed. */
export async function done(
  house: House,
  name: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Payload> {
  const { reply, payload } = await run(house, name, variables, headers);
  if (payload === null || reply.errors !== undefined || payload.userErrors.length > 0)
    throw new Error(`${name}: ${reply.text}`);
  return payload;
}

/** Writes that went to the platforms since the last `clear`. */
export const writesOf = (house: House): string[] =>
  house
    .calls()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);

/** A new person, in a unit. */
export const person = (unitId: string | undefined, more: object = {}) => ({
  input: {
    idempotencyKey: randomUUID(),
    firstName: 'Nell',
    lastName: 'Gwyn',
    dateOfBirth: '1970-02-02',
    organisationUnitId: globalId('OrganisationUnit', unitId),
    ...more,
  },
});

export const ALL_SCOPES = 'clients:read clients:write personal:read plans:read plans:write';
