import { money } from '../plannr/money.ts';
import { TYPE_FIELDS } from '../plannr/plan-types.ts';
import { dayBack } from './dates.ts';
import type { Random } from './random.ts';

type Make = (random: Random) => unknown;

/** Of so many fields one is empty, and one is not there at all. */
const EMPTY = 0.06;
const MISSING = 0.06;
/** Of so many values one is no such thing as its field's name says: people type what they like. */
const ODD = 0.02;
const ODD_TEXTS = ['n/a', 'TBC', 'see file note'];

const one =
  (...texts: readonly unknown[]): Make =>
  (random) =>
    random.pick(texts);
/** Between so many pounds, in pennies: a number, its digits, or as the platform writes money elsewhere. */
const pounds =
  (low: number, high: number): Make =>
  (random) => {
    const pence = random.int(low * 100, high * 100);
    return random.pick([pence, String(pence), money(pence, 'GBP', random.chance(0.5))]);
  };
const whole =
  (low: number, high: number): Make =>
  (random) => {
    const number = random.int(low, high);
    return random.chance(0.5) ? number : String(number);
  };
/** A percentage with so many decimals at most, mostly as text. */
const percent =
  (low: number, high: number, decimals: number): Make =>
  (random) => {
    const number = random.int(low * 10 ** decimals, high * 10 ** decimals) / 10 ** decimals;
    return random.chance(0.2) ? number : String(number);
  };
const past: Make = (random) => dayBack(random.int(30, 4_000));
const ahead: Make = (random) => dayBack(-random.int(1, 9_000));
const yes: Make = (random) => random.pick([true, false, true, false, 1, 0]);
const often = one('monthly', 'quarterly', 'annually');

/** A plausible value of every field that only some plan types have. */
const VALUES: Readonly<Record<string, Make>> = {
  platform_provider: one('Transact', 'Nucleus', 'AJ Bell', 'Quilter'),
  life_assured: one('First life', 'Joint lives, second death'),
  sum_assured: pounds(10_000, 500_000),
  term_type: one('fixed', 'whole_of_life', 'renewable', 'to_age'),
  term_maturity_date: ahead,
  term_age: whole(55, 90),
  term_maturity_value: pounds(1_000, 90_000),
  guaranteed_term: one('5', '10 years', 'none'),
  payment_type: one('in_advance', 'in_arrears'),
  income_amount: pounds(100, 9_000),
  income_frequency: often,
  income_from: past,
  income_escalation: one('RPI', 'level', '3%'),
  initial_purchase_amount: pounds(20_000, 400_000),
  interest_type: one('fixed', 'variable', 'tracker'),
  interest_rate: percent(0, 9, 2),
  address_1: (random) => `${random.int(1, 90)} The Briars`,
  address_2: one('Flat 2', 'The Annexe'),
  address_3: one('Lower Green'),
  address_4: one('Off Mill Lane'),
  town_city: one('Waterlooville', 'Truro', 'Harrogate'),
  county: one('Hampshire', 'Cornwall', 'North Yorkshire'),
  postcode: one('PO7 7YH', 'TR1 2QR', 'HG1 4BB'),
  country: one('United Kingdom'),
  new_property: yes,
  price_listed: pounds(90_000, 1_900_000),
  purchase_price: pounds(90_000, 1_900_000),
  asset_description: one('Detached house', 'Two-bedroom flat', 'Woodland, 3 acres'),
  asset_image: (random) => `assets/${random.int(1_000, 9_999)}.jpg`,
  ncd: yes,
  ncd_protected: yes,
  ncd_years: whole(0, 9),
  renewal_date: ahead,
  offshore: yes,
  in_trust: yes,
  trustee_details: one('The family trust', 'Two trustees, deed of 2019'),
  original_balance: pounds(5_000, 450_000),
  outstanding_balance: pounds(500, 400_000),
  loan_amount: pounds(1_000, 60_000),
  repayment_amount: pounds(50, 900),
  repayment_frequency: often,
  details: one('Consolidates two cards', 'Interest free until the new year'),
  property_type: one('house', 'flat', 'bungalow'),
  payment_amount: pounds(200, 2_500),
  payment_frequency: often,
  initial_interest: percent(1, 6, 2),
  initial_period_end: ahead,
  initial_payment: pounds(200, 2_500),
  equity_released: pounds(0, 80_000),
  loan_quote: (random) => `Q-${random.int(10_000, 99_999)}`,
  loan_type: one('residential', 'buy_to_let', 'bridging'),
  mig_added: yes,
  mig_premium: pounds(200, 3_000),
  repayment_type: one('repayment', 'interest_only'),
  repayment_method: one('capital_and_interest', 'endowment', 'isa'),
  repayment_term: one('25 years', '300'),
  other_repayment_method: one('Sale of property'),
  scheme_fixed_date: ahead,
  transaction_details: one('Remortgage', 'House purchase'),
  base_payment: pounds(200, 2_000),
  has_transfer_penalties: yes,
  is_portable_mortgage: yes,
  transfer_consent: yes,
  transfer_penalty: one('3% in the first year', 'none'),
  contract_exchanged: yes,
  date_complete: past,
  date_confirmed: past,
  date_exchanged: past,
  date_submitted: past,
  mortgage_completed: yes,
  offer_confirmed: yes,
  offer_confirmed_date: past,
  offer_date: past,
  offer_issued: yes,
  on_risk: yes,
  proposal_date: past,
  submitted: yes,
  declined_notes: one('Affordability', 'Valuation below the price'),
  accrual_rate: one('1/60', '1/80'),
  year_accrued: whole(1, 38),
  retirement_date: ahead,
  pensionable_salary: pounds(18_000, 140_000),
  transfer_value: pounds(9_000, 900_000),
  date_of_transfer_valuation: past,
  widows_percentage: percent(25, 66, 2),
  contracted_out: yes,
  had_avc: yes,
  in_house_avc_amount: pounds(10, 900),
  in_house_avc_percentage: percent(1, 12, 1),
  death_benefit_amount: pounds(5_000, 300_000),
  projected_income: pounds(1_000, 40_000),
  plan_retirement_age: whole(55, 70),
  state_retirement_age: whole(65, 68),
  salary_sacrifice: yes,
  waiver: yes,
  is_crystallised: yes,
  crystallisation_amount: pounds(1_000, 250_000),
  crystallisation_benefit: one('drawdown', 'annuity'),
  crystallisation_fund: pounds(1_000, 250_000),
  crystallisation_start_date: past,
  crystallisation_end_date: ahead,
  crystallisation_frequency: often,
  fund_amount: pounds(1_000, 900_000),
  uncrystallised_fund: pounds(0, 500_000),
  income_taken_amount: pounds(0, 30_000),
  maximum_income_amount: pounds(1_000, 60_000),
  tax_free_amount: pounds(0, 250_000),
  lifetime_allowance_percentage: percent(0, 100, 2),
  lta_applied: yes,
  mpaa_trigger: yes,
  pcls_percentage: percent(0, 25, 2),
  reason: one('Phased retirement', 'Ill health'),
  has_pre_existing_conditions: yes,
  pre_existing_conditions_notes: one('Asthma, declared', 'None declared'),
};

/** What only plans of this type have; money in pennies. A few are empty, missing, or not what their name says. */
export function fieldsOf(type: string, random: Random): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of TYPE_FIELDS[type] ?? []) {
    const value = VALUES[name]?.(random);
    const draw = random.next();
    if (draw < MISSING) continue;
    if (draw < MISSING + EMPTY) fields[name] = null;
    else fields[name] = draw > 1 - ODD ? random.pick(ODD_TEXTS) : value;
  }
  return fields;
}
