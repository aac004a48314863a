import { RejectedWrite, type Rejection } from '../../platform/errors.ts';
import { SYSTEM_NAMES } from '../../platform/system.ts';
import { type InputFields, inputPath } from './input-fields.ts';
import { Refused, type UserFault } from './user-errors.ts';
import type { ChangeModel } from './written.ts';

/** What a platform's issue comes to, whether it is a word such as `invalid_format` or a sentence. The first row that fits counts. */
const ISSUES: readonly { readonly pattern: RegExp; readonly code: string; readonly says: string }[] = [
  { pattern: /requir|missing|blank|empty/i, code: 'REQUIRED', says: 'must be given' },
  {
    pattern: /conflict|taken|already|duplicate|unique|repeated/i,
    code: 'CONFLICT',
    says: 'is in conflict with what is there',
  },
  { pattern: /unknown|exist|not.?found/i, code: 'UNKNOWN_REFERENCE', says: 'names something that is not there' },
  {
    pattern: /range|more|less|greater|least|most|between|exceed|too_|100/i,
    code: 'OUT_OF_RANGE',
    says: 'is not within the bounds',
  },
  {
    pattern: /format|valid|date|not_|must be|type|number|text/i,
    code: 'INVALID',
    says: 'does not have the form that is asked for',
  },
];
const REFUSED = { code: 'REJECTED', says: 'is not accepted' };

/**
 * What a platform did not accept, at its place in the input. Nothing of what the platform wrote is in it but which field and which kind.
 * @param fields how the input went to the platform
 * @param argument the argument that holds the input
 * @param conflictAt the field of the input that a conflict is about which the platform gives no place
 */
export function userFaults(
  { rejections, system, status }: RejectedWrite,
  fields: InputFields,
  argument: string,
  conflictAt?: string,
): UserFault[] {
  const told = rejections.length === 0 ? [{ field: [], issue: '' }] : rejections;
  return told.map(({ field, issue }: Rejection) => {
    const place = inputPath(fields, field);
    const isConflict = status === 409 && place.length === 0;
    const { code, says } = ISSUES.find(({ pattern }) => pattern.test(isConflict ? 'conflict' : issue)) ?? REFUSED;
    const path = [argument, ...(isConflict && conflictAt !== undefined ? [conflictAt] : place)];
    return { message: `\`${path.join('.')}\` ${says} (${SYSTEM_NAMES[system]}).`, path, code };
  });
}

/** How a write ended: with what it did, or with what is wrong with the input. */
export interface Outcome<T> {
  /** Null where nothing was done. */
  readonly done: T | null;
  readonly changes: readonly ChangeModel[];
  readonly userErrors: readonly UserFault[];
}

/** A write's outcome: what the caller can put right is told as `userErrors`, everything else is thrown on. @param place as in `userFaults` */
export async function outcomeOf<T>(
  work: () => Promise<Omit<Outcome<T>, 'userErrors'>>,
  ...place: [fields: InputFields, argument: string, conflictAt?: string]
): Promise<Outcome<T>> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof Refused) return { done: null, changes: [], userErrors: error.faults };
    if (error instanceof RejectedWrite) return { done: null, changes: [], userErrors: userFaults(error, ...place) };
    throw error;
  }
}
