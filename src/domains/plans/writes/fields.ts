import type { InputField, InputFields } from '../../shared/input-fields.ts';
import { percentage } from '../../shared/percentages.ts';
import { FIELDS_OF } from '../details/names.ts';
import type { DetailKind } from '../details/table.ts';
import { exactNumber, pennies, word } from './values.ts';

const to = (name: string, as?: InputField['as']): InputField => (as === undefined ? { to: name } : { to: name, as });

/** Owners as Plannr takes them; which account a client is was looked up before. */
export const OWNER_FIELDS: InputFields = {
  clientId: to('account_uuid'),
  percentage: to('ownership_percentage', percentage),
};

/** What can be said of any plan (platform documentation of `POST /plans`); deprecated inputs are left out. */
export const PLAN_FIELDS: InputFields = {
  name: to('name'),
  subType: to('sub_type'),
  owners: { to: 'accounts', of: OWNER_FIELDS },
  providerId: to('provider_uuid'),
  policyNumber: to('policy_number'),
  proposalReference: to('proposal_reference'),
  openedOn: to('opened_at'),
  status: to('status', word),
  inactiveOn: to('inactive_at'),
  inactiveReason: to('inactive_reason', word),
  agencyInYourName: to('agency_in_your_name'),
  agencyInYourNameFrom: to('agency_in_your_name_from'),
  originallySoldByFirm: to('originally_sold_by_firm'),
  underAdvice: to('under_advice'),
  visibleOnClientPortal: to('visible_on_client_portal'),
  includeInClientValuation: to('include_in_client_valuation'),
  shownOnCircles: to('shown_on_circles'),
  reviewOn: to('review_date'),
  onPanel: to('on_panel'),
  sellerId: to('seller_uuid'),
  activeAdviserId: to('active_adviser_uuid'),
  adviserSplitId: to('adviser_split_uuid'),
  caseIds: to('cases'),
  linkedOwnerIds: to('linked_owners'),
  visibleToCircleIds: to('visible_to_circles_uuids'),
  currentValue: to('current_value', pennies),
  currentValueAt: to('current_value_at'),
  isGroupScheme: to('is_group_scheme'),
  isWrapProduct: to('is_wrap_product'),
  wrapId: to('wrap_uuid'),
  contractEnquiryAccountId: to('contract_enquiry_account_uuid'),
  beneficiaries: { to: 'beneficiaries', of: { name: to('name'), percentage: to('percentage', percentage) } },
  externalReferences: {
    to: 'external_reference',
    of: { reference: to('reference'), thirdParty: to('third_party', word) },
  },
};

/** A valuation in a bulk upload (its keys are designed, unverified). */
export const VALUATION_FIELDS: InputFields = {
  planId: to('plan_uuid'),
  subAccountId: to('sub_account_uuid'),
  value: to('value', pennies),
  valuedOn: to('valued_at'),
};

/** How a value of each kind is sent: money in pennies (platform documentation), the others by what they say, since no types are published. */
const SENT: Readonly<Record<DetailKind, InputField['as']>> = {
  text: undefined,
  money: pennies,
  percentage: undefined,
  date: undefined,
  flag: undefined,
  number: exactNumber,
};

/** What only plans of a type have, by the graph's names. @param type the platform's word */
export function detailInputs(type: string): InputFields {
  const fields = [...(FIELDS_OF.get(type) ?? [])];
  return Object.fromEntries(fields.map(([name, { name: wireName, kind }]) => [name, to(wireName, SENT[kind])]));
}
