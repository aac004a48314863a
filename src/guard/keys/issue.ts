import type { KeyEntry } from './file.ts';
import { hashOfKey, newKeyText } from './text.ts';

const DAY_MS = 86_400_000;

/** The longest that a key may live, in days. */
export const LONGEST_DAYS = 366;

/** What a new key is for. */
export interface KeyOrder {
  readonly name: string;
  readonly organisationUnitIds: readonly string[];
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  readonly now: Date;
}

/** A new key. The text is known here and then nowhere: the entry holds its hash. */
export function issueKey({ name, organisationUnitIds, scopes, expiresAt, now }: KeyOrder): {
  readonly text: string;
  readonly entry: KeyEntry;
} {
  const { id, text } = newKeyText();
  const entry: KeyEntry = {
    id,
    name,
    hash: hashOfKey(text).toString('hex'),
    organisationUnitIds: [...organisationUnitIds],
    scopes: [...scopes],
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
  return { text, entry };
}

/**
 * When a key expires: `90d` (days from now) or `2027-01-31` (the end of that day, UTC).
 * @throws TypeError where it is neither, not in the future, or more than 366 days away
 */
export function expiryOf(text: string, now: Date): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const time = days === undefined ? endOfDay(text) : now.getTime() + Number(days) * DAY_MS;
  if (Number.isNaN(time)) throw new TypeError('it takes a number of days such as 90d, or a day such as 2027-01-31');
  if (time <= now.getTime()) throw new TypeError('that is not in the future');
  if (time > now.getTime() + LONGEST_DAYS * DAY_MS) throw new TypeError(`a key lives at most ${LONGEST_DAYS} days`);
  return new Date(time);
}

/** NaN where it is no day of the calendar; `Date` alone would turn 31 February into March. */
function endOfDay(text: string): number {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(text) ? start + DAY_MS : Number.NaN;
}

/** The keys with one of them revoked; one that was revoked keeps its first date. @throws TypeError where there is none with this id */
export function revoked(keys: readonly KeyEntry[], id: string, now: Date): readonly KeyEntry[] {
  if (!keys.some((key) => key.id === id)) throw new TypeError(`there is no key with the id ${id}`);
  return keys.map((key) => (key.id === id ? { ...key, revokedAt: key.revokedAt ?? now.toISOString() } : key));
}
