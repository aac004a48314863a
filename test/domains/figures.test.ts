import { describe, expect, it } from 'vitest';
import {
  currentValueOf,
  discrepanciesOf,
  figuresOf,
  policyNumberOf,
  updatedAtOf,
} from '../../src/domains/plans/figures.ts';
import { shares } from '../../src/domains/plans/owners.ts';
import type { PlanModel } from '../../src/domains/shared/plan.ts';
import { BrokenField } from '../../src/platform/errors.ts';
import type { WireItem } from '../../src/platform/wire.ts';
import { finance, person, plan } from './helpers.ts';

interface Given {
  readonly ours?: WireItem | null;
  readonly theirs?: WireItem | null;
  readonly percentages?: { readonly ours: number[]; readonly theirs: number[] };
}

/** A plan as the two platforms hold it; null where one does not. */
function planOf({ ours = {}, theirs = {}, percentages = { ours: [100], theirs: [100] } }: Given): PlanModel {
  const owners = (given: number[]) =>
    shares(given.map((percentage, index) => ({ id: `${index}`, ref: person(`${index}`), percentage }))).owners;
  return {
    ref: person('f1'),
    finance: ours === null ? null : finance(ours),
    plannr: theirs === null ? null : plan(theirs),
    owners: owners(percentages.ours),
    ownership: null,
    ownersBySystem: { DYNAMIC_PLANNER: owners(percentages.ours), PLANNR: owners(percentages.theirs) },
  };
}

const dp = (value: number, valuedOn?: string): WireItem => ({
  latestHistoricalValuation: { id: 'v', value, valuedOn },
});
const plannr = (amount: number, valued_at?: string): WireItem => ({
  value: { amount, currency: 'GBP' },
  latest_valuations:
    valued_at === undefined ? [] : [{ uuid: 'v', valued_at, value: { amount, currency: 'GBP' }, sub_account: null }],
});
const penceOf = (given: Given): bigint | null => currentValueOf(planOf(given))?.pence ?? null;

describe('what a plan is worth', () => {
  it.each([
    ['Dynamic Planner’s, where it is newer', dp(10, '2026-05-01'), plannr(2_000, '2026-04-30'), 1_000n],
    ['Plannr’s, where it is newer', dp(10, '2026-04-30'), plannr(2_000, '2026-05-01'), 2_000n],
    ['Dynamic Planner’s of the same day', dp(10, '2026-05-01'), plannr(2_000, '2026-05-01'), 1_000n],
    ['the dated one, since an undated one is the oldest', { value: 10 }, plannr(2_000, '1999-01-01'), 2_000n],
    ['the dated one here as well', { value: 10, valuedOn: '1999-01-01' }, plannr(2_000), 1_000n],
    ['Dynamic Planner’s where neither has a date', { value: 10 }, plannr(2_000), 1_000n],
    ['Plannr’s where Dynamic Planner has none', {}, plannr(2_000), 2_000n],
    ['nothing where neither has one', {}, {}, null],
  ])('is %s', (_which, ours, theirs, pence) => {
    expect(penceOf({ ours, theirs })).toBe(pence);
  });

  it('goes by the day as written, whatever the offset', () => {
    const theirs = plannr(2_000, '2026-05-01T00:00:00+01:00');
    expect(penceOf({ ours: dp(10, '2026-04-30'), theirs })).toBe(2_000n);
    expect(penceOf({ ours: dp(10, '2026-05-01'), theirs })).toBe(1_000n);
  });

  it('is the one platform’s figure where only one holds it', () => {
    expect(penceOf({ ours: dp(10, '2026-05-01'), theirs: null })).toBe(1_000n);
    expect(penceOf({ ours: null, theirs: plannr(2_000) })).toBe(2_000n);
  });

  it('is an asset’s value or what is left to pay of a liability', () => {
    expect(penceOf({ ours: { type: 'asset', value: 250_000.5, valuedOn: '2026-01-01' }, theirs: null })).toBe(
      25_000_050n,
    );
    expect(penceOf({ ours: { type: 'liability', outstandingBalance: 99.99 }, theirs: null })).toBe(9_999n);
    expect(penceOf({ ours: { type: 'asset', value: 0, valuedOn: '2026-01-01' }, theirs: null })).toBe(0n);
  });

  it('is the newer of two that one platform holds', () => {
    const valuation = { latestHistoricalValuation: { id: 'v', value: 10, valuedOn: '2026-04-01' } };
    expect(penceOf({ ours: { ...valuation, value: 20, valuedOn: '2026-05-01' }, theirs: null })).toBe(2_000n);
    expect(penceOf({ ours: { ...valuation, value: 20, valuedOn: '2026-03-01' }, theirs: null })).toBe(1_000n);
    expect(penceOf({ ours: { ...valuation, value: 20 }, theirs: null })).toBe(1_000n);
  });

  it('does not count a sub-account’s valuation as the whole plan’s', () => {
    const part = { uuid: 'v2', valued_at: '2026-06-01', value: 5, sub_account: { uuid: 's' } };
    const whole = { uuid: 'v1', valued_at: '2026-04-01', value: { amount: '2000' }, sub_account: null };
    expect(figuresOf({ finance: null, plannr: plan({ latest_valuations: [part, whole] }) })).toEqual([
      { system: 'PLANNR', value: { pence: 2_000n, currency: 'GBP' }, on: '2026-04-01' },
    ]);
  });

  it('keeps the currency that it is in', () => {
    expect(currentValueOf(planOf({ ours: { value: 5, currency: 'EUR' }, theirs: null }))).toEqual({
      pence: 500n,
      currency: 'EUR',
    });
  });

  it('is broken where a platform sent no amount', () => {
    expect(() => penceOf({ ours: { value: 'lots' }, theirs: null })).toThrow(BrokenField);
    expect(() => penceOf({ ours: null, theirs: { value: { amount: '12.5' } } })).toThrow(BrokenField);
  });
});

describe('discrepancies', () => {
  const fieldsOf = (given: Given): string[] => discrepanciesOf(planOf(given)).map(({ field }) => field);

  it('are none where only one platform holds the plan, or both say the same', () => {
    expect(discrepanciesOf(planOf({ ours: dp(10, '2026-05-01'), theirs: null }))).toEqual([]);
    expect(discrepanciesOf(planOf({ ours: null, theirs: plannr(2_000) }))).toEqual([]);
    const ours = { ...dp(20, '2026-05-01'), status: 'active', openedOn: '2020-01-01', provider: { name: 'Aviva plc' } };
    const theirs = {
      ...plannr(2_000),
      status: 'active',
      opened_at: '2020-01-01T00:00:00+00:00',
      provider: { name: 'AVIVA PLC.' },
    };
    expect(discrepanciesOf(planOf({ ours, theirs }))).toEqual([]);
  });

  it('show both values with their systems', () => {
    expect(discrepanciesOf(planOf({ ours: dp(10, '2026-05-01'), theirs: plannr(2_050) }))).toEqual([
      {
        field: 'currentValue',
        values: [
          { system: 'DYNAMIC_PLANNER', value: '10.00 GBP' },
          { system: 'PLANNR', value: '20.50 GBP' },
        ],
      },
    ]);
  });

  it.each([
    ['status', { status: 'active' }, { status: 'inactive' }],
    ['provider', { provider: { name: 'Aviva' } }, { provider: { name: 'Zurich' } }],
    ['openedOn', { openedOn: '2020-01-01' }, { opened_at: '2020-01-02' }],
    ['currentValue', { value: 10 }, { value: { amount: 1_000, currency: 'EUR' } }],
  ])('are told of %s, and not where one platform lacks it', (field, ours, theirs) => {
    expect(fieldsOf({ ours, theirs })).toEqual([field]);
    expect(fieldsOf({ ours, theirs: {} })).toEqual([]);
    expect(fieldsOf({ ours: {}, theirs })).toEqual([]);
  });

  it('are told of the owners’ percentages, without saying who they are', () => {
    const [found] = discrepanciesOf(planOf({ percentages: { ours: [75, 25], theirs: [50, 50] } }));
    expect(found).toEqual({
      field: 'owners',
      values: [
        { system: 'DYNAMIC_PLANNER', value: '75% / 25%' },
        { system: 'PLANNR', value: '50% / 50%' },
      ],
    });
  });
});

describe('other facts of a plan', () => {
  it('are the newer change, and Dynamic Planner’s number first', () => {
    const given = planOf({
      ours: { updatedAt: '2026-05-01T10:00:00+01:00', reference: 'AVI-1' },
      theirs: { updated_at: '2026-05-01T09:30:00Z', policy_number: 'AVI1' },
    });
    expect(updatedAtOf(given)).toBe('2026-05-01T09:30:00.000Z');
    expect(policyNumberOf(given)).toBe('AVI-1');
    expect(policyNumberOf(planOf({ ours: null, theirs: { policy_number: 'AVI1' } }))).toBe('AVI1');
    expect(updatedAtOf(planOf({}))).toBeNull();
  });
});
