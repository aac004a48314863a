import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shares } from '../../src/domains/plans/owners.ts';
import { split } from '../../src/domains/wealth/shares.ts';
import { person } from './helpers.ts';

const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);
const PENCE = fc.bigInt({ min: 0n, max: 10n ** 13n });
/** Percentages with two decimals, as hundredths. */
const HUNDREDTHS = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 6 });

describe('a split amount', () => {
  it('is neither more nor less than the whole where the percentages reach 100', () => {
    fc.assert(
      fc.property(PENCE, HUNDREDTHS, (pence, given) => {
        const total = given.reduce((all, entry) => all + entry, 0);
        fc.pre(total >= 10_000);
        expect(
          sum(
            split(
              pence,
              given.map((entry) => entry / 100),
            ),
          ),
        ).toBe(pence);
      }),
    );
  });

  it('gives everyone, and nobody for the rest, the exact share to within a penny, and nothing negative', () => {
    fc.assert(
      fc.property(PENCE, HUNDREDTHS, (pence, given) => {
        const total = BigInt(given.reduce((all, entry) => all + entry, 0));
        const whole = total > 10_000n ? total : 10_000n;
        const parts = split(
          pence,
          given.map((entry) => entry / 100),
        );
        expect(parts).toHaveLength(given.length);
        const withRest = [...parts, pence - sum(parts)];
        const weights = [...given.map(BigInt), whole - total];
        for (const [index, part] of withRest.entries()) {
          const off = part * whole - pence * (weights[index] ?? 0n);
          expect(off > -whole && off < whole).toBe(true);
          expect(part >= 0n).toBe(true);
        }
      }),
    );
  });

  it.each([
    [100n, [50, 50], [50n, 50n]],
    [101n, [50, 50], [51n, 50n]],
    [1n, [50, 50], [1n, 0n]],
    [100n, [33.33, 33.33, 33.34], [33n, 33n, 34n]],
    [2n, [25, 25, 25, 25], [1n, 1n, 0n, 0n]],
    [1n, [50], [1n]],
    [1_000n, [75, 12.5, 12.5], [750n, 125n, 125n]],
    [1_001n, [75, 12.5, 12.5], [751n, 125n, 125n]],
    [0n, [60, 40], [0n, 0n]],
    [500n, [], []],
  ] as const)('goes by largest remainder, on a tie to the earlier owner: %s by %j', (pence, percentages, parts) => {
    expect(split(pence, percentages)).toEqual(parts);
  });

  it('leaves to nobody what the percentages do not reach', () => {
    expect(split(1_000n, [60])).toEqual([600n]);
    expect(split(1_000n, [0, 0])).toEqual([0n, 0n]);
  });

  it('is scaled down where the percentages exceed 100, rather than made more', () => {
    expect(split(900n, [100, 50])).toEqual([600n, 300n]);
    expect(split(100n, [100, 100])).toEqual([50n, 50n]);
  });

  it('counts a negative percentage as none', () => {
    expect(split(100n, [-20, 100])).toEqual([0n, 100n]);
  });

  it.each([3, 6, 7, 9, 11])('is whole where %i owners without percentages share it equally', (count) => {
    const { owners } = shares(
      Array.from({ length: count }, (_, index) => ({ id: `${index}`, ref: person(`${index}`), percentage: null })),
    );
    const parts = split(
      10_000_000_000n,
      owners.map(({ percentage }) => percentage),
    );
    expect(sum(parts)).toBe(10_000_000_000n);
  });
});
