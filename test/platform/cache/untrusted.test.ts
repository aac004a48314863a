import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cache } from '../../../src/platform/cache/cache.ts';
import { localDropLog } from '../../../src/platform/cache/drops.ts';
import { memoryStore } from '../../../src/platform/cache/memory.ts';
import { callScope, settle } from '../helpers.ts';
import { Platform, things } from './made-up.ts';
import { LONG, several } from './nodes.ts';

/** A cache that can not tell what others have dropped: its Redis is away. */
const untrusted = () => ({
  cache: new Cache({
    memory: memoryStore(1_000_000),
    passing: memoryStore(1_000_000),
    log: { ...localDropLog(), sync: async () => null },
  }),
});

type Step =
  | { readonly do: 'read'; readonly ids: readonly string[] }
  | { readonly do: 'change'; readonly id: string }
  | { readonly do: 'answer'; readonly which: number };

const IDS = ['a', 'b', 'c'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('read' as const), ids: fc.subarray(IDS, { minLength: 1 }) }),
  fc.record({ do: fc.constant('change' as const), id: fc.constantFrom(...IDS) }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat(5) }),
);

test('where drops are not known, who reads sees what was there when they asked, or later, and nothing is read twice at once', async () => {
  const play = async (steps: readonly Step[]): Promise<void> => {
    const node = untrusted();
    const platform = new Platform();
    platform.hold();
    const reads: Promise<void>[] = [];
    const open: string[][] = [];
    const plain = things(platform);
    const read: typeof plain = {
      ...plain,
      read: async (ids, scope) => {
        for (const id of ids) expect(open.flat()).not.toContain(id);
        open.push([...ids]);
        const brought = await plain.read(ids, scope);
        open.splice(
          open.findIndex((other) => other.join() === ids.join()),
          1,
        );
        return brought;
      },
    };
    const look = async (ids: readonly string[]): Promise<void> => {
      const oldest = ids.map((id) => platform.version(id));
      const found = await several(node, read, ids);
      for (const [index, thing] of found.entries())
        expect((thing as { version: number }).version).toBeGreaterThanOrEqual(oldest[index] ?? 0);
    };
    for (const next of steps) {
      if (next.do === 'read') reads.push(look(next.ids));
      else if (next.do === 'change') platform.change(next.id);
      else platform.release(next.which % Math.max(1, platform.held));
      await settle();
    }
    const all = Promise.all(reads);
    all.catch(() => undefined);
    for (let turn = 0; turn < 2 * steps.length; turn += 1) {
      platform.releaseAll();
      await settle();
    }
    await all;
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), play), { numRuns: 500 });
});

test('those who come while something is read share the next read of it', async () => {
  const node = untrusted();
  const platform = new Platform();
  platform.hold();
  const first = several(node, things(platform), ['a', 'b']);
  await settle();
  const others = Array.from({ length: 200 }, () => several(node, things(platform), ['b', 'a']));
  await settle();
  expect(platform.calls).toHaveLength(1);
  platform.releaseAll();
  for (const found of [first, ...others]) expect(await found).toHaveLength(2);
  expect(platform.calls).toHaveLength(2);
  // Nothing of it was kept.
  await several(node, things(platform), ['a']);
  expect(platform.calls).toHaveLength(3);
});

test('a read that hangs keeps nobody waiting for longer than one call may take', async () => {
  const node = untrusted();
  const platform = new Platform();
  platform.hold();
  const hanging = several(node, things(platform), ['a']);
  await settle();
  const behind = several(node, things(platform), ['a'], callScope({ budgetMs: 2_000 }));
  await expect.poll(() => platform.held, LONG).toBe(2);
  await behind;
  platform.releaseAll();
  await hanging;
});
