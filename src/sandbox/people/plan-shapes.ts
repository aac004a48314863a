import { ABSTRACT_TYPES } from '../plannr/plan-types.ts';
import type { PlannrOwner, PlannrPlan } from '../plannr/wire.ts';
import { dayBack } from './dates.ts';
import { plannrId } from './ids.ts';
import { PROVIDERS, THIRD_PARTIES } from './names.ts';
import { at, type Random } from './random.ts';
import { newestPlanValuation } from './valuations.ts';

interface Shape {
  readonly names: readonly string[];
  readonly subTypes: readonly string[];
  readonly fields: (random: Random) => Record<string, unknown>;
}

/** Plausible names, sub-types and type-specific fields of each plan type; money fields are pennies. */
const SHAPES: Readonly<Record<string, Shape>> = {
  annuity: {
    names: ['Lifetime annuity'],
    subTypes: ['lifetime_annuity', 'fixed_term_annuity'],
    fields: (random) => ({
      income_amount: random.int(100_000, 900_000),
      income_frequency: 'annually',
      guaranteed_term: '5',
    }),
  },
  cash_account: {
    names: ['Easy access saver', 'Cash ISA'],
    subTypes: ['lifetime_isa_cash', 'cash_isa', 'lifetime isa'],
    fields: (random) => ({ interest_rate: String(random.int(10, 52) / 10), interest_type: 'variable' }),
  },
  fixed_asset: {
    names: ['Main residence', 'Holiday cottage'],
    subTypes: ['main_residence', 'second_home'],
    fields: (random) => ({
      address_1: `${random.int(1, 90)} The Briars`,
      country: 'United Kingdom',
      new_property: false,
      purchase_price: random.int(9, 60) * 1_000_000,
    }),
  },
  general_insurance: {
    names: ['Home and contents', 'Car insurance'],
    subTypes: ['buildings_and_contents', 'motor'],
    fields: (random) => ({ ncd: true, ncd_years: random.int(0, 9), renewal_date: dayBack(-random.int(1, 360)) }),
  },
  group_protection: {
    names: ['Group life scheme'],
    subTypes: ['group_life'],
    fields: () => ({ renewal_date: '2027-04-01', term_type: 'renewable' }),
  },
  investment: {
    names: ['Stocks and shares ISA', 'Investment bond', 'General investment account'],
    subTypes: ['stocks_and_shares_isa', 'onshore_bond', 'gia'],
    fields: (random) => ({
      offshore: random.chance(0.2),
      in_trust: false,
      trustee_details: null,
      platform_provider: 'Transact',
    }),
  },
  loan_credit: {
    names: ['Personal loan', 'Credit card'],
    subTypes: ['personal_loan', 'credit_card'],
    fields: (random) => ({
      loan_amount: random.int(1, 30) * 100_000,
      repayment_amount: random.int(5_000, 60_000),
      repayment_frequency: 'monthly',
    }),
  },
  mortgage: {
    names: ['Residential mortgage', 'Buy to let mortgage'],
    subTypes: ['residential', 'buy_to_let'],
    fields: (random) => ({
      interest_rate: '4.15',
      interest_type: 'fixed',
      repayment_method: 'capital_and_interest',
      payment_amount: random.int(20_000, 250_000),
      is_portable_mortgage: true,
    }),
  },
  pension: {
    names: ['SIPP', 'Workplace pension', 'Personal pension'],
    subTypes: ['sipp', 'workplace', 'personal_pension'],
    fields: (random) => ({
      plan_retirement_age: random.int(55, 70),
      salary_sacrifice: random.chance(0.5),
      is_crystallised: false,
      transfer_value: null,
    }),
  },
  protection_policy: {
    names: ['Level term assurance', 'Whole of life'],
    subTypes: ['level_term', 'whole_of_life'],
    fields: () => ({ in_trust: true, trustee_details: 'The Hart family trust', has_pre_existing_conditions: false }),
  },
};

/** A type that the documentation does not know; the platform holds it all the same. */
export const UNKNOWN_PLAN_TYPE = 'annuity_plus';

const UNKNOWN_SHAPE: Shape = { names: ['Annuity Plus'], subTypes: ['annuity_plus_flex'], fields: () => ({}) };

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
    latest_valuations: valued ? [latest] : [],
    external_references:
      number % 8 === 3 ? [{ reference: `AB${100_000 + number}`, third_party: at(THIRD_PARTIES, number) }] : [],
    fields: number % 9 === 5 ? null : shape.fields(random),
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
