import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFileIntents, redisIntents } from '../../../src/platform/intents/index.ts';
import { KEEP_MS } from '../../../src/platform/intents/store.ts';
import { connectRedis } from '../../../src/platform/redis.ts';
import { emptyDatabase, withRedis } from '../cache/nodes.ts';
import { compliance } from './compliance.ts';

const root = await mkdtemp(join(tmpdir(), 'wealthgraph-intents-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let count = 0;
const folder = (): string => {
  count += 1;
  return join(root, String(count), 'intents');
};
const database = await emptyDatabase(5);
afterAll(async () => database?.stop());

compliance('intents in files', async () => ({
  isShared: false,
  async place() {
    const path = folder();
    return { open: () => openFileIntents(path), break: () => rm(path, { recursive: true }) };
  },
  async stop() {},
}));

if (database === null) test.skip('intents in Redis: none here', () => {});
else
  compliance('intents in Redis', async () => ({
    isShared: true,
    async place() {
      await withRedis(database.url, (redis) => redis.flushDb());
      const open = [] as ReturnType<typeof connectRedis>[];
      return {
        async open() {
          const redis = connectRedis(database.url, () => {});
          open.push(redis);
          while (!redis.isReady) await pause(5);
          const store = redisIntents(redis, { waitMs: 30_000, leaseMs: 500 });
          return {
            ...store,
            async stop() {
              await store.stop();
              if (redis.isOpen) redis.destroy();
            },
          };
        },
        async break() {
          for (const redis of open) if (redis.isOpen) redis.destroy();
        },
      };
    },
    async stop() {},
  }));

describe('a file', () => {
  test('is for its owner alone, and tells nothing of what was sent', async () => {
    const path = folder();
    const store = await openFileIntents(path);
    await store.begin('a1', 'hash');
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, 'a1.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(path, 'a1.json'), 'utf8'))).toEqual({
      input: 'hash',
      result: null,
      at: expect.any(Number),
    });
    await store.stop();
  });

  test('goes after seven days, and not before', async () => {
    const path = folder();
    let now = Date.now();
    const store = await openFileIntents(path, () => now);
    await store.begin('a1', 'hash');
    await store.settle('a1', '"done"');
    now += KEEP_MS - 1;
    expect(await store.find('a1')).toEqual({ input: 'hash', result: '"done"', isAtWork: false });
    now += 1;
    expect(await store.begin('a1', 'another')).toBeNull();
    await store.stop();
    const old = new Date(Date.now() - 2 * KEEP_MS);
    await utimes(join(path, 'a1.json'), old, old);
    await writeFile(join(path, 'half.new'), '{"inp');
    await (await openFileIntents(path)).stop();
    expect(await readdir(path)).toEqual([]);
  });

  test('that is damaged is no permission to send again', async () => {
    const path = folder();
    const store = await openFileIntents(path);
    for (const text of ['', '{', '[]', '{"input":1}']) {
      await writeFile(join(path, 'a1.json'), text);
      await expect(store.begin('a1', 'hash')).rejects.toThrow(/nothing was sent/);
    }
    await store.stop();
  });

  test('belongs to one process', async () => {
    const path = folder();
    await mkdir(path, { recursive: true });
    const store = await openFileIntents(path);
    await expect(openFileIntents(path)).rejects.toThrow(/in use/);
    await store.stop();
  });
});

describe.runIf(database !== null)('an entry in Redis', () => {
  const url = database?.url ?? '';
  let redis: ReturnType<typeof connectRedis>;
  beforeAll(async () => {
    redis = connectRedis(url, () => {});
    while (!redis.isReady) await pause(5);
  });
  afterAll(() => redis.destroy());

  test('is kept for seven days from its beginning', async () => {
    const store = redisIntents(redis, { prefix: 'kept' });
    await store.begin('a1', 'hash');
    expect(await redis.pTTL('kept:{a1}')).toBeGreaterThan(KEEP_MS - 60_000);
    await redis.pExpire('kept:{a1}', 500_000);
    await store.settle('a1', '1');
    expect(await redis.pTTL('kept:{a1}')).toBeLessThanOrEqual(500_000);
    expect(await redis.pTTL('kept:{a1}')).toBeGreaterThan(0);
    await store.stop();
  });

  test('is at work for as long as its node says so, and no longer', async () => {
    const store = redisIntents(redis, { prefix: 'beat', leaseMs: 400 });
    await store.begin('a1', 'hash');
    const other = redisIntents(redis, { prefix: 'beat' });
    // Longer than the lease, and still at work.
    await redis.pExpire('beat:{a1}:at-work', 1);
    await expect.poll(async () => (await other.find('a1'))?.isAtWork).toBe(true);
    await store.stop();
    await expect.poll(async () => (await other.find('a1'))?.isAtWork).toBe(false);
    expect(await other.find('a1')).toEqual({ input: 'hash', result: null, isAtWork: false });
    await other.stop();
  });
});
