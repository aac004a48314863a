import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, penceOfInteger, penceOfPounds } from '../../src/platform/money.ts';

const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);
/** Pence that a JSON number of pounds carries exactly: at most 15 significant digits. */
const EXACT_PENCE = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });
const ANY_PENCE = fc.bigInt({ min: -LIMIT, max: LIMIT });

/** Pounds as somebody would write them by hand: no float takes part. */
function written(pence: bigint): string {
  const size = pence < 0n ? -pence : pence;
  return `${pence < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
}

describe('penceOfPounds', () => {
  it('turns every JSON number of pounds and pence into exactly that many pence', () => {
    fc.assert(
      fc.property(EXACT_PENCE, (pence) => {
        expect(penceOfPounds(JSON.parse(written(pence)))).toBe(pence);
        expect(penceOfPounds(JSON.parse(JSON.stringify(JSON.parse(written(pence)))))).toBe(pence);
      }),
    );
  });

  it('turns decimal strings into exactly that many pence, up to the largest safe integer', () => {
    fc.assert(
      fc.property(ANY_PENCE, (pence) => {
        expect(penceOfPounds(written(pence))).toBe(pence);
      }),
    );
    expect(penceOfPounds(written(LIMIT + 1n))).toBeNull();
    expect(penceOfPounds(written(-LIMIT - 1n))).toBeNull();
  });

  it.each([
    [0.1 + 0.2, 30n],
    [1.005, 101n],
    [8.325, 833n],
    [1.115, 112n],
    [0.005, 1n],
    [0.0049999, 0n],
    [-0.005, -1n],
    [-1.005, -101n],
    [-1.004, -100n],
    ['2.675', 268n],
  ])('rounds further decimals half away from zero: %s', (pounds, pence) => {
    expect(penceOfPounds(pounds)).toBe(pence);
  });

  it.each([
    [1e-7, 0n],
    [-1.5e-7, 0n],
    [5e-3, 1n],
    [1e13, 10n ** 15n],
    [12e3, 1_200_000n],
    [0, 0n],
    [-0, 0n],
    ['1.5e-2', 2n],
    ['2.5e+3', 250_000n],
  ])('understands exponents and zeros: %s', (pounds, pence) => {
    expect(penceOfPounds(pounds)).toBe(pence);
  });

  it('rounds any number of decimals as the exact fraction would be', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 8 }), (digits, places) => {
        const text = digits.toString().padStart(places + 1, '0');
        const whole = text.slice(0, text.length - places);
        const pounds = places === 0 ? whole : `${whole}.${text.slice(-places)}`;
        const unit = 10n ** BigInt(places);
        expect(penceOfPounds(pounds)).toBe((digits * 200n + unit) / (2n * unit));
      }),
    );
  });

  it.each([
    [''],
    [' '],
    ['abc'],
    ['£12'],
    ['1,000.00'],
    ['1.2.3'],
    ['--1'],
    ['0x10'],
    ['1e'],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e21],
    [1e300],
    ['1e999'],
    [true],
    [null],
    [undefined],
    [[12]],
    [{ amount: 12 }],
    [12n],
  ])('gives null for what is no exact amount: %s', (junk) => {
    expect(penceOfPounds(junk)).toBeNull();
  });
});

describe('penceOfInteger', () => {
  it('takes whole pence as a number or a string', () => {
    fc.assert(
      fc.property(ANY_PENCE, (pence) => {
        expect(penceOfInteger(Number(pence))).toBe(pence);
        expect(penceOfInteger(String(pence))).toBe(pence);
      }),
    );
  });

  it.each([
    [1.5],
    ['1.5'],
    ['1e3'],
    [''],
    ['12p'],
    ['0x1f'],
    [String(LIMIT + 1n)],
    [2 ** 53],
    [Number.NaN],
    [null],
    [{}],
  ])('gives null for what is no whole number that is exact: %s', (junk) => {
    expect(penceOfInteger(junk)).toBeNull();
  });
});

describe('decimalOf', () => {
  it('writes two decimals always, and reads back as the same amount', () => {
    expect(
      [0n, 5n, -5n, 10n, -10n, 100n, 1234567n, -LIMIT].map((pence) => decimalOf({ pence, currency: 'GBP' })),
    ).toEqual(['0.00', '0.05', '-0.05', '0.10', '-0.10', '1.00', '12345.67', '-90071992547409.91']);
    fc.assert(
      fc.property(ANY_PENCE, (pence) => {
        const text = decimalOf({ pence, currency: 'GBP' });
        expect(text).toMatch(/^-?\d+\.\d{2}$/);
        expect(penceOfPounds(text)).toBe(pence);
      }),
    );
  });
});
