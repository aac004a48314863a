import type { GlobalId, Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf, oneOf } from './dynamic-planner.ts';
import { type People, type Person, personNow } from './people.ts';
import { Refused } from './user-errors.ts';

/** What finding a finance that is to be written needs of the domains. */
export interface FinanceTargetNeeds {
  readonly clients: People;
  readonly plans: { byRef(ref: Ref): Promise<{ readonly finance: Wire | null } | null> };
}

/** A finance that is there, and everyone who owns it. */
export interface FinanceNow {
  readonly wire: Wire;
  readonly owners: readonly Person[];
}

/** Dynamic Planner's id of the finance that a global id names; null where nothing is found. @throws Refused for a plan of Plannr alone */
export async function financeIdOf(
  { plans }: FinanceTargetNeeds,
  path: readonly string[],
  { system, parts: [id = ''] }: GlobalId,
): Promise<string | null> {
  if (system === 'DYNAMIC_PLANNER') return id;
  const plan = await plans.byRef({ system, id });
  if (plan === null) return null;
  if (plan.finance !== null) return String(plan.finance.item.id);
  const message = `\`${path.join('.')}\`: this plan stands in Plannr alone, and not in Dynamic Planner.`;
  throw new Refused({ message, path, code: 'BAD_USER_INPUT' });
}

/**
 * The finance as it is now, of any type; null where there is none.
 * @param path the field of the input that names it, or would replace its owners
 * @throws UpstreamError
 */
export async function financeNow(
  operation: WritingOperation,
  { clients }: FinanceTargetNeeds,
  path: readonly string[],
  id: string,
): Promise<FinanceNow | null> {
  const { finances } = dynamicPlannerOf(operation);
  const wire = await oneOf(operation, id, () => finances.byIds(operation, [id], []));
  if (wire === null) return null;
  const ids = wire.children('owners').flatMap((owner) => owner.text('clientId') ?? []);
  return { wire, owners: await Promise.all(ids.map((one) => personNow(clients, path, one))) };
}

/** Whether a finance is within what a caller may see, as far as writing goes: it has owners, and each is. */
export function isWhollyVisible(finance: FinanceNow | null): boolean {
  return finance !== null && finance.owners.length > 0 && finance.owners.every(({ isVisible }) => isVisible);
}
