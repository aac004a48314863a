import type {
  PlanAccountResolvers,
  PlanAdministrationResolvers,
  PlanResolvers,
  SourceRef,
} from '../../src/generated/graphql.ts';
import { orElse } from '../shared/report.ts';

export const Plan: Partial<PlanResolvers> = {
  administration: ({ plannr }) => plannr,
  providers: (plan, _, context, info) => orElse(context, info, [], () => context.plans.fields.providers(plan)),
};

export const PlanAdministration: Partial<PlanAdministrationResolvers> = {
  abstractType: (wire) => wire.text('abstract_type'),
  inactiveOn: (wire) => wire.date('inactive_at'),
  inactiveReason: (wire) => wire.text('inactive_reason'),
  agencyInYourName: (wire) => wire.flagOrNull('agency_in_your_name'),
  agencyInYourNameFrom: (wire) => wire.date('agency_in_your_name_from'),
  originallySoldByFirm: (wire) => wire.flagOrNull('originally_sold_by_firm'),
  underAdvice: (wire) => wire.flagOrNull('under_advice'),
  visibleOnClientPortal: (wire) => wire.flagOrNull('visible_on_client_portal'),
  includeInClientValuation: (wire) => wire.flagOrNull('include_in_client_valuation'),
  shownOnCircles: (wire) => wire.flagOrNull('shown_on_circles'),
  reviewOn: (wire) => wire.date('review_date'),
  onPanel: (wire) => wire.flagOrNull('on_panel'),
  isGroupScheme: (wire) => wire.flagOrNull('is_group_scheme'),
  isWrapProduct: (wire) => wire.flagOrNull('is_wrap_product'),
  wrap: (wire) => refOf(wire.child('wrap')),
  mainAccount: (wire) => wire.child('main_account'),
  subAccounts: (wire, _, context, info) => orElse(context, info, [], () => wire.children('sub_accounts')),
  seller: (wire) => refOf(wire.child('seller')),
  activeAdviser: (wire) => refOf(wire.child('active_adviser')),
  linkedOwners: (wire, _, { clients }) => {
    const uuids = wire.children('linked_owners').flatMap((owner) => owner.text('uuid') ?? []);
    return Promise.all(uuids.map(async (uuid) => clients.byRef(await clients.refOfAccount(uuid))));
  },
  createdAt: (wire) => wire.instant('created_at'),
};

export const PlanAccount: PlanAccountResolvers = {
  name: (wire) => wire.text('name'),
  policyNumber: (wire) => wire.text('policy_number'),
  sources: (wire) => {
    const ref = refOf(wire);
    return ref === null ? [] : [ref];
  },
};

function refOf(wire: { text(field: string): string | null } | null): SourceRef | null {
  const id = wire?.text('uuid') ?? null;
  return id === null ? null : { system: 'PLANNR', id };
}
