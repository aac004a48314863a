/** Parts of a field's path at most, and characters of one: what is longer is no field of ours. */
const MOST_PARTS = 12;
const LONGEST_PART = 64;

/**
 * The path of a field as platforms write it: `phones[0].number`, `phones.0.number`, `/phones/0/number` and `$.phones[0]` are one.
 * @returns names and indexes; empty for what can't be a path
 */
export function fieldPath(field: unknown): string[] {
  if (typeof field !== 'string') return [];
  const parts = field
    .split(/[./[\]]+/)
    .map((part) => part.replace(/^["']|["']$/g, ''))
    .filter((part) => part !== '' && part !== '$');
  const isPath =
    parts.length <= MOST_PARTS && parts.every((part) => part.length <= LONGEST_PART && /^[\w-]+$/.test(part));
  return isPath ? parts : [];
}
