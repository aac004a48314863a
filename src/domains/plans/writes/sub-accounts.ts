import type { WritingOperation } from '../../../sources/index.ts';
import type { Plannr } from '../../../sources/plannr/index.ts';
import { Refused, type UserFault } from '../../shared/user-errors.ts';

/** A valuation, the plan of which is given by Plannr's id. */
interface Valued {
  readonly planId: string;
  readonly subAccountId?: string | null | undefined;
}

/**
 * Sees to it that each sub-account is one of its plan, as Plannr has it now: through another plan's a caller could write to what they may not see.
 * Costs a read of the plans that are concerned, and nothing where no sub-account is given.
 * @param valuations of plans that the caller may see, in the order of the input
 * @throws Refused with each place where it is none; UpstreamError where it can't be known
 */
export async function checkSubAccounts(
  operation: WritingOperation,
  { plans }: Plannr,
  valuations: readonly Valued[],
): Promise<void> {
  const given = valuations.map(({ planId, subAccountId }, index) => ({ planId, subAccountId, index }));
  const named = given.filter(({ subAccountId }) => subAccountId != null);
  if (named.length === 0) return;
  const { groups, failed } = await plans.byIds(
    operation,
    [...new Set(named.map(({ planId }) => planId))],
    ['sub_accounts'],
  );
  for (const failure of failed.values()) throw failure;
  const known = new Map(
    [...groups].map(([uuid, [plan]]) => [
      uuid,
      new Set(plan?.children('sub_accounts').map((account) => account.text('uuid'))),
    ]),
  );
  const faults = named.flatMap(({ planId, subAccountId, index }): UserFault[] =>
    known.get(planId)?.has(subAccountId ?? null)
      ? []
      : [
          {
            message: 'This is no sub-account of the plan in Plannr.',
            path: ['input', 'valuations', String(index), 'subAccountId'],
            code: 'UNKNOWN_REFERENCE',
          },
        ],
  );
  if (faults.length > 0) throw new Refused(...faults);
}
