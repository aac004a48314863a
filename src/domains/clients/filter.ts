import { BadInput } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { parseIdOf } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import { displayNameOf, nameOf } from './fields.ts';
import type { LinkTable } from './link-table.ts';
import type { ClientModel } from './model.ts';
import { type ClientStatus, STATUSES } from './status.ts';

/** Which clients are wanted, as GraphQL gives it. */
export interface ClientFilterInput {
  readonly status?: ClientStatus | null;
  readonly organisationUnitIds?: readonly string[] | null;
  readonly system?: System | null;
  readonly nameContains?: string | null;
}

const MAX_UNITS = 200;

/** A checked filter. */
export interface ClientFilter {
  /** Dynamic Planner ids; undefined for any. */
  readonly unitIds: readonly string[] | undefined;
  readonly status: ClientStatus | undefined;
  /** The platform's word for the status; undefined where it has none, so that only we can tell. */
  readonly rawStatus: string | undefined;
  readonly system: System | undefined;
  readonly nameContains: string | undefined;
}

/** @throws BadInput for ids that are no organisation units' */
export function clientFilter(input: ClientFilterInput): ClientFilter {
  const units = input.organisationUnitIds?.length ?? 0;
  if (units > MAX_UNITS)
    throw new BadInput(`\`organisationUnitIds\` has ${units} ids; at most ${MAX_UNITS} are allowed.`);
  const raw = Object.entries(STATUSES).find(([, status]) => status === input.status);
  return {
    unitIds: input.organisationUnitIds?.map((id) => parseIdOf('OrganisationUnit', id).parts[0] ?? ''),
    status: input.status ?? undefined,
    rawStatus: raw?.[0],
    system: input.system ?? undefined,
    nameContains: input.nameContains ? folded(input.nameContains) : undefined,
  };
}

/** Whether the name holds what is looked for, without regard to case and accents. */
export function nameMatches(client: Pick<ClientModel, 'system' | 'wire'>, filter: ClientFilter): boolean {
  if (filter.nameContains === undefined) return true;
  return folded(`${nameOf(client).full}\n${displayNameOf(client)}`).includes(filter.nameContains);
}

/** Whether the person stands in the platform that is asked for. */
export function systemMatches(ref: Ref, filter: ClientFilter, table: LinkTable | null): boolean {
  if (filter.system === undefined || filter.system === ref.system) return true;
  return filter.system === 'PLANNR' && (table?.accountsOf(ref.id).length ?? 0) > 0;
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
