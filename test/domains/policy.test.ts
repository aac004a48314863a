import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, normalisedPolicyNumber, samePolicies } from '../../src/domains/plans/policy.ts';
import { finance, plan } from './helpers.ts';

interface Sketch {
  readonly type: string;
  readonly number: string | null;
  readonly owners: readonly string[];
}

const ours = ({ type, number, owners }: Sketch, index = 0): Candidate => ({
  wire: finance({ id: `f${index}`, type }),
  number: normalisedPolicyNumber(number),
  owners: new Set(owners),
});
const theirs = ({ type, number, owners }: Sketch, index = 0): Candidate => ({
  wire: plan({ uuid: `p${index}`, type }),
  number: normalisedPolicyNumber(number),
  owners: new Set(owners),
});

/** Which of Dynamic Planner's records is which of Plannr's, by index. */
function pairsOf(finances: readonly Sketch[], plans: readonly Sketch[]): [unknown, unknown][] {
  const pairs = samePolicies(finances.map(ours), plans.map(theirs));
  return [...pairs].map(([one, other]) => [one.item.id, other.item.uuid]);
}

const PENSION: Sketch = { type: 'pension', number: 'AVI-43135', owners: ['ann'] };

describe('a policy number', () => {
  it.each([
    ['AVI-43135', 'AVI43135'],
    [' avi 43135 ', 'AVI43135'],
    ['avi/43.135', 'AVI43135'],
    ['ＡＶＩ４３１３５', 'AVI43135'],
    ['0012345', '0012345'],
    ['12 34', '1234'],
  ])('is compared in upper case, letters and digits only: %j', (number, normalised) => {
    expect(normalisedPolicyNumber(number)).toBe(normalised);
  });

  it.each([
    null,
    '',
    '   ',
    '---',
    'A-1',
    '123',
    'N/A',
    'TBC',
    'unknown',
    'Not known',
    'pending',
    'none',
    'To be confirmed',
    '0000',
    'XXXX',
    '9999999',
  ])('that is short or a placeholder identifies nothing: %j', (number) => {
    expect(normalisedPolicyNumber(number)).toBeNull();
  });

  it('does not change when it is compared again, nor by what stands between its characters', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
        fc.constantFrom('-', ' ', '/', '.', '_'),
        (text, between) => {
          const once = normalisedPolicyNumber(text);
          expect(normalisedPolicyNumber([...text].join(between))).toBe(once);
          if (once !== null) expect(normalisedPolicyNumber(once)).toBe(once);
        },
      ),
    );
  });
});

describe('the same policy', () => {
  it('is the one with an equal number, a type that goes with it and an owner in common', () => {
    expect(pairsOf([PENSION], [{ ...PENSION, number: 'avi 43135', owners: ['bob', 'ann'] }])).toEqual([['f0', 'p0']]);
  });

  it.each([
    ['another number', { number: 'AVI-43136' }],
    ['no number', { number: null }],
    ['a placeholder for a number', { number: 'TBC' }],
    ['another owner', { owners: ['bob'] }],
    ['no linked owner', { owners: [] }],
    ['a type that does not go with it', { type: 'mortgage' }],
    ['an unknown type', { type: 'spaceship' }],
  ])('is not the one with %s', (_what, other) => {
    expect(pairsOf([PENSION], [{ ...PENSION, ...other }])).toEqual([]);
    expect(pairsOf([{ ...PENSION, ...other }], [PENSION])).toEqual([]);
  });

  it.each([
    ['pension', 'pension', true],
    ['pension', 'annuity', true],
    ['investment', 'investment', true],
    ['investment', 'cash_account', true],
    ['protection', 'protection_policy', true],
    ['protection', 'group_protection', true],
    ['asset', 'fixed_asset', true],
    ['liability', 'mortgage', true],
    ['liability', 'loan_credit', true],
    ['liability', 'cash_account', false],
    ['asset', 'mortgage', false],
    ['protection', 'investment', false],
    ['constructor', 'pension', false],
  ])('may be a %s here and a %s there: %s', (type, other, fits) => {
    expect(pairsOf([{ ...PENSION, type }], [{ ...PENSION, type: other }])).toEqual(fits ? [['f0', 'p0']] : []);
  });

  it('is not guessed where two candidates stand on either side', () => {
    expect(pairsOf([PENSION], [PENSION, PENSION])).toEqual([]);
    expect(pairsOf([PENSION, PENSION], [PENSION])).toEqual([]);
    expect(pairsOf([PENSION, PENSION], [PENSION, PENSION])).toEqual([]);
  });

  it('is found beside other policies', () => {
    const isa: Sketch = { type: 'investment', number: 'ISA-1001', owners: ['ann', 'bob'] };
    const home: Sketch = { type: 'liability', number: 'MTG-77-1', owners: ['bob'] };
    expect(
      pairsOf([PENSION, isa, home], [{ ...home, type: 'mortgage' }, PENSION, { ...isa, owners: ['bob'] }]),
    ).toEqual([
      ['f0', 'p1'],
      ['f1', 'p2'],
      ['f2', 'p0'],
    ]);
  });

  it('pairs each record at most once, and never two that do not fit, whatever there is', () => {
    const sketch = (types: string[]) =>
      fc.record({
        type: fc.constantFrom(...types),
        number: fc.constantFrom('AVI-1001', 'avi1001', 'AVI-1002', 'TBC', null),
        owners: fc.subarray(['ann', 'bob', 'cleo']),
      });
    const lists = fc.tuple(
      fc.array(sketch(['pension', 'investment']), { maxLength: 6 }),
      fc.array(sketch(['pension', 'cash_account', 'mortgage']), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(lists, ([finances, plans]) => {
        const pairs = samePolicies(finances.map(ours), plans.map(theirs));
        expect(new Set(pairs.values()).size).toBe(pairs.size);
        for (const [one, other] of pairs) {
          const a = finances[Number(String(one.item.id).slice(1))];
          const b = plans[Number(String(other.item.uuid).slice(1))];
          expect(normalisedPolicyNumber(a?.number ?? null)).not.toBeNull();
          expect(normalisedPolicyNumber(a?.number ?? null)).toBe(normalisedPolicyNumber(b?.number ?? null));
          expect(a?.owners.some((owner) => b?.owners.includes(owner))).toBe(true);
          expect(b?.type).toBe(a?.type === 'pension' ? 'pension' : 'cash_account');
        }
      }),
    );
  });
});
