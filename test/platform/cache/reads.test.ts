import { beforeEach, describe, expect, test } from 'vitest';
import { Reads } from '../../../src/platform/cache/index.ts';
import { kindOf } from '../../../src/platform/cache/tags.ts';
import { callScope } from '../helpers.ts';
import { failing, LIFETIMES, lists, Platform, THINGS, things, thingTag } from './made-up.ts';
import { type Node, startNode } from './nodes.ts';

const END = 1e12;

describe('what an operation has read', () => {
  let time = 1_000_000;
  let node: Node;
  let platform: Platform;
  beforeEach(async () => {
    node = await startNode({ now: () => time });
    platform = new Platform();
  });
  /** Reads things, and says what was taken down. */
  const taken = async (ids: readonly string[], read = things(platform), fresh = false) => {
    const reads = new Reads((await node.cache.sync()) ?? -1, END);
    await node.cache.many({ ...callScope(), reads, fresh }, read, ids);
    return reads.whole;
  };

  test('is taken down with its tags, for as long as all of it is fresh, from where the first of it was read', async () => {
    const first = await taken(['a']);
    expect(first).toMatchObject({ tags: [thingTag('a')], fence: 0 });
    await node.cache.drop([thingTag('x')]);
    time += 10_000;
    const both = await taken(['a', 'b']);
    expect(both).toMatchObject({ tags: [thingTag('a'), thingTag('b')], fence: 0, freshUntil: first?.freshUntil });
    expect(await taken(['b'])).toMatchObject({ fence: 1 });
    expect(both?.freshUntil).toBeGreaterThan(time);
    expect(both?.freshUntil).toBeLessThanOrEqual(time - 10_000 + LIFETIMES.freshMs);
    const list = await node.cache.sync().then(async (fence) => {
      const reads = new Reads(fence ?? -1, END);
      await node.cache.many({ ...callScope(), reads }, lists(platform), ['a,b']);
      return reads.whole;
    });
    expect(list?.tags).toEqual([THINGS, thingTag('a'), thingTag('b')]);
  });

  test('is all of it for those who join a read, too', async () => {
    for (const whole of await Promise.all([taken(['a']), taken(['a'])]))
      expect(whole).toMatchObject({ tags: [thingTag('a')] });
    expect(platform.calls).toHaveLength(1);
  });

  test('is told by its kinds where it is very much, and whatever changes of them counts', async () => {
    const reads = new Reads(0, END);
    for (let id = 0; id < 10_000; id += 1) reads.add([thingTag(String(id))], END, 0);
    expect(reads.whole).toMatchObject({ kinds: [] });
    expect(reads.whole?.tags).toHaveLength(10_000);
    reads.add([thingTag('one more'), 'PLANNR/other:1'], END, 0);
    reads.add(['PLANNR/third:1'], END, 0);
    const { tags = [], kinds = [], fence = -1 } = reads.whole ?? {};
    expect([tags, kinds]).toEqual([[], [kindOf(thingTag('')), 'PLANNR/other', 'PLANNR/third']]);
    expect(node.cache.holds(fence, tags, kinds)).toBe(true);
    await node.cache.drop(['PLANNR/fourth:1']);
    expect(node.cache.holds(fence, tags, kinds)).toBe(true);
    await node.cache.drop(['PLANNR/other:2']);
    expect(node.cache.holds(fence, tags, kinds)).toBe(false);
  });

  test('is nothing that could be kept where it was stale, failed, was nobody’s, or was read past what is kept', async () => {
    await taken(['a']);
    time += LIFETIMES.freshMs;
    expect(await taken(['a'])).toBeNull();
    time += LIFETIMES.staleMs;
    platform.failure = failing('UPSTREAM_UNAVAILABLE');
    expect(await taken(['a'])).toBeNull();
    expect(await taken(['b'])).toBeNull();
    platform.failure = undefined;
    const plain = things(platform);
    const loose = {
      ...plain,
      read: async (...asked: Parameters<typeof plain.read>) => ({ ...(await plain.read(...asked)), loose: [1] }),
    };
    expect(await taken(['c'], loose)).toBeNull();
    expect(await taken(['d'], plain, true)).toBeNull();
    expect(await taken(['e'])).not.toBeNull();
  });
});
