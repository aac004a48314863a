/** An exact amount: pence (the currency's hundredth part) as a whole number. */
export interface Money {
  readonly pence: bigint;
  readonly currency: string;
}

/** The largest amount, either way, that a JSON number carries exactly. */
const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Pounds as a JSON number (`12345.67`) or decimal string, exactly turned into pence; further decimals are rounded half away from
 * zero. Goes by the number's shortest decimal writing, so no float arithmetic takes part.
 * @returns null where it is not such a number, or too large to be exact
 */
export function penceOfPounds(pounds: unknown): bigint | null {
  if (typeof pounds !== 'number' && typeof pounds !== 'string') return null;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plainDecimal(String(pounds).trim()));
  if (match === null) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = fraction.padEnd(3, '0');
  const pence = BigInt(whole) * 100n + BigInt(digits.slice(0, 2)) + (digits.charAt(2) >= '5' ? 1n : 0n);
  return bounded(sign === '-' ? -pence : pence);
}

/** Whole pence as an integer or a string of digits. @returns null where it is neither, or too large to be exact */
export function penceOfInteger(pence: unknown): bigint | null {
  if (typeof pence === 'number') return Number.isSafeInteger(pence) ? BigInt(pence) : null;
  return typeof pence === 'string' && /^-?\d{1,17}$/.test(pence.trim()) ? bounded(BigInt(pence.trim())) : null;
}

/** The amount in whole units with two decimals: `-0.05`. */
export function decimalOf({ pence }: Money): string {
  const digits = (pence < 0n ? -pence : pence).toString().padStart(3, '0');
  return `${pence < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function bounded(pence: bigint): bigint | null {
  return pence > LIMIT || pence < -LIMIT ? null : pence;
}

/** `1.5e-7` written without an exponent; other strings as they are. */
export function plainDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d{1,3})$/i.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction)
    .padEnd(point, '0')
    .padStart(whole.length + fraction.length - Math.min(point, 0), '0');
  const at = Math.max(point, 0);
  return `${sign}${digits.slice(0, at) || '0'}${at < digits.length ? `.${digits.slice(at)}` : ''}`;
}
