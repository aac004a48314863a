import { globalId } from '../../platform/relay/ids.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf } from '../shared/dynamic-planner.ts';
import { type FinanceTargetNeeds, financeIdOf, financeNow, isWhollyVisible } from '../shared/finance-target.ts';
import { assertInScope } from '../shared/in-scope.ts';
import { bodyOf } from '../shared/input-fields.ts';
import { type Person, personAt } from '../shared/people.ts';
import { checkShares } from '../shared/percentages.ts';
import { idAt, targetOf } from '../shared/target.ts';
import { Refused, required } from '../shared/user-errors.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import { FINANCE_FIELDS, type FinanceOwnerInput, type FinanceUpsertInput } from './fields.ts';
import { FINANCE_ID_TYPES, type WrittenFinance } from './model.ts';

/** Owners of one finance at most: each is looked up. */
const MOST_OWNERS = 100;

/** What writing a finance needs of the domains. */
export interface FinanceWriteNeeds extends FinanceTargetNeeds {
  readonly organisation: { visibility(): Promise<{ readonly everything: boolean }> };
}

/** Writes of Dynamic Planner's finances. What is the same policy in Plannr stays as it is. */
export function write(operation: WritingOperation, _kept: unknown, needs: FinanceWriteNeeds) {
  const owners = ['input', 'owners'];

  const ownersAt = (given: readonly FinanceOwnerInput[] | null | undefined): Promise<Person[]> =>
    Promise.all(
      (given ?? []).map(({ clientId }, index) =>
        personAt(needs.clients, [...owners, String(index), 'clientId'], clientId),
      ),
    );

  const upsert = async (input: FinanceUpsertInput) => {
    const { finances } = dynamicPlannerOf(operation);
    if ((input.owners?.length ?? 0) > MOST_OWNERS)
      throw new Refused({
        message: `At most ${MOST_OWNERS} owners are allowed.`,
        path: owners,
        code: 'BAD_USER_INPUT',
      });
    checkShares(input.owners ?? [], owners);
    const target = targetOf(operation.caller, input, { types: FINANCE_ID_TYPES, kind: 'finance' });
    const isNew = 'made' in target;
    const place = ['input', isNew ? 'idempotencyKey' : 'id'];
    const id = isNew ? target.made : await financeIdOf(needs, place, target.given);
    const [{ everything }, before, after] = await Promise.all([
      needs.organisation.visibility(),
      id === null ? null : financeNow(operation, needs, place, id),
      ownersAt(input.owners),
    ]);
    assertInScope(everything, [
      { path: place, what: 'finance', isVisible: before === null ? isNew : isWhollyVisible(before) },
      ...after,
    ]);
    if (input.owners === null || input.owners?.length === 0 || (before === null && input.owners === undefined))
      throw required(owners, 'a finance belongs to someone.');
    const body = bodyOf(FINANCE_FIELDS, withIds(input, after), 'input');
    const known = id ?? '';
    const held = before?.owners ?? [];
    const clientIds = [...new Set([...held, ...after].flatMap((person) => person.id ?? []))];
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'finance', id: known, clientIds, planId: known },
      () => finances.putFinance(operation, known, body),
    );
    const type = String(body.type ?? before?.wire.item.type);
    const ownerIds = (after.length > 0 ? after : held).flatMap((person) => person.id ?? []);
    return { done: { id: known, type, ownerIds } satisfies WrittenFinance, changes };
  };

  const remove = async (given: string) => {
    const { finances } = dynamicPlannerOf(operation);
    const id = await financeIdOf(needs, ['id'], idAt(['id'], given, FINANCE_ID_TYPES));
    const before = id === null ? null : await financeNow(operation, needs, ['id'], id);
    const { everything } = await needs.organisation.visibility();
    // A finance of Plannr's name that is not found may be hidden; one of Dynamic Planner's own is gone.
    if (id !== null && before === null) return { done: given, changes: [] };
    assertInScope(everything, [{ path: ['id'], what: 'finance', isVisible: isWhollyVisible(before) }]);
    const known = id ?? '';
    const clientIds = (before?.owners ?? []).flatMap((person) => person.id ?? []);
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'finance', id: known, clientIds, planId: known },
      () => finances.deleteFinance(operation, known),
    );
    return { done: given, changes };
  };

  return {
    /** Makes a finance, or changes what is given of one. @throws CodedError FORBIDDEN, UpstreamError */
    upsert: (input: FinanceUpsertInput): Promise<Outcome<WrittenFinance>> =>
      outcomeOf(() => upsert(input), FINANCE_FIELDS, 'input'),

    /** Deletes a finance and its valuations. @throws CodedError FORBIDDEN, UpstreamError */
    remove: (id: string): Promise<Outcome<string>> => outcomeOf(() => remove(id), {}, 'id'),
  };
}

/** The input with its owners named as Dynamic Planner names them, whichever platform's ids were given. */
function withIds(input: FinanceUpsertInput, people: readonly Person[]): FinanceUpsertInput {
  if (input.owners == null) return input;
  const owners = input.owners.map((owner, index) => ({
    ...owner,
    clientId: globalId('Client', 'DYNAMIC_PLANNER', people[index]?.id ?? ''),
  }));
  return { ...input, owners };
}
