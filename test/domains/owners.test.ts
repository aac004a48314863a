import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { financeOwners, HUNDREDTHS, plannrOwners, shares } from '../../src/domains/plans/owners.ts';
import { account, finance, person, plan } from './helpers.ts';

/** Owners with these percentages, each a person of their own unless named. */
const owning = (...percentages: (number | null)[]) =>
  shares(percentages.map((percentage, index) => ({ id: `${index}`, ref: person(`${index}`), percentage })));
const percentagesOf = ({ owners }: ReturnType<typeof shares>): number[] => owners.map(({ percentage }) => percentage);

describe('owners as the platforms send them', () => {
  it('are a finance’s clients with their percentages, as numbers or strings', () => {
    const owners = [
      { clientId: 'a', percentage: 75 },
      { clientId: 'b', percentage: '25.5' },
      { clientId: 'c' },
      { percentage: 1 },
    ];
    expect(financeOwners(finance({ owners }))).toEqual([
      { id: 'a', percentage: 75 },
      { id: 'b', percentage: 25.5 },
      { id: 'c', percentage: null },
    ]);
    expect(financeOwners(finance({}))).toEqual([]);
  });

  it('are a plan’s accounts, or its one client where it lists none', () => {
    const accounts = [
      { account_uuid: 'a', ownership_percentage: 60 },
      { account_uuid: 'b', ownership_percentage: null },
    ];
    const client = { uuid: 'c' };
    expect(plannrOwners(plan({ accounts, client }))).toEqual([
      { id: 'a', percentage: 60 },
      { id: 'b', percentage: null },
    ]);
    expect(plannrOwners(plan({ accounts: [], client }))).toEqual([{ id: 'c', percentage: null }]);
    expect(plannrOwners(plan({}))).toEqual([]);
  });

  it('are none where they are no list, and without a percentage where it is no number; what is broken is told', () => {
    const told: string[] = [];
    const onBroken = ({ message }: { message: string }) => told.push(message);
    expect(financeOwners(finance({ owners: 'ann' }), onBroken)).toEqual([]);
    const [owner] = financeOwners(finance({ owners: [{ clientId: 'a', percentage: 'half' }] }), onBroken);
    expect(owner).toEqual({ id: 'a', percentage: null });
    expect(plannrOwners(plan({ accounts: { uuid: 'a' } }), onBroken)).toEqual([]);
    expect(told).toHaveLength(3);
    expect(told.join()).not.toMatch(/half/);
  });
});

describe('the shares of owners', () => {
  it.each([
    [[75, null, null], [75, 12.5, 12.5], 'PERCENTAGE_MISSING'],
    [[null, null], [50, 50], 'PERCENTAGE_MISSING'],
    [[100, null], [100, 0], 'PERCENTAGE_MISSING'],
    [[50, 50], [50, 50], null],
    [[33.33, 33.33, 33.34], [33.33, 33.33, 33.34], null],
    [[100], [100], null],
    [[null], [100], null],
    [[60], [60], 'PERCENTAGES_BELOW_100'],
    [[33.33, 33.33, 33.33], [33.33, 33.33, 33.33], 'PERCENTAGES_BELOW_100'],
    [[0, 0], [0, 0], 'PERCENTAGES_BELOW_100'],
    [[60, 60], [60, 60], 'PERCENTAGES_ABOVE_100'],
  ] as const)('of %j are %j, flagged %s', (given, percentages, flag) => {
    const result = owning(...given);
    expect(percentagesOf(result)).toEqual(percentages);
    expect(result.flag).toBe(flag);
  });

  it.each([
    [
      [null, null, null],
      [33.34, 33.33, 33.33],
      [33.3334, 33.3333, 33.3333],
    ],
    [
      [99.99, null, null],
      [99.99, 0.01, 0],
      [99.99, 0.005, 0.005],
    ],
    [
      [0.01, null, null],
      [0.01, 50, 49.99],
      [0.01, 49.995, 49.995],
    ],
    // What is finer than two decimals is not made coarser: it would no longer be 100.
    [
      [33.333, null, null],
      [33.333, 33.3335, 33.3335],
      [33.333, 33.3335, 33.3335],
    ],
  ])('of %j are %j in Plannr, and elsewhere %j', (given, plannr, finer) => {
    const owners = given.map((percentage, index) => ({ ref: person(`${index}`), percentage }));
    expect(percentagesOf(shares(owners, HUNDREDTHS))).toEqual(plannr);
    expect(percentagesOf(shares(owners))).toEqual(finer);
  });

  it('in Plannr have two decimals and are exactly 100 together, whatever is left out', () => {
    const hundredths = fc.array(fc.integer({ min: 0, max: 2_500 }), { maxLength: 4 });
    fc.assert(
      fc.property(hundredths, fc.integer({ min: 1, max: 7 }), (given, open) => {
        const percentages = [...given.map((one) => one / 100), ...Array<null>(open).fill(null)];
        const parts = percentagesOf(
          shares(
            percentages.map((percentage, index) => ({ ref: person(`${index}`), percentage })),
            HUNDREDTHS,
          ),
        );
        for (const part of parts) expect(part).toBe(Number(part.toFixed(2)));
        expect(parts.reduce((sum, part) => sum + Math.round(part * 100), 0)).toBe(10_000);
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  it('are nothing, and not flagged, without owners', () => {
    expect(owning()).toEqual({ owners: [], flag: null });
  });

  it('add up where several accounts are one person, who stands where the first did', () => {
    const owners = [
      { id: 'a1', ref: person('ann'), percentage: 25 },
      { id: 'b1', ref: account('b1'), percentage: 50 },
      { id: 'a2', ref: person('ann'), percentage: 25 },
    ];
    expect(shares(owners)).toEqual({
      owners: [
        { ref: person('ann'), percentage: 50 },
        { ref: account('b1'), percentage: 50 },
      ],
      flag: null,
    });
  });

  it('are kept apart for a person and an account that happen to have the same id', () => {
    const owners = [person('x'), account('x')].map((ref) => ({ id: 'x', ref, percentage: 50 }));
    expect(shares(owners).owners).toHaveLength(2);
  });

  it('keep every given percentage, and share what is left equally, within a ten-thousandth', () => {
    const percentage = fc.option(
      fc.integer({ min: 0, max: 2_000 }).map((n) => n / 100),
      { nil: null },
    );
    fc.assert(
      fc.property(fc.array(percentage, { minLength: 1, maxLength: 5 }), (given) => {
        const result = percentagesOf(owning(...given));
        const missing = given.filter((entry) => entry === null).length;
        const left = (100 - given.reduce<number>((sum, entry) => sum + (entry ?? 0), 0)) / Math.max(1, missing);
        for (const [index, entry] of given.entries()) expect(result[index]).toBeCloseTo(entry ?? left, 3);
      }),
    );
  });
});
