import { badRequest } from '../errors.ts';

/** An exact number: `top / bottom`, where `bottom` is positive. Not in lowest terms. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** A number in an expression: a JavaScript number where that is what a cell or a literal is exactly, else an exact one. */
export type Numeric = number | Rational;

const TEXT = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** What a literal may have: enough for every Edm.Double, and too little to be a burden. */
const EXPONENT = 400;
const DIGITS = 400;
/** No step of a calculation may give more: nobody's money does, and a chain of products would take for ever. */
const BOUND = 10n ** 1200n;

/** Ten to the powers that most cells need, made once. */
const TENS = Array.from({ length: 20 }, (_, power) => 10n ** BigInt(power));

/** The exact number that a decimal text such as `-12.50` or `1e-3` is; null where it is no such text. */
export function rationalOf(text: string): Rational | null {
  const found = TEXT.exec(text);
  if (!found) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  const power = Number(exponent) - fraction.length;
  if (Math.abs(Number(exponent)) > EXPONENT || whole.length + fraction.length > DIGITS)
    throw badRequest(`A number has more digits than the ${DIGITS} that are supported.`);
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return power >= 0 ? { top: digits * ten(power), bottom: 1n } : { top: digits, bottom: ten(-power) };
}

/** A finite number as what its shortest decimal writing says, which is what JSON shows of it. */
export function exact(value: Numeric): Rational {
  if (typeof value !== 'number') return value;
  if (Number.isSafeInteger(value)) return { top: BigInt(value), bottom: 1n };
  const read = rationalOf(String(value));
  if (read === null) throw badRequest(`${value} can't be calculated with.`);
  return read;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. NaN where one of them is NaN. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a - b;
  if (typeof a === 'number' && !Number.isFinite(a)) return a;
  if (typeof b === 'number' && !Number.isFinite(b)) return -b;
  const [left, right] = [exact(a), exact(b)];
  const [x, y] =
    left.bottom === right.bottom ? [left.top, right.top] : [left.top * right.bottom, right.top * left.bottom];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** What `add`, `sub`, `mul`, `div`, `divby` and `mod` make of exact numbers. */
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/**
 * Calculates exactly, also quotients.
 * @throws ODataError 400 when dividing by zero (OData 4.01 URL Conventions, section 5.1.1.2.5)
 */
export function calculate(operator: Arithmetic, a: Numeric, b: Numeric, areIntegers: boolean): Rational {
  const [x, y] = [exact(a), exact(b)];
  switch (operator) {
    case 'add':
      return bounded(x.top * y.bottom + y.top * x.bottom, x.bottom * y.bottom);
    case 'sub':
      return bounded(x.top * y.bottom - y.top * x.bottom, x.bottom * y.bottom);
    case 'mul':
      return bounded(x.top * y.top, x.bottom * y.bottom);
    default:
      return divided(operator, x, y, areIntegers);
  }
}

/** The same number with the opposite sign. */
export function negated(value: Numeric): Numeric {
  return typeof value === 'number' ? -value : { top: -value.top, bottom: value.bottom };
}

/** Ways to make a number whole; `round` goes away from zero at one half (OData 4.01 URL Conventions, section 5.1.1.9.3). */
export type Rounding = 'round' | 'floor' | 'ceiling';

/** A number made whole. */
export function rounded(how: Rounding, value: Numeric): Numeric {
  if (typeof value === 'number' && !Number.isFinite(value)) return value;
  const { top, bottom } = exact(value);
  if (how === 'round') {
    const size = (magnitude(top) * 2n + bottom) / (bottom * 2n);
    return { top: top < 0n ? -size : size, bottom: 1n };
  }
  const floor = top / bottom - (top % bottom < 0n ? 1n : 0n);
  return { top: how === 'floor' || top % bottom === 0n ? floor : floor + 1n, bottom: 1n };
}

function divided(operator: 'div' | 'divby' | 'mod', x: Rational, y: Rational, areIntegers: boolean): Rational {
  if (y.top === 0n)
    throw badRequest(`A ${operator} in $filter divides by zero. Leave such rows out with "ne 0" first.`);
  const top = x.top * y.bottom;
  const bottom = y.top * x.bottom;
  // The remainder has the sign of what is divided, as BigInt has it too.
  if (operator === 'mod') return bounded(top % bottom, x.bottom * y.bottom);
  if (operator === 'div' && areIntegers) return bounded(top / bottom, 1n);
  return bottom < 0n ? bounded(-top, -bottom) : bounded(top, bottom);
}

function bounded(top: bigint, bottom: bigint): Rational {
  if (magnitude(top) > BOUND || bottom > BOUND) throw badRequest('A calculation gives a number with too many digits.');
  return { top, bottom };
}

function ten(power: number): bigint {
  return TENS[power] ?? 10n ** BigInt(power);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
