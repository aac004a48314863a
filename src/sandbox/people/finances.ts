import type { DpFinance, DpOwner } from '../dynamic-planner/wire.ts';
import { makeFinance } from './finance-shapes.ts';
import { dpId } from './ids.ts';
import { at, type Random, randomFor } from './random.ts';
import { type Oddity, partnerOf, ROUND, type TwinKind, type World } from './world.ts';

/** A finance that stands at a fixed place of every round of people. */
interface Fixed {
  readonly type: string;
  readonly owners?: 'couple' | 'three';
  readonly pence?: number;
  readonly reference?: string;
  readonly currency?: string;
  readonly subType?: string;
  readonly twin?: TwinKind;
  readonly oddity?: Oddity;
}

const FIXED: Readonly<Record<number, readonly Fixed[]>> = {
  2: [
    { type: 'structured_product', oddity: 'unknownFinanceType' },
    { type: 'asset', owners: 'three', oddity: 'threeOwners' },
  ],
  4: [{ type: 'investment', currency: 'EUR', oddity: 'foreignCurrency' }],
  8: [{ type: 'investment', pence: 2_500_000_055, twin: 'agreeing', oddity: 'valueBeyondInt32' }],
  9: [{ type: 'pension', currency: 'USD', oddity: 'foreignCurrency' }],
  11: [{ type: 'investment', twin: 'value' }],
  13: [{ type: 'investment', twin: 'incompatible', oddity: 'incompatibleTypes' }],
  16: [{ type: 'pension', twin: 'status' }],
  18: [{ type: 'investment', reference: 'TBC', twin: 'placeholder', oddity: 'placeholderNumber' }],
  21: [{ type: 'investment', currency: 'EUR', twin: 'agreeing', oddity: 'foreignCurrency' }],
  23: [{ type: 'pension', reference: 'N/A', twin: 'placeholder', oddity: 'placeholderNumber' }],
  26: [{ type: 'investment', twin: 'ownership' }],
  28: [{ type: 'investment', reference: '0000', twin: 'placeholder', oddity: 'placeholderNumber' }],
  33: [{ type: 'pension', twin: 'ambiguous', oddity: 'ambiguousPolicyNumber' }],
  38: [{ type: 'investment', subType: 'isa_hyper_plus', twin: 'agreeing', oddity: 'unknownSubType' }],
};

/** What the first of every couple holds together with the other. */
const JOINT: readonly Fixed[] = [
  { type: 'investment', owners: 'couple', oddity: 'jointFinance' },
  { type: 'asset', owners: 'couple', oddity: 'jointFinance' },
];

/** Shares of the couples, in turn; null stands for a percentage that nobody entered. */
const SHARES: readonly (readonly [number | null, number | null])[] = [
  [60, 40],
  [50, 50],
  [null, null],
  [60, 30],
  [60, 40],
  [50, 50],
  [70, 30],
  [75, null],
];

/** Types of all other finances, in turn. */
const TYPES = [
  'investment',
  'pension',
  'income',
  'investment',
  'asset',
  'pension',
  'liability',
  'expenditure',
  'investment',
  'protection',
];

/** Adds finances of all seven types: one to six for every person, joint ones counted for each owner. */
export function addFinances(world: World): void {
  let number = 0;
  const add = (index: number, fixed: Fixed, random: Random): void => {
    number += 1;
    const finance = makeFinance(number, fixed.type, ownersOf(world, index, fixed.owners), random, fixed);
    world.dp.finances.set(finance.id, finance);
    if (finance.latestHistoricalValuation) world.financeNumbers.set(finance.id, number);
    if (fixed.twin !== undefined) world.twins.set(finance.id, fixed.twin);
    if (fixed.oddity !== undefined) world.oddities[fixed.oddity].push(finance.id);
    noteShares(world, finance);
  };
  for (let index = 0; index < world.dpCount; index += 1) {
    const random = randomFor(world.seed, 'finances', index);
    const partner = partnerOf(world, index);
    const joint = partner !== null && partner > index ? JOINT.slice(0, 1 + (index % 2)) : [];
    const fixed = [...(FIXED[index % ROUND] ?? []), ...joint];
    for (const entry of fixed) add(index, entry, random);
    const wanted = random.int(1, partner === null ? 4 : 3);
    for (let count = fixed.length; count < wanted; count += 1)
      add(index, { type: at(TYPES, index * 3 + count) }, random);
  }
}

function ownersOf(world: World, index: number, kind: Fixed['owners']): DpOwner[] {
  const partner = partnerOf(world, index);
  if (kind === 'three') {
    return [33.33, 33.33, 33.34].map((percentage, back) => ({
      clientId: dpId('client', index - 1 + back),
      percentage,
    }));
  }
  if (kind === 'couple' && partner !== null) {
    const [own, other] = at(SHARES, (index % ROUND) / 5);
    return [share(index, own, index), share(partner, other, index)];
  }
  return [{ clientId: dpId('client', index + 1), percentage: 100 }];
}

/** Where a percentage is missing, every other time the field is missing too. */
function share(owner: number, percentage: number | null, index: number): DpOwner {
  const clientId = dpId('client', owner + 1);
  return percentage === null && index % (ROUND * 2) < ROUND ? { clientId } : { clientId, percentage };
}

function noteShares(world: World, finance: DpFinance): void {
  const shares = finance.owners.map((owner) => owner.percentage);
  if (shares.some((percentage) => typeof percentage !== 'number')) world.oddities.missingPercentages.push(finance.id);
  else if (shares.reduce<number>((sum, percentage) => sum + (percentage ?? 0), 0) < 99) {
    world.oddities.percentagesBelow100.push(finance.id);
  }
}
