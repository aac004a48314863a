import { BadInput } from '../../platform/errors.ts';
import { Refused, readAt } from './user-errors.ts';

const TWO_DECIMALS = /^(\d{1,3})(?:\.(\d{1,2})0*)?$/;
const WHOLE = 10_000n;

/** Hundredths of a percent, exactly. @throws BadInput for what is not from 0 to 100 with two decimals at most */
export function hundredths(given: string): bigint {
  const [, whole = '', part = ''] = TWO_DECIMALS.exec(given) ?? [];
  const found = whole === '' ? -1n : BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
  if (found < 0n || found > WHOLE) throw new BadInput('A percentage is from 0 to 100, with two decimals at most.');
  return found;
}

/** A percentage as the platforms take it: a number that has these digits. @throws BadInput */
export const percentage = (given: unknown): number => Number(hundredths(String(given))) / 100;

/** Whether percentages together pass 100; those that are left out take no part. Each must be one. */
export function passHundred(given: readonly (string | null | undefined)[]): boolean {
  return given.reduce((sum, one) => (one == null ? sum : sum + hundredths(one)), 0n) > WHOLE;
}

/** Owners' percentages, each and together. @param path of the list of owners @throws Refused */
export function checkShares(
  owners: readonly { readonly percentage?: string | null | undefined }[],
  path: readonly string[],
): void {
  for (const [index, { percentage: share }] of owners.entries())
    if (share != null) readAt([...path, String(index), 'percentage'], () => hundredths(share));
  if (passHundred(owners.map(({ percentage: share }) => share)))
    throw new Refused({
      message: 'The percentages of all owners together may not pass 100.',
      path,
      code: 'OUT_OF_RANGE',
    });
}
