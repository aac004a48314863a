import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { entryOf } from '../../../src/platform/cache/entry.ts';
import { memoryStore } from '../../../src/platform/cache/memory.ts';
import { cacheKey, upstreamScope } from '../../../src/platform/cache/scope.ts';
import { callScope } from '../helpers.ts';
import { LIFETIMES, Platform, things } from './made-up.ts';
import { one, startNode } from './nodes.ts';

const key = (id: string) => cacheKey(upstreamScope('PLANNR', 'own'), 'things', id);
const kept = (id: string, bytes: number, ttlMs = 60_000) => ({
  key: key(id),
  entry: entryOf(id, { fence: 0, tags: [], now: 0 }, LIFETIMES),
  ttlMs,
  bytes,
});

describe('memory', () => {
  test('gives up what was used longest ago', async () => {
    const store = memoryStore(3_000);
    await store.set(['a', 'b', 'c'].map((id) => kept(id, 800)));
    await store.get([key('a')]);
    await store.set([kept('d', 800)]);
    const found = await store.get(['a', 'b', 'c', 'd'].map(key));
    expect(found.map((entry) => entry?.value)).toEqual(['a', undefined, 'c', 'd']);
  });

  test('does not keep what is larger than all of it, and gives up nothing for it', async () => {
    const store = memoryStore(3_000);
    await store.set([kept('a', 800), kept('giant', 1_000_000)]);
    expect((await store.get([key('a'), key('giant')])).map((entry) => entry?.value)).toEqual(['a', undefined]);
  });

  test('gives nothing that has run out', async () => {
    const store = memoryStore(3_000);
    await store.set([kept('a', 8, 1), kept('b', 8)]);
    await expect.poll(async () => (await store.get([key('a')]))[0]).toBeUndefined();
    expect((await store.get([key('b')]))[0]?.value).toBe('b');
  });
});

test('a cache holds no more than it has room for, however much is read through it', async () => {
  const node = await startNode({ maxBytes: 1_000_000 });
  const platform = new Platform();
  const ofSize = { ...things(platform), read: async (ids: readonly string[]) => sized(ids) };
  let read = 0;
  const sized = (ids: readonly string[]) => {
    read += ids.length;
    const item = (id: string) => ({
      value: { id, whose: randomBytes(400).toString('hex'), version: 0 },
      tags: [],
      bytes: 800,
    });
    return { values: new Map(ids.map((id) => [id, item(id)])) };
  };
  const before = heap();
  for (let n = 0; n < 50_000; n += 1) await one(node, ofSize, `id-${n}`);
  // All of it would be more than forty megabytes.
  expect(heap() - before).toBeLessThan(12_000_000);
  read = 0;
  for (let n = 49_999; n >= 48_000; n -= 1) await one(node, ofSize, `id-${n}`);
  // A thing takes its bytes and what it takes to keep it: there is room for a thousand of them.
  expect(2_000 - read).toBe(1_000);
});

/** Bytes in use once all garbage is collected. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('what is read in bulk is found by who reads in bulk, and pushes out nothing that others come back for', async () => {
  const node = await startNode({ maxBytes: 100_000 });
  const platform = new Platform();
  const ofSize = { ...things(platform), read: async (ids: readonly string[]) => sized(ids) };
  let read: string[] = [];
  const sized = (ids: readonly string[]) => {
    read.push(...ids);
    const item = (id: string) => ({ value: { id, whose: '', version: 0 }, tags: [], bytes: 800 });
    return { values: new Map(ids.map((id) => [id, item(id)])) };
  };
  const bulk = { ...callScope({ budgetMs: 200_000 }), isBulk: true };
  for (let n = 0; n < 50; n += 1) await one(node, ofSize, `own-${n}`);
  for (let n = 0; n < 1_000; n += 1) await one(node, ofSize, `bulk-${n}`, bulk);
  read = [];
  await one(node, ofSize, 'bulk-999', bulk);
  await one(node, ofSize, 'own-0', bulk);
  for (let n = 0; n < 50; n += 1) await one(node, ofSize, `own-${n}`);
  expect(read).toEqual([]);
  await one(node, ofSize, 'bulk-0', bulk);
  await one(node, ofSize, 'bulk-999');
  expect(read).toEqual(['bulk-0', 'bulk-999']);
});
