import type { Complaints } from './errors.ts';
import type { PlannrStore } from './store.ts';
import type { PlannrOwner } from './wire.ts';

const HUNDREDTHS = 10_000;

/**
 * Reads `accounts: [{ account_uuid, ownership_percentage }]`. Undefined percentages split what remains equally
 * (platform documentation: 75 with two undefined gives 75 / 12.5 / 12.5), in hundredths; the last takes the odd one.
 */
export function readOwners(store: PlannrStore, value: unknown, complaints: Complaints): PlannrOwner[] {
  if (!Array.isArray(value) || value.length === 0) {
    complaints.add('accounts', 'The accounts field is required.');
    return [];
  }
  const owners = value.map((entry: unknown, place) => readOwner(store, entry, place, complaints));
  if (new Set(owners.map((owner) => owner.account_uuid)).size < owners.length) {
    complaints.add('accounts', 'An account stands in the list twice.');
  }
  const given = owners.reduce((sum, owner) => sum + Math.round((owner.ownership_percentage ?? 0) * 100), 0);
  if (given > HUNDREDTHS) complaints.add('accounts', 'The ownership percentages are more than 100 in all.');
  return split(owners, Math.max(0, HUNDREDTHS - given));
}

function readOwner(store: PlannrStore, entry: unknown, place: number, complaints: Complaints): PlannrOwner {
  const { account_uuid, ownership_percentage = null } = (entry ?? {}) as Partial<Record<keyof PlannrOwner, unknown>>;
  if (typeof account_uuid !== 'string' || !store.accounts.has(account_uuid)) {
    complaints.add(`accounts.${place}.account_uuid`, 'The selected account is invalid.');
  }
  const isShare = typeof ownership_percentage === 'number' && ownership_percentage >= 0 && ownership_percentage <= 100;
  if (ownership_percentage !== null && !isShare) {
    complaints.add(`accounts.${place}.ownership_percentage`, 'The ownership percentage must be between 0 and 100.');
  }
  return { account_uuid: String(account_uuid), ownership_percentage: isShare ? ownership_percentage : null };
}

function split(owners: readonly PlannrOwner[], left: number): PlannrOwner[] {
  const open = owners.filter((owner) => owner.ownership_percentage === null).length;
  const part = open === 0 ? 0 : Math.floor(left / open);
  let filled = 0;
  return owners.map((owner) => {
    if (owner.ownership_percentage !== null) return owner;
    filled += 1;
    return { ...owner, ownership_percentage: (filled === open ? left - part * (open - 1) : part) / 100 };
  });
}
