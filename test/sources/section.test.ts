import { describe, expect, it } from 'vitest';
import { SANDBOX_CALLER } from '../../src/platform/caller.ts';
import { Waves } from '../../src/platform/waves.ts';
import type { SourcedOperation } from '../../src/sources/index.ts';
import { failingSection, listSection } from '../../src/sources/section.ts';
import { callScope, failureOf, outage } from './helpers.ts';

const scope = () => callScope();
const operationOf = (base: ReturnType<typeof callScope>): SourcedOperation => ({
  ...base,
  waves: new Waves(),
  caller: SANDBOX_CALLER,
  selection: { has: () => false },
  sources: { dynamicPlanner: null, plannr: null },
});

interface Options {
  readonly items: readonly unknown[];
  readonly exact: boolean;
  readonly knowsTotal?: boolean;
}

/** A section over a platform that holds these; only names with an `a` belong to the list. */
function sectionOf({ items, exact, knowsTotal = true }: Options, base = scope()) {
  let calls = 0;
  const section = listSection(operationOf(base), {
    system: 'DYNAMIC_PLANNER',
    name: 'client',
    window: async (offset, count) => {
      calls += 1;
      return {
        items: items.slice(offset, offset + count),
        total: knowsTotal ? items.length : null,
        more: offset + count < items.length,
      };
    },
    exact,
    keep: (wire) => (wire.text('name') ?? '').includes('a'),
    node: (wire) => wire.text('name'),
  });
  return { section, calls: () => calls };
}

const people = (...names: string[]) => names.map((name, index) => ({ id: `id-${index}`, name }));

describe('a section of a platform’s list', () => {
  it('keeps the platform’s positions where items are left out', async () => {
    const { section } = sectionOf({ items: people('ann', 'bob', 'carl'), exact: false });
    expect(await section.read(0, 3)).toEqual({
      items: [
        { position: 0, node: 'ann' },
        { position: 2, node: 'carl' },
      ],
      more: false,
    });
  });

  it('counts what it has to walk', async () => {
    const { section } = sectionOf({
      items: people(...Array.from({ length: 1_200 }, (_, i) => (i % 3 ? 'ann' : 'bob'))),
      exact: false,
    });
    expect(await section.total()).toBe(800);
  });

  it('tells the platform’s total where the platform applies the whole filter, for one call at most', async () => {
    const { section, calls } = sectionOf({ items: people('ann', 'carl'), exact: true });
    expect([await section.total(), await section.length()]).toEqual([2, 2]);
    expect(calls()).toBe(1);
  });

  it('counts by walking once it is seen that the platform ignored the filter', async () => {
    const { section } = sectionOf({ items: people('ann', 'bob', 'carl'), exact: true });
    expect((await section.read(0, 3)).items.map(({ node }) => node)).toEqual(['ann', 'carl']);
    expect(await section.total()).toBe(2);
  });

  it('tells no length where the platform does not', async () => {
    const { section } = sectionOf({ items: people('ann'), exact: true, knowsTotal: false });
    expect([await section.length(), await section.total()]).toEqual([null, null]);
  });

  it('leaves out and reports what has no id', async () => {
    const base = scope();
    const { section } = sectionOf({ items: [{ name: 'anna' }, ...people('ann')], exact: true }, base);
    expect((await section.read(0, 2)).items).toEqual([{ position: 1, node: 'ann' }]);
    expect(base.reported).toHaveLength(1);
  });

  it('is empty without a platform, and fails where the platform can’t be asked', async () => {
    const none = listSection(operationOf(scope()), {
      system: 'PLANNR',
      name: 'account',
      window: null,
      exact: true,
      keep: () => true,
      node: () => 'x',
    });
    expect([await none.read(0, 5), await none.length(), await none.total()]).toEqual([
      { items: [], more: false },
      0,
      0,
    ]);
    const failing = failingSection(outage('PLANNR'));
    for (const work of [failing.read(0, 1), failing.length(), failing.total()])
      expect(await failureOf(work)).toMatchObject({ system: 'PLANNR' });
  });
});
