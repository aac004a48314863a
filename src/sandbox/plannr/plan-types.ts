/** The ten plan types and what holds for each of them (platform documentation). */

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Fields that exist only on some types; in requests they stand at the top level. `mig_premium` is inferred. */
export const TYPE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  annuity: words(`
    platform_provider life_assured sum_assured term_type term_maturity_date term_age term_maturity_value
    guaranteed_term payment_type income_amount income_frequency income_from income_escalation
    initial_purchase_amount
  `),
  cash_account: words(`
    platform_provider term_type term_maturity_date term_age interest_type interest_rate
  `),
  fixed_asset: words(`
    address_1 address_2 address_3 address_4 town_city county postcode country new_property price_listed
    purchase_price asset_description asset_image
  `),
  general_insurance: words(`
    term_type term_maturity_date term_age ncd ncd_protected ncd_years renewal_date
  `),
  group_protection: words(`
    term_type renewal_date
  `),
  investment: words(`
    platform_provider term_type term_maturity_date term_age interest_type interest_rate offshore in_trust
    trustee_details
  `),
  loan_credit: words(`
    term_type term_maturity_date term_age interest_type interest_rate original_balance outstanding_balance
    loan_amount repayment_amount repayment_frequency details
  `),
  mortgage: words(`
    term_type term_maturity_date term_age interest_type interest_rate original_balance outstanding_balance
    property_type payment_amount payment_frequency initial_interest initial_period_end initial_payment
    equity_released loan_quote loan_type mig_added repayment_type repayment_method repayment_term
    other_repayment_method scheme_fixed_date transaction_details base_payment has_transfer_penalties
    is_portable_mortgage transfer_consent transfer_penalty contract_exchanged date_complete date_confirmed
    date_exchanged date_submitted mortgage_completed offer_confirmed offer_confirmed_date offer_date
    offer_issued on_risk proposal_date submitted declined_notes mig_premium
  `),
  pension: words(`
    platform_provider term_type term_maturity_date term_age accrual_rate year_accrued retirement_date
    pensionable_salary transfer_value date_of_transfer_valuation widows_percentage contracted_out had_avc
    in_house_avc_amount in_house_avc_percentage death_benefit_amount projected_income plan_retirement_age
    state_retirement_age salary_sacrifice waiver is_crystallised crystallisation_amount
    crystallisation_benefit crystallisation_fund crystallisation_start_date crystallisation_end_date
    crystallisation_frequency fund_amount uncrystallised_fund income_taken_amount maximum_income_amount
    tax_free_amount lifetime_allowance_percentage lta_applied mpaa_trigger pcls_percentage reason
  `),
  protection_policy: words(`
    term_type term_maturity_date term_age in_trust trustee_details has_pre_existing_conditions
    pre_existing_conditions_notes
  `),
};

/** Every field that belongs to some type. */
export const ALL_TYPE_FIELDS: ReadonlySet<string> = new Set(Object.values(TYPE_FIELDS).flat());

/** Plan type → abstract type. */
export const ABSTRACT_TYPES: Readonly<Record<string, string>> = {
  annuity: 'asset',
  cash_account: 'asset',
  fixed_asset: 'asset',
  general_insurance: 'protection',
  group_protection: 'protection',
  investment: 'asset',
  loan_credit: 'liability',
  mortgage: 'liability',
  pension: 'asset',
  protection_policy: 'protection',
};

export const PLAN_TYPES: readonly string[] = Object.keys(TYPE_FIELDS);

export const PLAN_STATUSES: readonly string[] = ['active', 'inactive', 'proposed'];

export const INACTIVE_REASONS = words(`
    accepted agency_transferred cancelled claimed complete death_event deferred drawdown expired full_drawdown issued lapsed
    matured not_proceeded_with not_taken_up offered paid_up partial_drawdown partial_surrender proposed prospect refunded
    refused surrendered transfer transferred underwriting vested declined encashment left_service premium_holiday other
  `);
