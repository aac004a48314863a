import { describe, expect, test, vi } from 'vitest';
import type { ErrorCode, UpstreamError } from '../../../src/platform/errors.ts';
import { callScope } from '../helpers.ts';
import { failing, LIFETIMES, lists, Platform, things } from './made-up.ts';
import { LONG, one, several } from './nodes.ts';
import { describeSetups } from './setups.ts';

const { freshMs, staleMs, staleIfErrorMs, absentMs } = LIFETIMES;
const codeOf = (value: unknown): unknown => (value as UpstreamError).code;

await describeSetups(6, ({ nodes, ends, pass }) => {
  describe('what was read', () => {
    test('is not read again, through whichever node', async () => {
      const platform = new Platform();
      for (const node of [...nodes(), ...nodes()])
        expect(await one(node, things(platform), 'a')).toEqual({ id: 'a', whose: 'own', version: 0 });
      expect(platform.calls).toHaveLength(1);
    });

    test('together is kept one by one, and what is missing is read in one call', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await several(first, things(platform), ['a', 'b', 'c']);
      const found = await several(last, things(platform), ['x', 'b', 'y', 'c']);
      expect(found).toMatchObject([{ id: 'x' }, { id: 'b' }, { id: 'y' }, { id: 'c' }]);
      expect(platform.calls.map(({ ids }) => ids)).toEqual([
        ['a', 'b', 'c'],
        ['x', 'y'],
      ]);
    });

    test('in a list serves each of its members', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await one(first, lists(platform), 'a,b,c');
      expect(await one(last, things(platform), 'b')).toMatchObject({ id: 'b' });
      expect(await several(first, things(platform), ['c', 'a'])).toMatchObject([{ id: 'c' }, { id: 'a' }]);
      expect(platform.calls).toHaveLength(1);
    });

    test('is another thing with other parameters, and as another resource', async () => {
      const platform = new Platform();
      const [first] = ends();
      await one(first, lists(platform), 'a,b');
      await one(first, lists(platform), 'b,a');
      await one(first, { ...things(platform), resource: 'things+more' }, 'a');
      expect(platform.calls).toHaveLength(3);
    });

    test('is looked up in one round trip, however much it is', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`);
      await several(first, things(platform), ids);
      const { redis } = last;
      const trips = redis === undefined ? [] : [vi.spyOn(redis, 'mGet'), vi.spyOn(redis, 'eval')];
      const found = await several(last, things(platform), ids);
      expect(found).toHaveLength(200);
      expect(platform.calls).toHaveLength(1);
      // One look at the drops, and one for all that is not in memory.
      for (const trip of trips) expect(trip.mock.calls.length).toBeLessThanOrEqual(1);
    });
  });

  describe('as time goes by', () => {
    test('it is fresh for its time, and then given while a new one is read once', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await one(first, things(platform), 'a');
      platform.change('a');
      pass(freshMs * 0.89);
      expect(await one(last, things(platform), 'a')).toMatchObject({ version: 0 });
      expect(platform.calls).toHaveLength(1);
      pass(freshMs * 0.12);
      platform.hold();
      for (const node of [first, last, first])
        expect(await one(node, things(platform), 'a')).toMatchObject({ version: 0 });
      platform.releaseAll();
      await expect.poll(() => one(first, things(platform), 'a'), LONG).toMatchObject({ version: 1 });
      await expect.poll(() => one(last, things(platform), 'a'), LONG).toMatchObject({ version: 1 });
      expect(platform.calls).toHaveLength(2);
    });

    test('it is read anew before it is given, when it is too old to be given at once', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      await one(first, things(platform), 'a');
      platform.change('a');
      pass(freshMs + staleMs);
      expect(await one(last, things(platform), 'a')).toMatchObject({ version: 1 });
    });

    test.each<ErrorCode>([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_TIMEOUT',
      'UPSTREAM_RATE_LIMITED',
      'UPSTREAM_INVALID_DATA',
    ])('it is given all the same, for so long, where the platform fails with %s', async (code) => {
      const platform = new Platform();
      const [first, last] = ends();
      await one(first, things(platform), 'a');
      pass(freshMs + staleMs);
      platform.failure = failing(code);
      expect((await several(last, things(platform), ['a', 'b'])).map((value) => codeOf(value) ?? value)).toEqual([
        { id: 'a', whose: 'own', version: 0 },
        code,
      ]);
      pass(staleIfErrorMs);
      expect((await several(last, things(platform), ['a'])).map(codeOf)).toEqual([code]);
    });

    test('it is not given where the platform refuses', async () => {
      const platform = new Platform();
      const [first] = ends();
      await one(first, things(platform), 'a');
      pass(freshMs + staleMs);
      platform.failure = failing('UPSTREAM_REJECTED');
      expect((await several(first, things(platform), ['a'])).map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    });

    test('that something is not there is known for a short time, and never given as stale', async () => {
      const platform = new Platform();
      platform.absent.add('a');
      const [first, last] = ends();
      expect(await one(first, things(platform), 'a')).toBeNull();
      expect(await one(last, things(platform), 'a')).toBeNull();
      expect(platform.calls).toHaveLength(1);
      platform.absent.clear();
      pass(absentMs);
      expect(await one(last, things(platform), 'a')).toMatchObject({ id: 'a' });
      platform.absent.add('b');
      await one(first, things(platform), 'b');
      pass(absentMs);
      platform.failure = failing('UPSTREAM_UNAVAILABLE');
      expect((await several(last, things(platform), ['b'])).map(codeOf)).toEqual(['UPSTREAM_UNAVAILABLE']);
    });
  });

  describe('nothing is kept', () => {
    test('for no time at all', async () => {
      const platform = new Platform();
      const never = { ...LIFETIMES, freshMs: 0, absentMs: 0 };
      for (const node of [...nodes(), ...nodes()]) await one(node, things(platform, 'own', never), 'a');
      for (const node of nodes()) await one(node, lists(platform, 'own', never), 'b,c');
      for (const node of nodes()) await one(node, things(platform, 'own', never), 'b');
      expect(platform.calls).toHaveLength(4 * nodes().length);
    });

    test('of a read that failed, and of one that nothing kept will do for', async () => {
      const platform = new Platform();
      const [first, last] = ends();
      platform.failure = failing('UPSTREAM_UNAVAILABLE');
      await several(first, things(platform), ['a']);
      platform.failure = undefined;
      expect(await one(last, things(platform), 'a', { ...callScope(), fresh: true })).toMatchObject({ id: 'a' });
      expect(await one(last, things(platform), 'a')).toMatchObject({ id: 'a' });
      expect(platform.calls).toHaveLength(3);
    });

    test('of a read that brought what belongs to none of its ids, which is told each time', async () => {
      const platform = new Platform();
      const plain = things(platform);
      const read = {
        ...plain,
        read: async (...asked: Parameters<typeof plain.read>) => ({ ...(await plain.read(...asked)), loose: ['?'] }),
      };
      for (const node of [...nodes(), ...nodes()]) {
        const answers = await Promise.all([1, 2].map(() => node.cache.many(callScope(), read, ['a'])));
        for (const { values, loose } of answers) expect([values.get('a'), loose]).toMatchObject([{ id: 'a' }, ['?']]);
      }
      expect(platform.calls).toHaveLength(2 * nodes().length);
    });
  });
});
