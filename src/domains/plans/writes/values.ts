import { BadInput } from '../../../platform/errors.ts';
import { penceOfInteger, penceOfPounds } from '../../../platform/money.ts';
import { isItem } from '../../../platform/wire.ts';

const TWO_DECIMALS = /^(\d{1,3})(?:\.(\d{1,2})0*)?$/;
const WHOLE = 10_000n;

/** An amount as Plannr takes it, in pennies (platform documentation). @throws BadInput */
export function pennies(given: unknown): number {
  const { pence, decimal } = isItem(given) ? given : {};
  if (typeof decimal === 'string' && !/^-?\d+(\.\d{1,2}0*)?$/.test(decimal))
    throw new BadInput('An amount of pounds may have two decimals.');
  const amount = typeof pence === 'bigint' ? penceOfInteger(String(pence)) : penceOfPounds(decimal);
  if (amount === null) throw new BadInput('The amount is too large.');
  return Number(amount);
}

/** Hundredths of a percent, exactly. @throws BadInput for what is not from 0 to 100 with two decimals at most */
export function hundredths(given: string): bigint {
  const [, whole = '', part = ''] = TWO_DECIMALS.exec(given) ?? [];
  const found = whole === '' ? -1n : BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
  if (found < 0n || found > WHOLE) throw new BadInput('A percentage is from 0 to 100, with two decimals at most.');
  return found;
}

/** A percentage as Plannr takes it: a number that has these digits. @throws BadInput */
export const percentage = (given: unknown): number => Number(hundredths(String(given))) / 100;

/** Whether percentages together pass 100; those that are left out take no part. Each must be one. */
export function passHundred(given: readonly (string | null | undefined)[]): boolean {
  return given.reduce((sum, one) => (one == null ? sum : sum + hundredths(one)), 0n) > WHOLE;
}

/** A number, where it keeps its digits as one; else the digits, so that none is lost. */
export function exactNumber(given: unknown): number | string {
  const text = String(given);
  return String(Number(text)) === text ? Number(text) : text;
}

/** The platform's word for a value of an enum. */
export const word = (given: unknown): string => String(given).toLowerCase();
