import { BadInput } from '../../platform/errors.ts';
import { parseIdOf } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import { policyNumberOf } from './figures.ts';
import type { PlanModel } from './model.ts';
import { normalisedPolicyNumber } from './policy.ts';
import { type PlanStatus, type PlanType, statusOf, typeOf } from './types.ts';

const MAX_CLIENTS = 200;

/** Which plans are wanted, as GraphQL gives it. */
export interface PlanFilterInput {
  readonly clientIds?: readonly string[] | null;
  readonly types?: readonly PlanType[] | null;
  readonly statuses?: readonly PlanStatus[] | null;
  readonly system?: System | null;
  readonly policyNumber?: string | null;
}

/** The client ids of a filter as the platforms know them. @throws BadInput */
export function clientRefs(filter: PlanFilterInput | null): { system: System; id: string }[] | null {
  if (!filter?.clientIds) return null;
  if (filter.clientIds.length > MAX_CLIENTS)
    throw new BadInput(`\`clientIds\` has ${filter.clientIds.length} ids; at most ${MAX_CLIENTS} are allowed.`);
  return filter.clientIds.map((id) => {
    const { system, parts } = parseIdOf('Client', id);
    return { system, id: parts[0] ?? '' };
  });
}

/** A test for everything in the filter but the clients. @throws BadInput */
export function planTest(filter: PlanFilterInput | null): (plan: PlanModel) => boolean {
  const { types, statuses, system, policyNumber } = filter ?? {};
  const number = normalisedPolicyNumber(policyNumber ?? null);
  if (policyNumber != null && number === null)
    throw new BadInput('`policyNumber` needs at least 4 letters or digits, and must not be a placeholder.');
  return (plan) =>
    (!types || types.includes(typeOf(plan))) &&
    (!statuses || statuses.includes(statusOf(plan))) &&
    (!system || (system === 'PLANNR' ? plan.plannr : plan.finance) !== null) &&
    (number === null || normalisedPolicyNumber(policyNumberOf(plan)) === number);
}
