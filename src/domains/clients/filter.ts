import { type Caller, holdsScope } from '../../platform/caller.ts';
import { BadInput, CodedError } from '../../platform/errors.ts';
import { folded } from '../../platform/folded.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { parseIdOf } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import { displayNameOf, fields, nameOf } from './fields.ts';
import type { LinkTable } from './link-table.ts';
import type { ClientModel } from './model.ts';
import { type ClientStatus, STATUSES } from './status.ts';

/** Which clients are wanted, as GraphQL gives it. */
export interface ClientFilterInput {
  readonly status?: ClientStatus | null;
  readonly organisationUnitIds?: readonly string[] | null;
  readonly system?: System | null;
  readonly nameContains?: string | null;
  readonly adviserIds?: readonly string[] | null;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth?: string | null;
  /** An instant. */
  readonly updatedSince?: string | null;
}

const MAX_IDS = 200;

/** A checked filter. */
export interface ClientFilter {
  /** Dynamic Planner ids; undefined for any. */
  readonly unitIds: readonly string[] | undefined;
  readonly status: ClientStatus | undefined;
  /** The platform's word for the status; undefined where it has none, so that only we can tell. */
  readonly rawStatus: string | undefined;
  readonly system: System | undefined;
  readonly nameContains: string | undefined;
  /** Dynamic Planner ids; undefined for any. */
  readonly adviserIds: readonly string[] | undefined;
  readonly dateOfBirth: string | undefined;
  readonly updatedSince: string | undefined;
}

/**
 * @throws BadInput for ids that are no organisation units' or employees'
 * @throws CodedError FORBIDDEN for a date of birth where the caller may not read one: by asking for each day it could be found out
 */
export function clientFilter(input: ClientFilterInput, caller: Caller): ClientFilter {
  if (input.dateOfBirth && !holdsScope(caller, 'personal:read'))
    throw new CodedError(
      'FORBIDDEN',
      '`ClientFilter.dateOfBirth` needs the scope `personal:read`, which the caller does not have.',
      { missingScopes: ['personal:read'] },
    );
  const raw = Object.entries(STATUSES).find(([, status]) => status === input.status);
  return {
    unitIds: idsOf('organisationUnitIds', 'OrganisationUnit', input.organisationUnitIds),
    status: input.status ?? undefined,
    rawStatus: raw?.[0],
    system: input.system ?? undefined,
    nameContains: input.nameContains ? folded(input.nameContains) : undefined,
    adviserIds: idsOf('adviserIds', 'Employee', input.adviserIds),
    dateOfBirth: input.dateOfBirth ?? undefined,
    updatedSince: input.updatedSince ?? undefined,
  };
}

function idsOf(field: string, type: string, ids: readonly string[] | null | undefined): string[] | undefined {
  if (ids && ids.length > MAX_IDS)
    throw new BadInput(`\`${field}\` has ${ids.length} ids; at most ${MAX_IDS} are allowed.`);
  return ids?.map((id) => parseIdOf(type, id).parts[0] ?? '');
}

/** Whether anything in the filter is about the record itself, so that someone of Plannr alone has to be read to tell. */
export function looksAtRecord({ nameContains, dateOfBirth, updatedSince }: ClientFilter): boolean {
  return nameContains !== undefined || dateOfBirth !== undefined || updatedSince !== undefined;
}

/** Whether a record is one of those that are looked for: by name, date of birth and last change. @throws BrokenField */
export function recordMatches(client: ClientModel, filter: ClientFilter): boolean {
  const { dateOfBirth, updatedSince } = filter;
  return (
    nameMatches(client, filter) &&
    (dateOfBirth === undefined || fields.birthDate(client) === dateOfBirth) &&
    (updatedSince === undefined || isSince(fields.updatedAt(client), updatedSince))
  );
}

/** Something that no one knows the last change of may have changed. */
function isSince(instant: string | null, since: string): boolean {
  return instant === null || Date.parse(instant) >= Date.parse(since);
}

/** Whether the name holds what is looked for, without regard to case and accents. */
function nameMatches(client: Pick<ClientModel, 'system' | 'wire'>, filter: ClientFilter): boolean {
  if (filter.nameContains === undefined) return true;
  return folded(`${nameOf(client).full}\n${displayNameOf(client)}`).includes(filter.nameContains);
}

/** Whether the person stands in the platform that is asked for. */
export function systemMatches(ref: Ref, filter: ClientFilter, table: LinkTable | null): boolean {
  if (filter.system === undefined || filter.system === ref.system) return true;
  return filter.system === 'PLANNR' && (table?.accountsOf(ref.id).length ?? 0) > 0;
}
