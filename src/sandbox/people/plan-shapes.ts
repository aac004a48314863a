import { ABSTRACT_TYPES } from '../plannr/plan-types.ts';
import type { PlannrOwner, PlannrPlan } from '../plannr/wire.ts';
import { dayBack } from './dates.ts';
import { plannrId } from './ids.ts';
import { PROVIDERS, THIRD_PARTIES } from './names.ts';
import { fieldsOf } from './plan-fields.ts';
import { at, type Random } from './random.ts';
import { newestPlanValuation } from './valuations.ts';

interface Shape {
  readonly names: readonly string[];
  readonly subTypes: readonly string[];
}

/** Plausible names and sub-types of each plan type. */
const SHAPES: Readonly<Record<string, Shape>> = {
  annuity: {
    names: ['Lifetime annuity'],
    subTypes: ['lifetime_annuity', 'fixed_term_annuity'],
  },
  cash_account: {
    names: ['Easy access saver', 'Cash ISA'],
    subTypes: ['lifetime_isa_cash', 'cash_isa', 'lifetime isa'],
  },
  fixed_asset: {
    names: ['Main residence', 'Holiday cottage'],
    subTypes: ['main_residence', 'second_home'],
  },
  general_insurance: {
    names: ['Home and contents', 'Car insurance'],
    subTypes: ['buildings_and_contents', 'motor'],
  },
  group_protection: {
    names: ['Group life scheme'],
    subTypes: ['group_life'],
  },
  investment: {
    names: ['Stocks and shares ISA', 'Investment bond', 'General investment account'],
    subTypes: ['stocks_and_shares_isa', 'onshore_bond', 'gia'],
  },
  loan_credit: {
    names: ['Personal loan', 'Credit card'],
    subTypes: ['personal_loan', 'credit_card'],
  },
  mortgage: {
    names: ['Residential mortgage', 'Buy to let mortgage'],
    subTypes: ['residential', 'buy_to_let'],
  },
  pension: {
    names: ['SIPP', 'Workplace pension', 'Personal pension'],
    subTypes: ['sipp', 'workplace', 'personal_pension'],
  },
  protection_policy: {
    names: ['Level term assurance', 'Whole of life'],
    subTypes: ['level_term', 'whole_of_life'],
  },
};

/** A type that the documentation does not know; the platform holds it all the same. */
export const UNKNOWN_PLAN_TYPE = 'annuity_plus';

const UNKNOWN_SHAPE: Shape = { names: ['Annuity Plus'], subTypes: ['annuity_plus_flex'] };

/** What a caller states about a plan that is made up; amounts in pennies. */
export interface PlanDraft {
  readonly type: string;
  readonly owners: PlannrOwner[];
  readonly pence: number;
  readonly policyNumber: string | null;
  readonly currency?: string;
  readonly status?: string;
  readonly subType?: string | null;
  readonly name?: string;
  readonly openedOn?: string;
  readonly provider?: string;
  readonly adviser: string | null;
}

/** Makes the n-th plan. Protection has no value: a zero or null, and no valuations. */
export function makePlan(number: number, draft: PlanDraft, random: Random): PlannrPlan {
  const shape = SHAPES[draft.type] ?? UNKNOWN_SHAPE;
  const abstractType = ABSTRACT_TYPES[draft.type] ?? 'asset';
  const uuid = plannrId('plan', number);
  const latest = newestPlanValuation(number, draft.pence, draft.currency ?? 'GBP');
  const valued = abstractType !== 'protection';
  const status = draft.status ?? 'active';
  const first = draft.owners[0];
  const day = draft.openedOn ?? dayBack(100 + ((number * 53) % 1_900));
  const plan: PlannrPlan = {
    uuid,
    name: draft.name ?? at(shape.names, number),
    type: draft.type,
    sub_type: draft.subType === undefined ? (number % 15 === 8 ? null : at(shape.subTypes, number)) : draft.subType,
    abstract_type: abstractType,
    policy_number: draft.policyNumber,
    proposal_reference: number % 4 === 0 ? `AB${number}` : null,
    status,
    opened_at: number % 10 === 7 ? null : day,
    inactive_at: status === 'inactive' ? dayBack(number % 90) : null,
    inactive_reason: status === 'inactive' ? 'transferred' : null,
    agency_in_your_name: number % 3 !== 0,
    agency_in_your_name_from: number % 3 !== 0 ? day : null,
    originally_sold_by_firm: number % 2 === 0,
    under_advice: true,
    visible_on_client_portal: true,
    include_in_client_valuation: number % 14 !== 13,
    shown_on_circles: false,
    review_date: number % 5 === 1 ? '2027-02-27' : null,
    on_panel: true,
    is_group_scheme: false,
    is_wrap_product: number % 21 === 20,
    provider: providerNamed(draft.provider, number),
    main_account: { uuid: plannrId('mainAccount', number), policy_number: draft.policyNumber },
    value: valued
      ? moneyOfPlan(number, latest.value)
      : number % 2 === 0
        ? null
        : { amount: 0, currency: 'GBP', formatted: '£0.00' },
    created_at: `${day}T17:31:26+00:00`,
    updated_at: `${dayBack(number % 97)}T17:31:26+00:00`,
    client: first === undefined ? null : { uuid: first.account_uuid },
    accounts: draft.owners,
    sub_accounts: number % 9 === 4 ? [{ uuid: plannrId('subAccount', number), name: 'Cash', policy_number: null }] : [],
    seller: draft.adviser === null || number % 6 === 5 ? null : { uuid: draft.adviser },
    active_adviser: draft.adviser === null ? null : { uuid: draft.adviser },
    linked_owners: [],
    wrap: null,
    latest_valuations: valued ? [latest] : [],
    external_references:
      number % 8 === 3 ? [{ reference: `AB${100_000 + number}`, third_party: at(THIRD_PARTIES, number) }] : [],
    fields: number % 9 === 5 ? null : fieldsOf(draft.type, random),
  };
  if (number % 16 === 9) for (const key of ['proposal_reference', 'review_date'] as const) delete plan[key];
  if (number % 12 === 7) Object.assign(plan, { ai_summary: 'A steady plan.', tags: ['legacy'] });
  return plan;
}

/** The latest valuation's amount again, written the other way (integer or text). */
function moneyOfPlan(number: number, value: NonNullable<PlannrPlan['value']>): PlannrPlan['value'] {
  return { ...value, amount: number % 4 === 0 ? String(value.amount) : Number(value.amount) };
}

function providerNamed(name: string | undefined, number: number): PlannrPlan['provider'] {
  const place =
    name === undefined ? number % PROVIDERS.length : PROVIDERS.findIndex((provider) => provider.name === name);
  if (place < 0 || (name === undefined && number % 18 === 17)) return null;
  return { uuid: plannrId('provider', place + 1), name: at(PROVIDERS, place).name };
}
