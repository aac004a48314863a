import type { PlannrMoney } from './wire.ts';

const SYMBOLS: Readonly<Record<string, string>> = { GBP: '£', EUR: '€', USD: '$' };

/** An amount of pennies as Plannr sends it; the amount is sometimes a text, sometimes an integer. */
export function money(pence: number, currency: string, asText: boolean): PlannrMoney {
  return { amount: asText ? String(pence) : pence, currency, formatted: formatted(pence, currency) };
}

/** Pennies of an amount, whichever way it came. */
export function penceOf(value: PlannrMoney): number {
  return Number(value.amount);
}

function formatted(pence: number, currency: string): string {
  const digits = String(Math.abs(pence)).padStart(3, '0');
  const pounds = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${pence < 0 ? '-' : ''}${SYMBOLS[currency] ?? `${currency} `}${pounds}.${digits.slice(-2)}`;
}
