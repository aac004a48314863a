import { describe, expect, test } from 'vitest';
import { EVERYTHING, type Tag } from '../../../src/platform/cache/index.ts';
import { LIFETIMES, lists, Platform, THINGS, things, thingTag } from './made-up.ts';
import { endLeases, LONG, type Node, one } from './nodes.ts';
import { describeSetups } from './setups.ts';

const versionOf = async (read: Promise<{ readonly version: number } | null>): Promise<number | undefined> =>
  (await read)?.version;
const versionIn = async (read: Promise<readonly { readonly version: number }[]>): Promise<number | undefined> =>
  (await read)[0]?.version;

/** What a thing may be read as, and what its lists are called. */
const READS: readonly [name: string, (node: Node, platform: Platform) => Promise<number | undefined>][] = [
  ['a thing', (node, platform) => versionOf(one(node, things(platform), 'a'))],
  ['a list that holds it', (node, platform) => versionIn(one(node, lists(platform), 'a,b'))],
];

await describeSetups(8, ({ nodes, ends, pass }) => {
  describe.each(READS)('a drop behind which %s is read', (_, versionRead) => {
    test('is seen by every node as soon as it has ended', async () => {
      const platform = new Platform();
      for (const node of nodes()) await versionRead(node, platform);
      platform.change('a');
      await ends()[0].cache.drop([thingTag('a')]);
      for (const node of nodes()) expect(await versionRead(node, platform)).toBe(1);
      expect(platform.calls).toHaveLength(2);
    });

    test('is not undone by a read that began before it, on whichever node', async () => {
      for (const [reads, drops] of [ends(), [...ends()].reverse() as [Node, Node]]) {
        const platform = new Platform();
        platform.hold();
        const hanging = versionRead(reads, platform);
        await expect.poll(() => platform.held, LONG).toBe(1);
        platform.change('a');
        await drops.cache.drop([thingTag('a')]);
        platform.releaseAll();
        expect(await hanging).toBe(0);
        for (const node of nodes()) expect(await versionRead(node, platform)).toBe(1);
        await drops.cache.drop([EVERYTHING]);
      }
    });

    test('is not read past by joining a read from before it', async () => {
      const platform = new Platform();
      platform.hold();
      const [first, last] = ends();
      const hanging = versionRead(first, platform);
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.change('a');
      await last.cache.drop([thingTag('a')]);
      const behind = versionRead(first, platform);
      // Through the node that reads already it is asked for at once; with Redis behind what holds its lock.
      if (first.redis === undefined) await expect.poll(() => platform.held, LONG).toBe(2);
      platform.releaseAll();
      expect(await Promise.all([hanging, behind, versionRead(last, platform)])).toEqual([0, 1, 1]);
    });

    test('is not undone by an old read that ends last', async () => {
      const platform = new Platform();
      platform.hold();
      const [first, last] = ends();
      const hanging = versionRead(first, platform);
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.change('a');
      await last.cache.drop([thingTag('a')]);
      // A holder of a lock that takes longer than its lease is not waited for.
      await endLeases(last);
      const behind = [versionRead(last, platform), versionRead(first, platform)];
      await expect.poll(() => platform.held, LONG).toBeGreaterThan(1);
      while (platform.held > 1) platform.release(1);
      await expect.poll(async () => Promise.race([behind[0], 'not yet']), LONG).toBe(1);
      platform.releaseAll();
      expect(await Promise.all([hanging, ...behind])).toEqual([0, 1, 1]);
      for (const node of nodes()) expect(await versionRead(node, platform)).toBe(1);
    });

    test('is not undone by what is read anew behind a stale answer', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await versionRead(first, platform);
      pass(LIFETIMES.freshMs);
      platform.hold();
      expect(await versionRead(first, platform)).toBe(0);
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.change('a');
      await last.cache.drop([thingTag('a')]);
      platform.releaseAll();
      for (const node of nodes()) expect(await versionRead(node, platform)).toBe(1);
    });

    test('leaves nothing behind for when the platform fails', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await versionRead(first, platform);
      await last.cache.drop([thingTag('a')]);
      platform.failure = Object.assign(new Error('down'));
      await expect(versionRead(first, platform)).rejects.toThrow('down');
    });
  });

  test.each<[string, Tag]>([
    ['its own', thingTag('a')],
    ['all lists', THINGS],
    ['everything', EVERYTHING],
  ])('what is dropped by the tag of %s is no more than what has it', async (_, tag) => {
    const platform = new Platform();
    const [first, last] = ends();
    await one(first, lists(platform), 'a,b');
    await one(first, lists(platform), 'c,d');
    await last.cache.drop([tag]);
    platform.calls.length = 0;
    await one(first, lists(platform), 'c,d');
    await one(last, things(platform), 'b');
    await one(first, things(platform), 'd');
    await one(last, things(platform), 'a');
    await one(first, lists(platform), 'a,b');
    const expected = {
      [thingTag('a')]: ['a', 'a,b'],
      // The list of both brings the two.
      [THINGS]: ['c,d', 'a,b'],
      [EVERYTHING]: ['c,d', 'b', 'a', 'a,b'],
    };
    expect(platform.calls.map(({ ids }) => ids.join())).toEqual(expected[tag]);
  });

  test('drops that come together leave together, and each has ended when it says so', async () => {
    const platform = new Platform();
    const [first, last] = ends();
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    for (const id of ids) await one(first, things(platform), id);
    await Promise.all(
      ids.map(async (id) => {
        platform.change(id);
        await last.cache.drop([thingTag(id)]);
        expect(await versionOf(one(first, things(platform), id))).toBe(1);
      }),
    );
  });
});
