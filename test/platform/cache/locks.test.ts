import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callScope } from '../helpers.ts';
import { LIFETIMES, Platform, things } from './made-up.ts';
import { emptyDatabase, endLeases, LONG, type Node, one, several, startNode, withRedis } from './nodes.ts';

const database = await emptyDatabase(12);
afterAll(() => database?.stop());

describe.skipIf(database === null)('a lock of one node', () => {
  let nodes: Node[] = [];
  const at = (index: number): Node => nodes[index] as Node;
  const locks = async () => (await at(1).redis?.keys('wealthgraph:lock:*')) ?? [];

  beforeEach(async () => {
    await withRedis(database?.url ?? '', (redis) => redis.flushDb());
    nodes = [await startNode({ redisUrl: database?.url }), await startNode({ redisUrl: database?.url })];
  });
  afterEach(() => {
    for (const node of nodes) node.stop();
  });

  test('is given back with the value, and with a failure', async () => {
    const platform = new Platform();
    await several(at(0), things(platform), ['a', 'b']);
    expect(await locks()).toEqual([]);
    const failing = { ...things(platform), read: () => Promise.reject(new TypeError('a defect')) };
    await expect(one(at(0), failing, 'c')).rejects.toThrow('a defect');
    expect(await locks()).toEqual([]);
  });

  test('that has died with it keeps nobody waiting for longer than its lease', async () => {
    const platform = new Platform();
    platform.hold();
    // Nobody is left to wait for what the dead one reads.
    const dying = one(at(0), things(platform), 'a').catch(() => undefined);
    await expect.poll(() => platform.held, LONG).toBe(1);
    at(0).stop();
    const [lock = ''] = await locks();
    const leaseMs = Number(await at(1).redis?.pTTL(lock));
    expect(leaseMs).toBeGreaterThan(0);
    expect(leaseMs).toBeLessThanOrEqual(5_000);
    // Time in plenty: it is the end of the lease that lets it go on, and not that of its own time.
    const waiting = one(at(1), things(platform), 'a', callScope({ budgetMs: 1_000_000 }));
    await expect.poll(() => platform.held, LONG).toBe(2);
    platform.releaseAll();
    expect(await waiting).toMatchObject({ id: 'a' });
    // What is dead stays dead: no connection is opened to keep what it has read.
    await dying;
    expect(at(0).redis?.isOpen).toBe(false);
  });

  test('keeps nobody waiting for longer than one call may take', async () => {
    const platform = new Platform();
    platform.hold();
    const slow = one(at(0), things(platform), 'a');
    await expect.poll(() => platform.held, LONG).toBe(1);
    const [lock = ''] = await locks();
    await at(1).redis?.persist(lock);
    const waiting = one(at(1), things(platform), 'a', callScope({ budgetMs: 12_000 }));
    await expect.poll(() => platform.held, LONG).toBe(2);
    platform.releaseAll();
    expect(await Promise.all([slow, waiting])).toMatchObject([{ id: 'a' }, { id: 'a' }]);
  });

  test('keeps back the things that it is of, and no others', async () => {
    const platform = new Platform();
    platform.hold();
    const slow = several(at(0), things(platform), ['a', 'b']);
    await expect.poll(() => platform.held, LONG).toBe(1);
    const both = several(at(1), things(platform), ['b', 'c']);
    await expect.poll(() => platform.held, LONG).toBe(2);
    platform.releaseAll();
    expect(await Promise.all([slow, both])).toMatchObject([
      [{ id: 'a' }, { id: 'b' }],
      [{ id: 'b' }, { id: 'c' }],
    ]);
    expect(platform.calls.map(({ ids }) => ids.join())).toEqual(['a,b', 'c']);
  });

  test('that took longer than its lease gives back no other’s', async () => {
    const platform = new Platform();
    platform.hold();
    const slow = one(at(0), things(platform), 'a');
    await expect.poll(() => platform.held, LONG).toBe(1);
    await endLeases(at(1));
    const other = one(at(1), things(platform), 'a');
    await expect.poll(() => platform.held, LONG).toBe(2);
    platform.release();
    await slow;
    expect(await locks()).toHaveLength(1);
    platform.releaseAll();
    await other;
    expect(await locks()).toEqual([]);
  });

  test('is not taken for what is kept by nobody', async () => {
    const platform = new Platform();
    const never = { ...LIFETIMES, freshMs: 0, absentMs: 0 };
    platform.hold();
    const reads = nodes.map((node) => one(node, things(platform, 'own', never), 'a'));
    await expect.poll(() => platform.held, LONG).toBe(2);
    expect(await locks()).toEqual([]);
    platform.releaseAll();
    expect(await Promise.all(reads)).toMatchObject([{ id: 'a' }, { id: 'a' }]);
  });
});
