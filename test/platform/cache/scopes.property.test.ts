import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERYTHING, type Tag } from '../../../src/platform/cache/index.ts';
import { callScope, settle } from '../helpers.ts';
import { LIFETIMES, lists, Platform, THINGS, type Thing, things, thingTag } from './made-up.ts';
import { endLeases, type Node, several } from './nodes.ts';
import { describeSetups, type Setup } from './setups.ts';

const IDS = ['a', 'b', 'c'];
const CALLERS = ['ann', 'bob', 'cat'];

/** One thing that happens. Reads go on while others happen, until the platform answers their calls. */
type Step =
  | { readonly do: 'read' | 'list'; readonly node: number; readonly whose: string; readonly ids: string[] }
  | { readonly do: 'answer'; readonly which: number }
  | { readonly do: 'change'; readonly id: string }
  | { readonly do: 'drop'; readonly node: number; readonly tag: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'lose' };

const { freshMs, staleMs } = LIFETIMES;
const node = fc.nat(1);
const ids = fc.subarray(IDS, { minLength: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('read' as const), node, whose: fc.constantFrom(...CALLERS), ids }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('list' as const), node, whose: fc.constantFrom(...CALLERS), ids }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), id: fc.constantFrom(...IDS) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('drop' as const), node, tag: fc.constantFrom(...IDS, 'lists', EVERYTHING) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(freshMs / 2, freshMs, freshMs + staleMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
);

/** What may be seen: for each list and each thing the oldest version of its members that a read which begins now may still give. */
class Floors {
  readonly #floors = new Map<string, number>();

  /** A drop has ended. @param versions as they were when it began */
  raise(tag: string, versions: ReadonlyMap<string, number>): void {
    for (const [id, version] of versions) {
      if (tag === id || tag === EVERYTHING) this.#floors.set(`thing ${id}`, version);
      // One tag of a list is enough: the whole list is read anew.
      for (const list of LISTS)
        if (tag === 'lists' || tag === EVERYTHING || list.includes(tag)) this.#floors.set(`${list} ${id}`, version);
    }
  }

  of(list: string, id: string): number {
    return this.#floors.get(`${list} ${id}`) ?? 0;
  }
}

const LISTS = ['a', 'b', 'c', 'a,b', 'a,c', 'b,c', 'a,b,c'];

/** Lets whatever is under way get as far as it can without an answer of the platform. */
async function quiet(nodes: readonly Node[]): Promise<void> {
  await settle();
  for (let turn = 0; turn < 8; turn += 1) await Promise.all(nodes.map(({ redis }) => redis?.ping()));
}

let runs = 0;

/** Does the steps, with callers and things that no other run knows, and looks at all that is read. */
async function play({ nodes, pass }: Setup, steps: readonly Step[]): Promise<void> {
  runs += 1;
  const run = runs;
  const named = (id: string): string => `${run}-${id}`;
  const platform = new Platform();
  const floors = new Floors();
  const reads: Promise<void>[] = [];
  const at = (index: number): Node => nodes()[index % nodes().length] as Node;
  const tagOf = (name: string): Tag =>
    name === EVERYTHING ? EVERYTHING : name === 'lists' ? THINGS : thingTag(named(name));
  platform.hold();

  const look = async (list: string, whose: string, asked: readonly string[], found: Promise<(Thing | null)[]>) => {
    const oldest = asked.map((id) => floors.of(list, id));
    for (const [index, thing] of (await found).entries()) {
      const id = asked[index] ?? '';
      expect([thing?.whose, thing?.id]).toEqual([named(whose), named(id)]);
      expect(thing?.version).toBeGreaterThanOrEqual(oldest[index] ?? 0);
      expect(thing?.version).toBeLessThanOrEqual(platform.version(named(id)));
    }
  };
  for (const next of steps) {
    if (next.do === 'read' || next.do === 'list') {
      const scope = callScope({ budgetMs: 1_000_000 });
      const asked = next.ids.map(named);
      const whose = named(next.whose);
      const found =
        next.do === 'read'
          ? several(at(next.node), things(platform, whose), asked, scope)
          : several(at(next.node), lists(platform, whose), [asked.join()], scope).then(([list]) => list);
      reads.push(look(next.do === 'read' ? 'thing' : next.ids.join(), next.whose, next.ids, found as Promise<Thing[]>));
    } else if (next.do === 'answer') platform.release(next.which % Math.max(1, platform.held));
    else if (next.do === 'change') platform.change(named(next.id));
    else if (next.do === 'pass') pass(next.ms);
    else if (next.do === 'lose') await at(0).redis?.flushDb();
    else if (next.do === 'drop') {
      const versions = new Map(IDS.map((id) => [id, platform.version(named(id))]));
      await at(next.node).cache.drop([tagOf(next.tag)]);
      floors.raise(next.tag, versions);
    }
    await quiet(nodes());
  }
  let areOpen = true;
  const all = Promise.all(reads).finally(() => {
    areOpen = false;
  });
  // A failure is thrown below, not before all has ended.
  all.catch(() => undefined);
  while (areOpen) {
    platform.releaseAll();
    await endLeases(at(0));
    await quiet(nodes());
  }
  await all;
}

await describeSetups(9, (setup) => {
  test('nothing crosses a scope, and who reads behind a drop sees what was there at the drop, or later', async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 });
    const numRuns = setup.nodes()[0]?.redis === undefined ? 500 : 60;
    await fc.assert(
      fc.asyncProperty(steps, (some) => play(setup, some)),
      { numRuns },
    );
  });
});
