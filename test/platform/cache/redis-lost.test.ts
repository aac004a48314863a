import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Redis } from '../../../src/platform/redis.ts';
import { Platform, things, thingTag } from './made-up.ts';
import { emptyDatabase, LONG, type Node, one, startNode, withRedis } from './nodes.ts';

const POSITION = 'wealthgraph:drops:position';
const STREAM = 'wealthgraph:drops';

const database = await emptyDatabase(11);
afterAll(() => database?.stop());

/** What may become of the log of drops, once a drop was written that one node has not seen yet. */
const LOSSES: readonly [name: string, lose: (redis: Redis) => Promise<unknown>][] = [
  ['nothing', async () => undefined],
  ['everything', (redis) => redis.flushDb()],
  ['all drops, but not their count', (redis) => redis.del(STREAM)],
  ['the oldest drops', (redis) => redis.xTrim(STREAM, 'MAXLEN', 1)],
  ['every drop', (redis) => redis.xTrim(STREAM, 'MAXLEN', 0)],
  ['the count of drops', (redis) => redis.del(POSITION)],
  ['the last drops, as a replica may that is promoted', (redis) => goBack(redis, 4)],
  ['more drops than a node has seen', (redis) => goBack(redis, 8)],
  ['the last drops, and got as many others since', (redis) => goBack(redis, 4).then(() => dropAnew(4))],
  ['the last drops, and got more others since', (redis) => goBack(redis, 4).then(() => dropAnew(9))],
];

/** Takes away the last drops. */
async function goBack(redis: Redis, count: number): Promise<void> {
  for (const { id } of await redis.xRevRange(STREAM, '+', '-', { COUNT: count })) await redis.xDel(STREAM, id);
  // The stream remembers its last id; a replica that has never seen it does not.
  const entries = await redis.xRange(STREAM, '-', '+');
  await redis.del(STREAM);
  for (const { id, message } of entries) await redis.xAdd(STREAM, id, message);
  await redis.hIncrBy(POSITION, 'position', -count);
  await redis.hSet(POSITION, 'mark', entries.at(-1)?.message.mark ?? '');
}

/** Drops through a node that knows nothing of what was. */
async function dropAnew(count: number): Promise<void> {
  const node = await startNode({ redisUrl: database?.url });
  for (let n = 0; n < count; n += 1) await node.cache.drop([thingTag(`anew-${n}`)]);
  node.stop();
}

describe.skipIf(database === null).each(LOSSES)('where Redis has lost %s', (_, lose) => {
  let nodes: Node[] = [];
  const at = (index: number): Node => nodes[index] as Node;
  const version = async (index: number, platform: Platform) => (await one(at(index), things(platform), 'a'))?.version;
  /** A node looks at the log, for whatever it reads. */
  const look = (index: number) => one(at(index), things(new Platform(), 'somebody'), 'b');
  /** Drops whatever it may be, so that the log has something in it. */
  const dropOthers = async (index: number, count: number) => {
    for (let n = 0; n < count; n += 1) await at(index).cache.drop([thingTag(`other-${n}`)]);
  };
  const loses = () => withRedis(database?.url ?? '', lose);

  beforeEach(async () => {
    await withRedis(database?.url ?? '', (redis) => redis.flushDb());
    nodes = [await startNode({ redisUrl: database?.url }), await startNode({ redisUrl: database?.url })];
  });
  afterEach(() => {
    for (const node of nodes) node.stop();
  });

  test('a drop is still seen by a node that has not seen it yet', async () => {
    const platform = new Platform();
    await dropOthers(0, 3);
    for (const index of [0, 1]) await version(index, platform);
    platform.change('a');
    await at(0).cache.drop([thingTag('a')]);
    await dropOthers(0, 3);
    // The first node has seen all of it.
    expect(await version(0, platform)).toBe(1);
    await loses();
    expect(await version(0, platform)).toBe(1);
    expect(await version(1, platform)).toBe(1);
  });

  test('a read that began before the drop, and ends when it is lost, puts nothing old back', async () => {
    const platform = new Platform();
    await dropOthers(1, 10);
    await look(0);
    platform.hold();
    const hanging = version(1, platform);
    await expect.poll(() => platform.held, LONG).toBe(1);
    platform.change('a');
    await at(0).cache.drop([thingTag('a')]);
    await dropOthers(0, 3);
    await look(0);
    await loses();
    await look(0);
    platform.releaseAll();
    expect(await hanging).toBe(0);
    for (const index of [1, 0]) expect(await version(index, platform)).toBe(1);
  });

  test('what is dropped and read behind that is right again', async () => {
    const platform = new Platform();
    await dropOthers(0, 10);
    for (const index of [0, 1]) await version(index, platform);
    await loses();
    for (const [dropping, reading] of [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 1],
    ] as const) {
      platform.change('a');
      await at(dropping).cache.drop([thingTag('a')]);
      for (const index of [reading, 1 - reading]) expect(await version(index, platform)).toBe(platform.version('a'));
    }
    const calls = platform.calls.length;
    for (const index of [0, 1]) await version(index, platform);
    expect(platform.calls).toHaveLength(calls);
  });
});
