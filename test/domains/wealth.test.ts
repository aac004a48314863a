import { describe, expect, it } from 'vitest';
import { currentValueOf } from '../../src/domains/plans/figures.ts';
import { isLiability, statusOf, typeOf } from '../../src/domains/plans/types.ts';
import type { OwnershipFlag, PlanModel } from '../../src/domains/shared/plan.ts';
import { open } from '../../src/domains/wealth/index.ts';
import { SANDBOX_CALLER } from '../../src/platform/caller.ts';
import type { UpstreamError } from '../../src/platform/errors.ts';
import { Waves } from '../../src/platform/waves.ts';
import type { WireItem } from '../../src/platform/wire.ts';
import { callScope, failureOf, finance, outage, person, plan } from './helpers.ts';

const ANN = person('ann');
const BOB = person('bob');

interface Given {
  readonly ours?: WireItem;
  readonly theirs?: WireItem;
  readonly shares?: readonly [ann: number, bob: number];
  readonly ownership?: OwnershipFlag;
}

/** A plan of Ann's, and of Bob's where shares are given. */
const planOf = ({ ours, theirs, shares: [ann, bob] = [100, 0], ownership }: Given): PlanModel => ({
  ref: person('f1'),
  finance: ours === undefined ? null : finance(ours),
  plannr: theirs === undefined ? null : plan(theirs),
  owners: [{ ref: ANN, percentage: ann }, ...(bob > 0 ? [{ ref: BOB, percentage: bob }] : [])],
  ownership: ownership ?? null,
  ownersBySystem: {},
});

function wealthOf(given: readonly Given[], ref = ANN, problems: readonly UpstreamError[] = []) {
  const operation = {
    ...callScope(),
    waves: new Waves(),
    caller: SANDBOX_CALLER,
    selection: { has: () => true },
    sources: { dynamicPlanner: null, plannr: null },
  };
  const plans = given.map(planOf);
  const source = { ofClient: async () => ({ plans, problems }), typeOf, statusOf, isLiability, currentValueOf };
  return open(operation, {}, { clients: { byRef: async () => null }, plans: source }).ofClient(ref);
}

const pounds = (value: number, more: WireItem = {}): WireItem => ({
  type: 'investment',
  value,
  valuedOn: '2026-05-01',
  ...more,
});
const totalOf = async (...given: Given[]) => (await wealthOf(given)).total;

describe('a client’s wealth', () => {
  it('is what is owned less what is owed', async () => {
    const mortgage = { ours: { type: 'liability', subType: 'mortgage', outstandingBalance: 150_000 } };
    const loan = { theirs: { type: 'loan_credit', value: { amount: 50_000 } } };
    expect(await totalOf({ ours: pounds(200_000) }, mortgage, loan)).toEqual({ pence: 4_950_000n, currency: 'GBP' });
  });

  it.each(['protection_policy', 'group_protection', 'general_insurance'])(
    'does not count insurance: %s',
    async (type) => {
      expect((await totalOf({ theirs: { type, value: { amount: 100 } } })).pence).toBe(0n);
    },
  );

  it('does not count protection, nor what is inactive or proposed', async () => {
    expect((await totalOf({ ours: pounds(1, { type: 'protection' }) })).pence).toBe(0n);
    for (const status of ['inactive', 'proposed'])
      expect((await totalOf({ ours: pounds(1, { status }) })).pence).toBe(0n);
    for (const status of ['active', null]) expect((await totalOf({ ours: pounds(1, { status }) })).pence).toBe(100n);
  });

  it('counts a policy that stands in both platforms once, by its newest figure', async () => {
    const theirs = {
      value: { amount: 2_000 },
      latest_valuations: [{ uuid: 'v', valued_at: '2026-06-01', value: 2_000 }],
    };
    expect((await totalOf({ ours: pounds(10), theirs })).pence).toBe(2_000n);
    expect((await wealthOf([{ ours: pounds(10), theirs }])).planCount).toBe(1);
  });

  it('is the share in joint plans, to the penny: both owners’ together are the whole', async () => {
    const joint = [
      { ours: pounds(0.01), shares: [50, 50] as const },
      { ours: pounds(100.01), shares: [33.33, 66.67] as const },
    ];
    const [ann, bob] = await Promise.all([ANN, BOB].map((ref) => wealthOf(joint, ref)));
    expect((ann?.total.pence ?? 0n) + (bob?.total.pence ?? 0n)).toBe(10_002n);
    expect(ann?.total.pence).toBe(1n + 3_333n);
  });

  it('is told by currency and type, sterling first, and never adds currencies', async () => {
    const wealth = await wealthOf([
      { ours: pounds(5, { currency: 'EUR' }) },
      { ours: pounds(7) },
      { ours: pounds(1, { type: 'pension' }) },
      { ours: pounds(2, { type: 'pension' }) },
    ]);
    expect(wealth.total).toEqual({ pence: 1_000n, currency: 'GBP' });
    expect(wealth.totals).toEqual([
      { pence: 1_000n, currency: 'GBP' },
      { pence: 500n, currency: 'EUR' },
    ]);
    expect(wealth.byType.map(({ type, value }) => [value.currency, type, value.pence])).toEqual([
      ['GBP', 'INVESTMENT', 700n],
      ['GBP', 'PENSION', 300n],
      ['EUR', 'INVESTMENT', 500n],
    ]);
  });

  it('says which shares are uncertain', async () => {
    const { flagged, total } = await wealthOf([
      { ours: pounds(10), ownership: 'PERCENTAGE_MISSING' },
      { ours: { type: 'investment' } },
      { ours: pounds(20) },
    ]);
    expect(flagged.map(({ reason }) => reason)).toEqual(['PERCENTAGE_MISSING', 'VALUE_UNKNOWN']);
    expect(total.pence).toBe(3_000n);
  });

  it('is not told while a platform is missing: never a smaller sum', async () => {
    expect(await failureOf(wealthOf([{ ours: pounds(10) }], ANN, [outage('PLANNR')]))).toMatchObject({
      system: 'PLANNR',
    });
  });

  it('is nothing in sterling for somebody without plans', async () => {
    expect(await wealthOf([])).toEqual({
      total: { pence: 0n, currency: 'GBP' },
      totals: [{ pence: 0n, currency: 'GBP' }],
      byType: [],
      planCount: 0,
      flagged: [],
    });
  });
});
