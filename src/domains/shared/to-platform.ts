import { BadInput } from '../../platform/errors.ts';
import { decimalOf, plainDecimal } from '../../platform/money.ts';
import { parseIdOf } from '../../platform/relay/ids.ts';
import type { InputField } from './input-fields.ts';

/** An amount of money as it is given: one of the two. */
export interface MoneyInput {
  readonly pence?: bigint | null | undefined;
  readonly decimal?: string | null | undefined;
}

/** A field whose words are the platform's in small letters. */
export const words = (to: string): InputField => ({ to, as: (value: string) => value.toLowerCase() });

/** A field that holds the id of a thing that only Dynamic Planner has. */
export const idOf = (type: string, to: string): InputField => ({
  to,
  as: (id: string) => {
    const { system, parts } = parseIdOf(type, id);
    if (system !== 'DYNAMIC_PLANNER') throw new BadInput(`This ${type} does not stand in Dynamic Planner.`);
    return parts[0];
  },
});

/** A field that holds money: pounds as a JSON number, exact to the penny, in the currency of the thing that it belongs to. */
export const pounds = (to: string): InputField => ({
  to,
  as: ({ pence, decimal: given }: MoneyInput) => {
    const text = given ?? decimalOf({ pence: pence ?? 0n, currency: '' });
    if (!/^-?\d+(\.\d{1,2}0*)?$/.test(text)) throw new BadInput('An amount has two decimals at most.');
    return exactNumber(text, 'The amount is too large to be sent to the penny.');
  },
});

/** A field that holds a decimal number: a JSON number with the same digits. */
export const decimal = (to: string): InputField => ({
  to,
  as: (text: string) => exactNumber(text, 'The number has more digits than can be sent exactly.'),
});

/** The number with just these digits. @throws BadInput where there is none */
function exactNumber(text: string, why: string): number {
  const number = Number(text);
  if (digitsOf(plainDecimal(String(number))) !== digitsOf(text)) throw new BadInput(why);
  return number;
}

/** A decimal number without what says nothing: the sign of zero, leading and trailing zeros. */
function digitsOf(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*?)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  return whole === '' && fraction === '' ? '0' : `${sign}${whole}.${fraction}`;
}
