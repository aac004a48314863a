import type { GlobalId, Ref } from '../../platform/relay/ids.ts';
import type { Wire } from '../../platform/wire.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf } from '../shared/dynamic-planner.ts';
import { type FinanceTargetNeeds, financeIdOf, financeNow, isWhollyVisible } from '../shared/finance-target.ts';
import { assertInScope } from '../shared/in-scope.ts';
import { bodyOf, type FieldsOf } from '../shared/input-fields.ts';
import type { PlanRecords } from '../shared/records.ts';
import { idAt, type TargetInput, targetOf } from '../shared/target.ts';
import { type MoneyInput, pounds } from '../shared/to-platform.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import type { WrittenValuation } from './model.ts';

/** What a plan was worth on a day, as it is to be written: what is absent stays as it is. */
export interface ValuationRecordInput extends TargetInput {
  readonly planId: string;
  readonly valuedOn?: string | null | undefined;
  readonly value?: MoneyInput | null | undefined;
}

/** Where the fields of a valuation stand in Dynamic Planner (designed, unverified). */
const VALUATION_FIELDS = { valuedOn: { to: 'valuedOn' }, value: pounds('value') } satisfies FieldsOf<
  Omit<ValuationRecordInput, keyof TargetInput | 'planId'>
>;

/** What writing a valuation needs of the domains. */
export interface ValuationWriteNeeds extends FinanceTargetNeeds {
  readonly organisation: { visibility(): Promise<{ readonly everything: boolean }> };
  readonly valuations: { get(plan: PlanRecords, ref: Ref): Promise<object | null> };
}

/** Writes of Dynamic Planner's valuations. */
export function write(operation: WritingOperation, _kept: unknown, needs: ValuationWriteNeeds) {
  const plan = ['input', 'planId'];

  /** The id of a valuation that Dynamic Planner has of a finance; null where there is none. */
  const valuationOf = async (finance: Wire, { system, parts: [of, id = ''] }: GlobalId): Promise<string | null> => {
    if (system !== 'DYNAMIC_PLANNER' || of !== finance.item.id) return null;
    const found = await needs.valuations.get({ finance, plannr: null }, { system, id });
    return found === null ? null : id;
  };

  const record = async (input: ValuationRecordInput) => {
    const { finances } = dynamicPlannerOf(operation);
    const planId = await financeIdOf(needs, plan, idAt(plan, input.planId, ['Plan']));
    const target = targetOf(operation.caller, input, {
      types: ['Valuation'],
      parts: 2,
      kind: `valuation of ${planId ?? ''}`,
    });
    const [{ everything }, finance] = await Promise.all([
      needs.organisation.visibility(),
      planId === null ? null : financeNow(operation, needs, plan, planId),
    ]);
    assertInScope(everything, [{ path: plan, what: 'plan', isVisible: isWhollyVisible(finance) }]);
    if (finance === null || planId === null) throw new TypeError('what is not there was let through');
    const id = 'made' in target ? target.made : await valuationOf(finance.wire, target.given);
    assertInScope(everything, [{ path: ['input', 'id'], what: 'valuation of this plan', isVisible: id !== null }]);
    if (id === null) throw new TypeError('what is not there was let through');
    const body = bodyOf(VALUATION_FIELDS, input, 'input');
    const clientIds = finance.owners.flatMap((person) => person.id ?? []);
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'valuation', id, clientIds, planId },
      () => finances.putValuation(operation, { of: planId, id }, body),
    );
    return { done: { plan: { system: 'DYNAMIC_PLANNER', id: planId } as const, id }, changes };
  };

  return {
    /** Records a valuation, or changes what is given of one. @throws CodedError FORBIDDEN, UpstreamError */
    record: (input: ValuationRecordInput): Promise<Outcome<WrittenValuation>> =>
      outcomeOf(() => record(input), VALUATION_FIELDS, 'input'),
  };
}
