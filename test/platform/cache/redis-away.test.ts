import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasRedisServer, startRedisServer } from '../../redis.ts';
import { Platform, things, thingTag } from './made-up.ts';
import { emptyDatabase, endLeases, LONG, type Node, one, startNode, withRedis } from './nodes.ts';
import { type RedisWire, wireTo } from './wire.ts';

/** A Redis that can be taken away from nodes and given back. */
interface Away {
  /** Takes it away from the first node, or from both. */
  take(): Promise<void>;
  giveBack(): Promise<void>;
  /** Where it is, past what holds it up. */
  readonly url: string;
}

const WAIT_MS = 200;
const database = await emptyDatabase(10);
const nodes: Node[] = [];
const at = (index: number): Node => nodes[index] as Node;

async function startTwo(...urls: readonly string[]): Promise<void> {
  for (const redisUrl of urls) nodes.push(await startNode({ redisUrl, redisWaitMs: WAIT_MS }));
}

afterEach(() => {
  for (const node of nodes.splice(0)) node.stop();
});
afterAll(() => database?.stop());

/** What holds while Redis is away, and behind it. @param isAwayFrom who has lost it: the first node alone, or both */
function describeAway(name: string, away: () => Away, isAwayFrom: 'the first' | 'both'): void {
  const version = async (index: number, platform: Platform) => (await one(at(index), things(platform), 'a'))?.version;
  /** A node gives again what it has read. */
  const isKeeping = async (index: number, platform: Platform) => {
    await version(index, platform);
    const calls = platform.calls.length;
    await version(index, platform);
    return platform.calls.length === calls;
  };

  describe(name, () => {
    test('answers are right: the platform is asked as long as nothing can be trusted', async () => {
      const platform = new Platform();
      for (const index of [0, 1]) expect(await version(index, platform)).toBe(0);
      await away().take();
      for (let turn = 1; turn <= 3; turn += 1) {
        platform.change('a');
        expect(await version(0, platform)).toBe(turn);
        if (isAwayFrom === 'both') expect(await version(1, platform)).toBe(turn);
      }
      await away().giveBack();
      await expect.poll(() => isKeeping(0, platform), LONG).toBe(true);
      await expect.poll(() => isKeeping(1, platform), LONG).toBe(true);
    });

    test('a drop ends, is seen here at once and for good, and by the other node when Redis is back', async () => {
      const platform = new Platform();
      for (const index of [0, 1]) expect(await version(index, platform)).toBe(0);
      await away().take();
      platform.change('a');
      await at(0).cache.drop([thingTag('a')]);
      expect(await version(0, platform)).toBe(1);
      await away().giveBack();
      const seen: unknown[] = [];
      await expect
        .poll(async () => {
          seen.push(await version(0, platform));
          return version(1, platform);
        }, LONG)
        .toBe(1);
      expect(new Set(seen)).toEqual(new Set([1]));
      await expect.poll(() => isKeeping(0, platform), LONG).toBe(true);
      for (const index of [0, 1]) expect(await version(index, platform)).toBe(1);
    });

    test('a read that began before and ends while it is away puts nothing old back', async () => {
      const platform = new Platform();
      platform.hold();
      const hanging = version(0, platform);
      await expect.poll(() => platform.held, LONG).toBe(1);
      await away().take();
      platform.change('a');
      await at(0).cache.drop([thingTag('a')]);
      platform.releaseAll();
      expect(await hanging).toBe(0);
      expect(await version(0, platform)).toBe(1);
      await away().giveBack();
      // It could not give its lock back.
      await withRedis(away().url, (redis) => endLeases({ redis }));
      await expect.poll(() => isKeeping(0, platform), LONG).toBe(true);
      for (const index of [0, 1]) expect(await version(index, platform)).toBe(1);
    });
  });
}

describe.skipIf(database === null)('a wire to Redis', () => {
  let wires: RedisWire[] = [];
  beforeEach(async () => {
    const url = database?.url ?? '';
    await withRedis(url, (redis) => redis.flushDb());
    wires = [await wireTo(url), await wireTo(url)];
    await startTwo(...wires.map(({ url }) => url));
  });
  afterEach(() => {
    for (const wire of wires) wire.stop();
  });
  const each = (count: number, how: 'hang' | 'cut'): Away => ({
    url: database?.url ?? '',
    take: async () => {
      for (const wire of wires.slice(0, count)) wire[how]();
    },
    giveBack: async () => {
      for (const wire of wires) wire.mend();
    },
  });
  test('that was held up for a moment keeps no drop back', async () => {
    const platform = new Platform();
    const version = async (index: number) => (await one(at(index), things(platform), 'a'))?.version;
    for (const index of [0, 1]) await version(index);
    wires[0]?.hang();
    // Redis is given up, and left alone for a while.
    await version(0);
    expect(at(0).errors).not.toEqual([]);
    wires[0]?.mend();
    platform.change('a');
    await at(0).cache.drop([thingTag('a')]);
    for (const index of [1, 0]) expect(await version(index)).toBe(1);
  });

  describeAway('that hangs at one node', () => each(1, 'hang'), 'the first');
  describeAway('that hangs at both', () => each(2, 'hang'), 'both');
  describeAway('that is cut at one node', () => each(1, 'cut'), 'the first');
  describeAway('that is cut at both', () => each(2, 'cut'), 'both');
});

describe.skipIf(!hasRedisServer())('a Redis', () => {
  let server = {} as Awaited<ReturnType<typeof startRedisServer>>;
  beforeEach(async () => {
    server = await startRedisServer();
    await startTwo(server.url, server.url);
  });
  afterEach(() => void server.process.kill('SIGKILL'));
  describeAway(
    'that stands still',
    () => ({
      url: server.url,
      take: async () => void server.process.kill('SIGSTOP'),
      giveBack: async () => void server.process.kill('SIGCONT'),
    }),
    'both',
  );
  describeAway(
    'that dies and comes back empty',
    () => ({
      url: server.url,
      take: () =>
        new Promise((resolve) => {
          server.process.on('exit', () => resolve());
          server.process.kill('SIGKILL');
        }),
      giveBack: async () => {
        server = await startRedisServer(Number(new URL(server.url).port));
      },
    }),
    'both',
  );
});

test('a server that takes connections and never answers is as good as none', async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const redisUrl = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  nodes.push(await startNode({ redisUrl, redisWaitMs: WAIT_MS, isAlone: true }));
  const platform = new Platform();
  for (const version of [0, 1, 2]) {
    expect(await one(at(0), things(platform), 'a')).toMatchObject({ version });
    platform.change('a');
    await at(0).cache.drop([thingTag('a')]);
  }
  server.close();
});
