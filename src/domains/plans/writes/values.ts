import { BadInput } from '../../../platform/errors.ts';
import { penceOfInteger, penceOfPounds } from '../../../platform/money.ts';
import { isItem } from '../../../platform/wire.ts';

/** An amount as Plannr takes it, in pennies (platform documentation). @throws BadInput */
export function pennies(given: unknown): number {
  const { pence, decimal } = isItem(given) ? given : {};
  if (typeof decimal === 'string' && !/^-?\d+(\.\d{1,2}0*)?$/.test(decimal))
    throw new BadInput('An amount of pounds may have two decimals.');
  const amount = typeof pence === 'bigint' ? penceOfInteger(String(pence)) : penceOfPounds(decimal);
  if (amount === null) throw new BadInput('The amount is too large.');
  return Number(amount);
}

/** A number, where it keeps its digits as one; else the digits, so that none is lost. */
export function exactNumber(given: unknown): number | string {
  const text = String(given);
  return String(Number(text)) === text ? Number(text) : text;
}

/** The platform's word for a value of an enum. */
export const word = (given: unknown): string => String(given).toLowerCase();
