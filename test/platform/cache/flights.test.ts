import { describe, expect, test, vi } from 'vitest';
import type { UpstreamError } from '../../../src/platform/errors.ts';
import { callScope, failureOf, settle } from '../helpers.ts';
import { failing, Platform, things } from './made-up.ts';
import { LONG, type Node, one, several } from './nodes.ts';
import { describeSetups } from './setups.ts';

const READERS = 50;

await describeSetups(7, ({ nodes, ends }) => {
  const ofAll = <T>(work: (node: Node) => T): T[] =>
    Array.from({ length: READERS }, () => nodes().map((node) => work(node))).flat();

  describe('readers of one thing', () => {
    test('who come at once cost one call', async () => {
      const platform = new Platform();
      const reads = ofAll((node) => several(node, things(platform), ['a', 'b', 'c']));
      for (const found of await Promise.all(reads))
        expect(found).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
      expect(platform.calls).toHaveLength(1);
    });

    test('who come while it is being read join, and read only what is not', async () => {
      const platform = new Platform();
      platform.hold();
      const [first, last] = ends();
      const reads = [several(first, things(platform), ['a', 'b'])];
      await expect.poll(() => platform.held, LONG).toBe(1);
      reads.push(...ofAll(() => several(last, things(platform), ['b', 'c'])));
      await expect.poll(() => platform.held, LONG).toBe(2);
      platform.releaseAll();
      expect((await Promise.all(reads)).at(-1)).toMatchObject([{ id: 'b' }, { id: 'c' }]);
      expect(platform.calls.map(({ ids }) => ids.join())).toEqual(['a,b', 'c']);
    });

    test('in another scope join nobody', async () => {
      const platform = new Platform();
      platform.hold();
      const reads = ofAll((node) => [one(node, things(platform, 'ann'), 'a'), one(node, things(platform, 'bob'), 'a')]);
      await expect.poll(() => platform.held, LONG).toBe(2);
      platform.releaseAll();
      for (const [ann, bob] of reads) {
        expect(await ann).toMatchObject({ whose: 'ann' });
        expect(await bob).toMatchObject({ whose: 'bob' });
      }
      expect(platform.calls).toHaveLength(2);
    });

    test('share its failure: a platform that is down is not asked by each of them', async () => {
      const platform = new Platform();
      platform.failure = failing('UPSTREAM_UNAVAILABLE');
      platform.hold();
      const reads = ofAll((node) => several(node, things(platform), ['a']));
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.releaseAll();
      for (const [value] of await Promise.all(reads))
        expect((value as UpstreamError).code).toBe('UPSTREAM_UNAVAILABLE');
      // What failed is told to nobody else: each node asks for itself.
      expect(platform.calls.length).toBeLessThanOrEqual(nodes().length);
    });

    test('may be many in one operation', async () => {
      const warned = vi.fn();
      process.on('warning', warned);
      const platform = new Platform();
      const { signal } = new AbortController();
      const [first] = ends();
      const ids = Array.from({ length: READERS }, (_, index) => `id-${index}`);
      const scope = callScope({ signal, budgetMs: 200_000 });
      await Promise.all(ids.map((id) => one(first, things(platform), id, scope)));
      await settle();
      process.off('warning', warned);
      expect(warned).not.toHaveBeenCalled();
    });

    test('are all told of a defect, and it stays one', async () => {
      const platform = new Platform();
      const [first] = ends();
      const read = { ...things(platform), read: () => Promise.reject(new TypeError('a defect')) };
      const reads = [1, 2, 3].map(() => failureOf(one(first, read, 'a')));
      for (const failure of await Promise.all(reads)) expect(failure).toEqual(new TypeError('a defect'));
    });
  });

  describe('a reader who leaves', () => {
    test('leaves the read to the others', async () => {
      const platform = new Platform();
      const [first] = ends();
      platform.hold();
      const leaving = new AbortController();
      const left = several(first, things(platform), ['a'], callScope({ signal: leaving.signal, budgetMs: 200_000 }));
      await expect.poll(() => platform.held, LONG).toBe(1);
      const stays = one(first, things(platform), 'a');
      await one(first, { ...things(new Platform()), resource: 'meanwhile' }, 'a');
      leaving.abort();
      expect((await left).map((value) => (value as UpstreamError).code)).toEqual(['UPSTREAM_UNAVAILABLE']);
      expect(platform.calls[0]?.scope.signal.aborted).toBe(false);
      platform.releaseAll();
      expect(await stays).toMatchObject({ id: 'a' });
      expect(platform.calls).toHaveLength(1);
    });

    test('as the last one ends it, and who comes then begins anew', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      platform.hold();
      const leaving = new AbortController();
      const left = several(first, things(platform), ['a'], callScope({ signal: leaving.signal, budgetMs: 200_000 }));
      await expect.poll(() => platform.held, LONG).toBe(1);
      leaving.abort();
      await left;
      expect(platform.calls[0]?.scope.signal.aborted).toBe(true);
      const comes = [first, last].map((node) => one(node, things(platform), 'a'));
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.releaseAll();
      for (const read of comes) expect(await read).toMatchObject({ id: 'a' });
      expect(platform.calls).toHaveLength(2);
    });

    test('as soon as it can not wait any longer is told so, and the read goes on', async () => {
      const platform = new Platform();
      const [first] = ends();
      platform.hold();
      const patient = one(first, things(platform), 'a');
      await expect.poll(() => platform.held, LONG).toBe(1);
      const [hasty] = await several(first, things(platform), ['a'], callScope({ budgetMs: 50 }));
      expect((hasty as UpstreamError).code).toBe('UPSTREAM_TIMEOUT');
      platform.releaseAll();
      expect(await patient).toMatchObject({ id: 'a' });
      expect(platform.calls).toHaveLength(1);
    });

    test('who was pressed for time and had to give up does not fail those who are not', async () => {
      const platform = new Platform();
      const [first] = ends();
      platform.hold();
      platform.failure = failing('UPSTREAM_TIMEOUT');
      // Time enough for the test, and a small part of what the others have.
      const pressed = several(first, things(platform), ['a'], callScope({ budgetMs: 100_000 }));
      await expect.poll(() => platform.held, LONG).toBe(1);
      platform.failure = undefined;
      const others = Array.from({ length: READERS }, () =>
        one(first, things(platform), 'a', callScope({ budgetMs: 1_000_000 })),
      );
      await one(first, { ...things(new Platform()), resource: 'meanwhile' }, 'a');
      platform.releaseAll();
      expect((await pressed).map((value) => (value as UpstreamError).code)).toEqual(['UPSTREAM_TIMEOUT']);
      for (const other of others) expect(await other).toMatchObject({ id: 'a' });
      expect(platform.calls).toHaveLength(2);
    });
  });
});
