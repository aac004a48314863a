import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrganisationTree, treeOf } from '../../src/domains/organisation/tree.ts';
import { visibilityOf } from '../../src/domains/organisation/visibility.ts';
import { type Caller, SANDBOX_CALLER } from '../../src/platform/caller.ts';
import { Wire } from '../../src/platform/wire.ts';

const unit = (id: string, parentId: string | null = null) => ({ id, name: id, parentId });
/** firm → north → (leeds, york); firm → south → kent. */
const FIRM = new OrganisationTree([
  unit('firm'),
  unit('north', 'firm'),
  unit('leeds', 'north'),
  unit('york', 'north'),
  unit('south', 'firm'),
  unit('kent', 'south'),
]);
const CIRCLE = new OrganisationTree([unit('top'), unit('a', 'c'), unit('b', 'a'), unit('c', 'b')]);

const caller = (...organisationUnitIds: string[]): Caller => ({
  subject: 'ann',
  unrestricted: false,
  organisationUnitIds,
  employeeId: null,
  roles: ['admin'],
  scopes: ['clients:read'],
});

describe('the hierarchy', () => {
  it('knows units, their children and which stand at the top', () => {
    expect(FIRM.get('york')?.parentId).toBe('north');
    expect(FIRM.get('gone')).toBeNull();
    expect(FIRM.children('north').map(({ id }) => id)).toEqual(['leeds', 'york']);
    expect(FIRM.children('york')).toEqual([]);
    expect(['firm', 'north', 'york', 'gone'].map((id) => FIRM.isTop(id))).toEqual([true, false, false, false]);
  });

  it('gives whole subtrees, each unit once, and nothing for units that are not there', () => {
    expect([...FIRM.subtrees(['north'])].sort()).toEqual(['leeds', 'north', 'york']);
    expect([...FIRM.subtrees(['york', 'north', 'kent', 'gone'])].sort()).toEqual(['kent', 'leeds', 'north', 'york']);
    expect(FIRM.subtrees([]).size).toBe(0);
  });

  it('comes to an end where the platform’s data go round in a circle', () => {
    expect([...CIRCLE.subtrees(['a'])].sort()).toEqual(['a', 'b', 'c']);
    expect([...new OrganisationTree([unit('self', 'self')]).subtrees(['self'])]).toEqual(['self']);
    expect(['a', 'b', 'c', 'top'].map((id) => CIRCLE.isTop(id))).toEqual([false, false, false, true]);
  });

  it('is made of the platform’s list, where a unit may have no name', () => {
    const items = [
      { id: 'firm', name: 'Hart Advisers' },
      { id: 'north', parentId: 'firm' },
    ];
    expect(treeOf(items.map((item) => new Wire('DYNAMIC_PLANNER', 'organisationUnit', item))).units).toEqual([
      { id: 'firm', name: 'Hart Advisers', parentId: null },
      { id: 'north', name: 'north', parentId: 'firm' },
    ]);
  });

  it('holds a unit in a subtree exactly where one of its ancestors or itself was named', () => {
    const trees = fc
      .array(fc.nat(), { minLength: 1, maxLength: 20 })
      .map((parents) => parents.map((parent, index) => unit(`u${index}`, index === 0 ? null : `u${parent % index}`)));
    fc.assert(
      fc.property(trees, fc.array(fc.nat(25), { maxLength: 4 }), (units, picks) => {
        const named = picks.map((pick) => `u${pick}`);
        const parentOf = new Map(units.map(({ id, parentId }) => [id, parentId]));
        const isBelow = (id: string | null): boolean =>
          id !== null && (named.includes(id) || isBelow(parentOf.get(id) ?? null));
        const found = new OrganisationTree(units).subtrees(named);
        expect([...found].sort()).toEqual(
          units
            .map(({ id }) => id)
            .filter(isBelow)
            .sort(),
        );
      }),
    );
  });
});

describe('what a caller sees', () => {
  it('is nothing without units, whatever roles and scopes say', () => {
    for (const tree of [FIRM, null]) {
      const visibility = visibilityOf(caller(), tree);
      expect(visibility).toMatchObject({ everything: false, plannrAlone: false, units: [] });
      expect(['firm', 'york', null].map((id) => visibility.includes(id))).toEqual([false, false, false]);
    }
  });

  it('is nothing with a unit that is not there', () => {
    const visibility = visibilityOf(caller('gone'), FIRM);
    expect(visibility).toMatchObject({ everything: false, plannrAlone: false, units: [] });
    expect([visibility.includes('gone'), visibility.includes(null)]).toEqual([false, false]);
  });

  it('is everything with the top unit, people of Plannr alone among it', () => {
    const visibility = visibilityOf(caller('firm'), FIRM);
    expect(visibility).toMatchObject({ everything: true, plannrAlone: true });
    expect(['firm', 'kent', null].map((id) => visibility.includes(id))).toEqual([true, true, true]);
  });

  it('is the subtree only with a unit below, without what has no unit', () => {
    const visibility = visibilityOf(caller('north', 'kent'), FIRM);
    expect(visibility).toMatchObject({ everything: false, plannrAlone: false });
    expect(visibility.units.toSorted()).toEqual(['kent', 'leeds', 'north', 'york']);
    expect(['leeds', 'kent', 'south', 'firm', null].map((id) => visibility.includes(id))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is not everything where all units below the top are held', () => {
    expect(visibilityOf(caller('north', 'south'), FIRM)).toMatchObject({ everything: false, plannrAlone: false });
  });

  it('is one of two top units’ subtrees and people of Plannr alone', () => {
    const tree = new OrganisationTree([unit('one'), unit('two'), unit('below', 'one')]);
    const visibility = visibilityOf(caller('one'), tree);
    expect(visibility).toMatchObject({ everything: false, plannrAlone: true });
    expect([visibility.includes('below'), visibility.includes('two')]).toEqual([true, false]);
    expect(visibilityOf(caller('one', 'two'), tree).everything).toBe(true);
  });

  it('does not grow to everything by a circle', () => {
    const circle = new OrganisationTree([unit('a', 'b'), unit('b', 'a')]);
    expect(visibilityOf(caller('a'), circle)).toMatchObject({ everything: false, plannrAlone: false });
    expect(visibilityOf(caller('a'), circle).units.toSorted()).toEqual(['a', 'b']);
  });

  it('is everything in an open sandbox only', () => {
    expect(visibilityOf(SANDBOX_CALLER, FIRM).everything).toBe(true);
    expect(visibilityOf({ ...SANDBOX_CALLER, unrestricted: false }, FIRM).everything).toBe(false);
  });
});
