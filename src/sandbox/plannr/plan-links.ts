import { type Body, text } from './body.ts';
import type { Complaints } from './errors.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrPlan } from './wire.ts';

/** What a value becomes where it is stored; undefined where it is not acceptable. */
type Find = (store: PlannrStore, value: unknown) => unknown;

interface Link {
  /** The field of a plan's answer; none where no answer tells it. */
  readonly told?: keyof PlannrPlan;
  /** Whether it is a list, of which each entry is looked at. */
  readonly isList?: boolean;
  readonly find: Find;
}

const uuidIn =
  (collection: 'accounts' | 'plans' | 'circles'): Find =>
  (store, value) =>
    typeof value === 'string' && store[collection].has(value) ? { uuid: value } : undefined;
const account = uuidIn('accounts');
const asSent =
  (find: Find): Find =>
  (store, value) =>
    find(store, value) === undefined ? undefined : value;
const anyText: Find = (_store, value) => (text(value) ? value : undefined);

function beneficiary(_store: PlannrStore, value: unknown): unknown {
  const { name, percentage = null, ...others } = (value ?? {}) as Record<string, unknown>;
  const isShare = typeof percentage === 'number' && percentage >= 0 && percentage <= 100;
  return text(name) && (percentage === null || isShare) && Object.keys(others).length === 0 ? value : undefined;
}

/** Fields of a request that name other things, or that no answer tells (platform documentation of `POST /plans` and of its answer). */
const LINKS: Readonly<Record<string, Link>> = {
  provider_uuid: { told: 'provider', find: (store, value) => store.providers.get(String(value)) },
  seller_uuid: { told: 'seller', find: account },
  active_adviser_uuid: { told: 'active_adviser', find: account },
  wrap_uuid: { told: 'wrap', find: uuidIn('plans') },
  linked_owners: { told: 'linked_owners', isList: true, find: account },
  contract_enquiry_account_uuid: { find: asSent(account) },
  visible_to_circles_uuids: { isList: true, find: asSent(uuidIn('circles')) },
  adviser_split_uuid: { find: anyText },
  cases: { isList: true, find: anyText },
  beneficiaries: { isList: true, find: beneficiary },
};

/** Whether a field of a request is read here. */
export const isLink = (field: string): boolean => Object.hasOwn(LINKS, field);

/** Finds what a request names; null empties a field, or its list. */
export function readLinks(
  store: PlannrStore,
  body: Body,
  complaints: Complaints,
): { changes: Partial<PlannrPlan>; untold: Record<string, unknown> } {
  const changes: Record<string, unknown> = {};
  const untold: Record<string, unknown> = {};
  for (const [field, { told, isList = false, find }] of Object.entries(LINKS)) {
    const sent = body[field];
    if (sent === undefined) continue;
    const found = (value: unknown, place: string): unknown => {
      const one = find(store, value);
      if (one === undefined) complaints.add(place, `The selected ${place} is invalid.`);
      return one;
    };
    let value: unknown = isList ? [] : null;
    if (isList && Array.isArray(sent)) value = sent.map((one, index) => found(one, `${field}.${index}`));
    else if (isList && sent !== null) complaints.add(field, `The ${field} must be an array.`);
    else if (sent !== null) value = found(sent, field);
    if (told === undefined) untold[field] = value;
    else changes[told] = value;
  }
  return { changes, untold };
}
