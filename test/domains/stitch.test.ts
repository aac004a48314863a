import { describe, expect, it } from 'vitest';
import { KnownPairs, stitched } from '../../src/domains/plans/stitch.ts';
import type { PlanModel } from '../../src/domains/shared/plan.ts';
import type { Wire } from '../../src/platform/wire.ts';
import { account, finance, person, plan } from './helpers.ts';

/** Accounts `a-<person>` are linked to that person; others are nobody in Dynamic Planner. */
const refs = { refOfAccount: (uuid: string) => (uuid.startsWith('a-') ? person(uuid.slice(2)) : account(uuid)) };

const ours = (id: string, reference: string | null, ...owners: string[]): Wire =>
  finance({ id, reference, owners: owners.map((clientId) => ({ clientId, percentage: 100 / owners.length })) });
const theirs = (uuid: string, policy_number: string | null, ...owners: string[]): Wire =>
  plan({
    uuid,
    policy_number,
    accounts: owners.map((account_uuid) => ({ account_uuid, ownership_percentage: 100 / owners.length })),
  });

const stitch = (finances: readonly Wire[] | null, plans: readonly Wire[], known = new KnownPairs()) =>
  stitched({ finances, plans, others: { finances: [], plans: [] } }, refs, known);
const shown = (plans: readonly PlanModel[]) =>
  plans.map(({ ref, finance: one, plannr }) => [
    `${ref.system === 'PLANNR' ? 'p' : 'd'}:${ref.id}`,
    one?.item.id ?? null,
    plannr?.item.uuid ?? null,
  ]);

describe('a client’s plans', () => {
  it('are Dynamic Planner’s in its order, then those of Plannr alone, each policy once', () => {
    const plans = stitch(
      [ours('f2', 'ISA-1002', 'ann'), ours('f1', 'PEN-1001', 'ann')],
      [theirs('p3', 'MTG-9', 'a-ann'), theirs('p1', 'pen 1001', 'a-ann')],
    );
    expect(shown(plans)).toEqual([
      ['d:f2', 'f2', null],
      ['d:f1', 'f1', 'p1'],
      ['p:p3', null, 'p3'],
    ]);
  });

  it('keep both platforms’ percentages where they are one', () => {
    const [plan] = stitch([ours('f1', 'PEN-1001', 'ann', 'bob')], [theirs('p1', 'PEN-1001', 'a-ann')]);
    expect(plan?.owners.map(({ percentage }) => percentage)).toEqual([50, 50]);
    expect(plan?.ownersBySystem.PLANNR).toEqual([{ ref: person('ann'), percentage: 100 }]);
  });

  it('stay two where the owner in common is not linked', () => {
    const plans = stitch([ours('f1', 'PEN-1001', 'ann')], [theirs('p1', 'PEN-1001', 'ann')]);
    expect(shown(plans)).toEqual([
      ['d:f1', 'f1', null],
      ['p:p1', null, 'p1'],
    ]);
  });

  it('have one owner where several accounts are one person', () => {
    const table = { refOfAccount: () => person('ann') };
    const [plan] = stitched(
      { finances: [], plans: [theirs('p1', 'PEN-1001', 'a1', 'a2')], others: { finances: [], plans: [] } },
      table,
      new KnownPairs(),
    );
    expect(plan?.owners).toEqual([{ ref: person('ann'), percentage: 100 }]);
    expect(plan?.ownership).toBeNull();
  });

  it('keep their ids while Dynamic Planner is down', () => {
    const known = new KnownPairs();
    const plans = [theirs('p1', 'PEN-1001', 'a-ann'), theirs('p2', 'ISA-2002', 'a-ann')];
    stitch([ours('f1', 'PEN-1001', 'ann')], plans, known);
    expect(shown(stitch(null, plans, known))).toEqual([
      ['d:f1', null, 'p1'],
      ['p:p2', null, 'p2'],
    ]);
    expect(shown(stitch([], plans, known))).toEqual([
      ['p:p1', null, 'p1'],
      ['p:p2', null, 'p2'],
    ]);
  });

  it('do not go back to a pair that is none any more while Dynamic Planner is down', () => {
    const known = new KnownPairs();
    const finances = [ours('f1', 'PEN-1001', 'ann')];
    stitch(finances, [theirs('p1', 'PEN-1001', 'a-ann')], known);
    const corrected = [theirs('p1', 'PEN-9999', 'a-ann')];
    expect(shown(stitch(finances, corrected, known))[1]).toEqual(['p:p1', null, 'p1']);
    expect(shown(stitch(null, corrected, known))).toEqual([['p:p1', null, 'p1']]);
  });

  it('take a number that is no text for none', () => {
    const broken = finance({
      id: 'f1',
      reference: { number: 'PEN-1001' },
      owners: [{ clientId: 'ann', percentage: 100 }],
    });
    const plans = stitch([broken], [theirs('p1', 'PEN-1001', 'a-ann')]);
    expect(plans).toHaveLength(2);
  });
});
