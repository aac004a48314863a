import { SYSTEMS } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import { PLANNR_TYPES, type PlanStatus, type PlanType } from '../shared/plan.ts';
import type { PlanRecords } from '../shared/records.ts';

export type { PlanStatus, PlanType } from '../shared/plan.ts';

/** What a Dynamic Planner type comes to: its type in the graph, finer by sub-type, and the Plannr types that the same policy may have. */
interface FinanceType {
  readonly type: PlanType;
  readonly bySubType?: readonly { readonly pattern: RegExp; readonly type: PlanType }[];
  readonly goesWith: readonly string[];
}

const FINANCE_TYPES: Readonly<Record<string, FinanceType>> = {
  investment: { type: 'INVESTMENT', goesWith: ['investment', 'cash_account', 'annuity'] },
  pension: { type: 'PENSION', goesWith: ['pension', 'annuity'] },
  protection: { type: 'PROTECTION_POLICY', goesWith: ['protection_policy', 'group_protection', 'general_insurance'] },
  asset: {
    type: 'FIXED_ASSET',
    bySubType: [{ pattern: /cash|saving|current_account|bank/, type: 'CASH_ACCOUNT' }],
    goesWith: ['fixed_asset', 'cash_account', 'investment'],
  },
  liability: {
    type: 'LOAN_CREDIT',
    bySubType: [{ pattern: /mortgage/, type: 'MORTGAGE' }],
    goesWith: ['mortgage', 'loan_credit'],
  },
};

/** Plans that go by a name of their own, by type. */
export const KINDS = {
  assets: ['FIXED_ASSET', 'CASH_ACCOUNT'],
  liabilities: ['MORTGAGE', 'LOAN_CREDIT'],
  protections: ['PROTECTION_POLICY', 'GROUP_PROTECTION', 'GENERAL_INSURANCE'],
} as const satisfies Record<string, readonly PlanType[]>;

const STATUSES: ReadonlySet<string> = new Set(['active', 'inactive', 'proposed']);
const KNOWN_TYPES: ReadonlySet<string> = new Set(PLANNR_TYPES);

/** The record that speaks for the plan: Dynamic Planner's where there is one. */
export function leading({ finance, plannr }: PlanRecords): Wire {
  const wire = finance ?? plannr;
  if (wire === null) throw new TypeError('a plan without a record');
  return wire;
}

/** A field of whichever platform has it, Dynamic Planner first. */
export function either<T>(
  plan: PlanRecords,
  read: (wire: Wire, system: (typeof SYSTEMS)[number]) => T | null,
): T | null {
  for (const system of SYSTEMS) {
    const wire = system === 'DYNAMIC_PLANNER' ? plan.finance : plan.plannr;
    const value = wire === null ? null : read(wire, system);
    if (value !== null) return value;
  }
  return null;
}

export const rawTypeOf = (plan: PlanRecords): string => leading(plan).text('type') ?? 'unknown';
export const subTypeOf = (plan: PlanRecords): string | null =>
  either(plan, (wire, system) => wire.text(system === 'DYNAMIC_PLANNER' ? 'subType' : 'sub_type'));

/** The graph's type; UNKNOWN for what this gateway does not know. */
export function typeOf(plan: PlanRecords): PlanType {
  const raw = rawTypeOf(plan);
  if (plan.finance === null) return KNOWN_TYPES.has(raw) ? (raw.toUpperCase() as PlanType) : 'UNKNOWN';
  const row = Object.hasOwn(FINANCE_TYPES, raw) ? FINANCE_TYPES[raw] : undefined;
  const subType = plan.finance.text('subType') ?? '';
  return row?.bySubType?.find(({ pattern }) => pattern.test(subType))?.type ?? row?.type ?? 'UNKNOWN';
}

export const rawStatusOf = (plan: PlanRecords): string | null => either(plan, (wire) => wire.text('status'));

/** The status in one platform's record, or in both. */
export function statusOf(plan: PlanRecords): PlanStatus {
  const raw = rawStatusOf(plan);
  if (raw === null) return 'ACTIVE';
  return STATUSES.has(raw) ? (raw.toUpperCase() as PlanStatus) : 'UNKNOWN';
}

/** Whether a finance and a plan of these types can be one policy. */
export function goTogether(finance: Wire, plannr: Wire): boolean {
  const type = String(finance.item.type);
  const row = Object.hasOwn(FINANCE_TYPES, type) ? FINANCE_TYPES[type] : undefined;
  return row?.goesWith.includes(String(plannr.item.type)) ?? false;
}

/** Whether what it is worth is owed rather than owned. */
export function isLiability(plan: PlanRecords): boolean {
  const type = typeOf(plan);
  return (
    type === 'MORTGAGE' ||
    type === 'LOAN_CREDIT' ||
    (type === 'UNKNOWN' && plan.plannr?.text('abstract_type') === 'liability')
  );
}
