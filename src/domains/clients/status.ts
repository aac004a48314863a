/** Client statuses: the platform's words (designed, unverified) and the graph's. */
export const STATUSES = {
  active: 'ACTIVE',
  inactive: 'INACTIVE',
  prospect: 'PROSPECT',
  archived: 'ARCHIVED',
  deceased: 'DECEASED',
} as const;

export type ClientStatus = (typeof STATUSES)[keyof typeof STATUSES] | 'UNKNOWN';

/** A status as the graph names it. */
export function statusOf(raw: string): ClientStatus {
  return Object.hasOwn(STATUSES, raw) ? STATUSES[raw as keyof typeof STATUSES] : 'UNKNOWN';
}
