import { decimalOf, type Money } from '../../platform/money.ts';
import { SYSTEMS, type System } from '../../platform/system.ts';
import { currencyOf, type PlanRecords } from '../shared/records.ts';
import { newestValuations } from '../shared/valuation.ts';
import type { DiscrepancyModel, PlanModel, PlanOwnerModel } from './model.ts';
import { either } from './types.ts';

/** What one platform says a plan is worth, and of which day that is. */
interface Figure {
  readonly system: System;
  readonly value: Money;
  readonly on: string | null;
}

/** Each platform's figure. What is owed counts positive here. @throws BrokenField */
export function figuresOf(plan: PlanRecords): Figure[] {
  const { finance, plannr } = plan;
  const valuations = newestValuations(plan);
  const found: Figure[] = [];
  const of = (system: System) => valuations.find((valuation) => valuation.system === system);
  if (finance !== null) {
    const currency = currencyOf(finance);
    const valuation = of('DYNAMIC_PLANNER');
    const plain = finance.pounds('value', currency) ?? finance.pounds('outstandingBalance', currency);
    const on = finance.date('valuedOn');
    if (valuation !== undefined && (plain === null || valuation.valuedOn >= (on ?? '')))
      found.push({ system: 'DYNAMIC_PLANNER', value: valuation.value, on: valuation.valuedOn });
    else if (plain !== null) found.push({ system: 'DYNAMIC_PLANNER', value: plain, on });
  }
  if (plannr !== null) {
    const valuation = of('PLANNR');
    const value = plannr.pennies('value') ?? valuation?.value ?? null;
    if (value !== null) found.push({ system: 'PLANNR', value, on: valuation?.valuedOn ?? null });
  }
  return found;
}

/** The newest-dated figure, Dynamic Planner's on a tie; one without a date counts as the oldest. */
export function currentValueOf(plan: PlanRecords): Money | null {
  const [first, second] = figuresOf(plan);
  if (first === undefined) return null;
  return second !== undefined && (second.on ?? '') > (first.on ?? '') ? second.value : first.value;
}

/** What is compared where both platforms hold a plan, each as text. */
const COMPARED: readonly {
  field: string;
  read: (plan: PlanModel, system: System) => string | null;
  /** What two values must have in common to be the same; by default the text. */
  key?: (text: string, plan: PlanModel, system: System) => string;
}[] = [
  {
    field: 'currentValue',
    read: (plan, system) => {
      const figure = figuresOf(plan).find((entry) => entry.system === system);
      return figure === undefined ? null : `${decimalOf(figure.value)} ${figure.value.currency}`;
    },
  },
  { field: 'status', read: (plan, system) => recordOf(plan, system)?.text('status') ?? null },
  {
    field: 'owners',
    read: (plan, system) => percentagesOf(plan.ownersBySystem[system]),
    key: (text, plan, system) => `${inOrder(plan.ownersBySystem[system] ?? []).map(({ ref }) => ref.id)} ${text}`,
  },
  {
    field: 'provider',
    read: (plan, system) => recordOf(plan, system)?.child('provider')?.text('name') ?? null,
    key: (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''),
  },
  {
    field: 'openedOn',
    read: (plan, system) =>
      recordOf(plan, system)?.date(system === 'DYNAMIC_PLANNER' ? 'openedOn' : 'opened_at') ?? null,
  },
];

/** Where the platforms disagree; a value that one of them lacks is no disagreement. @throws BrokenField */
export function discrepanciesOf(plan: PlanModel): DiscrepancyModel[] {
  if (plan.finance === null || plan.plannr === null) return [];
  return COMPARED.flatMap(({ field, read, key = (text) => text }) => {
    const values = SYSTEMS.map((system) => ({ system, value: read(plan, system) }));
    const keys = values.flatMap(({ system, value }) => (value === null ? [] : [key(value, plan, system)]));
    return new Set(keys).size > 1 ? [{ field, values }] : [];
  });
}

/** When the record was last changed in either platform. */
export function updatedAtOf({ finance, plannr }: PlanRecords): string | null {
  const instants = [finance?.instant('updatedAt') ?? null, plannr?.instant('updated_at') ?? null];
  return (
    instants
      .filter((instant) => instant !== null)
      .sort()
      .at(-1) ?? null
  );
}

/** The number of the policy as a platform writes it. */
export const policyNumberOf = (plan: PlanRecords): string | null =>
  either(plan, (wire, system) => wire.text(system === 'DYNAMIC_PLANNER' ? 'reference' : 'policy_number'));

function recordOf(plan: PlanRecords, system: System) {
  return system === 'DYNAMIC_PLANNER' ? plan.finance : plan.plannr;
}

function inOrder(owners: readonly PlanOwnerModel[]): PlanOwnerModel[] {
  return owners.toSorted((a, b) => (a.ref.id < b.ref.id ? -1 : 1));
}

/** Owners as percentages in the order of their ids: who they are may not be visible to whoever reads this. */
function percentagesOf(owners: readonly PlanOwnerModel[] | undefined): string | null {
  if (owners === undefined || owners.length === 0) return null;
  return inOrder(owners)
    .map(({ percentage }) => `${percentage}%`)
    .join(' / ');
}
