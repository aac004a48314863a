import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ForeignPosition, LogUnavailable, redisLog } from '../../../src/platform/events/index.ts';
import { persistenceWarnings } from '../../../src/platform/events/redis-persistence.ts';
import { redisWatch } from '../../../src/platform/events/redis-watch.ts';
import { Watchers } from '../../../src/platform/events/watchers.ts';
import { connectRedis, type Redis } from '../../../src/platform/redis.ts';
import { emptyDatabase, LONG, withRedis } from '../cache/nodes.ts';
import { failureOf } from '../helpers.ts';
import { compliance } from './compliance.ts';
import { all, inRedis } from './logs.ts';
import { OPTIONS, openRedis } from './open.ts';
import { proxyTo } from './proxy.ts';

compliance('the log in Redis', () => inRedis(7));

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ key: `key-${from + i}`, value: i }));
const keysOf = (entries: readonly { key: string }[]) => entries.map(({ key }) => key);

describe('the log in Redis', async () => {
  const server = await emptyDatabase(8);
  if (server === null) return test.skip('no Redis here', () => {});
  afterAll(() => server.stop());
  const { url } = server;

  test('while Redis does not answer appends are refused, and sent once more they have one effect', async () => {
    const proxy = await proxyTo(url);
    const log = await openRedis(proxy.url, { waitMs: 300 });
    const near = await openRedis(url);
    await log.append(numbered(2));
    proxy.clog();
    const errors = await Promise.all(numbered(5, 2).map((entry) => failureOf(log.append([entry]))));
    for (const error of errors) {
      expect(error).toBeInstanceOf(LogUnavailable);
      expect((error as Error).message).toBe('The event log is not available: Redis does not answer.');
    }
    expect(await failureOf(log.read(null, 1))).toBeInstanceOf(LogUnavailable);
    proxy.open();
    await vi.waitFor(() => log.append(numbered(7)), LONG);
    expect(keysOf(await all(near)).sort()).toEqual(keysOf(numbered(7)));
    await log.stop();
    await near.stop();
    proxy.stop();
  });

  test('where there is no Redis it fails at once', async () => {
    const redis = connectRedis('redis://127.0.0.1:1', () => {});
    const log = redisLog(redis, { ...OPTIONS, onWarning: () => {} });
    for (const work of [log.append(numbered(1)), log.read(null, 1), log.bounds(), log.trim()])
      expect(await failureOf(work)).toBeInstanceOf(LogUnavailable);
    log.watch(() => {});
    await log.stop();
    redis.destroy();
  });

  test('a watcher whose connection is lost learns of what came meanwhile', async () => {
    const proxy = await proxyTo(url);
    const log = await openRedis(proxy.url);
    const other = await openRedis(url);
    const told = vi.fn();
    log.watch(told);
    await vi.waitFor(() => expect(told).toHaveBeenCalled(), LONG);
    for (let round = 0; round < 3; round += 1) {
      const [one] = await other.append(numbered(1, 100 + round));
      await vi.waitFor(async () => expect((await log.bounds()).last).toBe(one?.position), LONG);
      const { length } = told.mock.calls;
      proxy.cut();
      await other.append(numbered(1, 200 + round));
      await vi.waitFor(() => expect(told.mock.calls.length).toBeGreaterThan(length), LONG);
    }
    await log.stop();
    await other.stop();
    proxy.stop();
  });

  test('a message tells at once what a look would tell a second later', async () => {
    const other = await openRedis(url);
    const told = vi.fn();
    const watchers = new Watchers(() => {});
    watchers.add(told);
    await withRedis(url, async (redis) => {
      const watch = redisWatch(
        redis,
        watchers,
        async () => 0,
        () => {},
      );
      watch.start();
      await vi.waitFor(() => expect(told).toHaveBeenCalled(), LONG);
      // Others on this Redis may be heard too: messages know no databases.
      const { length } = told.mock.calls;
      let count = 0;
      // Until it has subscribed it hears nothing.
      await vi.waitFor(async () => {
        count += 1;
        await other.append([{ key: `message-${count}`, value: 1 }]);
        expect(told.mock.calls.length).toBeGreaterThan(length);
      }, LONG);
      watch.stop();
    });
    await other.stop();
  });

  const losses: Record<string, (redis: Redis) => Promise<unknown>> = {
    everything: (redis) => redis.flushDb(),
    'its entries': (redis) => redis.del('wealthgraph:events:entries'),
    'its state': (redis) => redis.del('wealthgraph:events'),
  };
  for (const [what, lose] of Object.entries(losses))
    test(`where Redis has lost ${what} it is another log: old cursors are refused, and nothing comes for something else`, async () => {
      const log = await openRedis(url);
      const [one] = await log.append([{ key: 'before', value: 1 }]);
      await withRedis(url, lose);
      const [two] = await log.append([{ key: 'before', value: 2 }]);
      expect(two?.isNew).toBe(true);
      expect(await failureOf(log.read(one?.position ?? null, 1))).toBeInstanceOf(ForeignPosition);
      expect((await all(log)).map(({ value }) => value)).toEqual([2]);
      await log.stop();
    });

  test('why Redis refuses is told by its kind, and nothing is quoted', async () => {
    const refusing = {
      eval: () => Promise.reject(new Error('OOM command not allowed when used memory > maxmemory. secret')),
      on: () => {},
      off: () => {},
    };
    const log = redisLog(refusing as unknown as Redis, { ...OPTIONS, onWarning: () => {} });
    const error = (await failureOf(log.append(numbered(1)))) as Error;
    expect(error.message).toBe('The event log is not available: Redis refuses (OOM).');
    await log.stop();
  });
});

describe('settings of Redis that would lose events', () => {
  const warningsFor = (settings: Record<string, string>) =>
    persistenceWarnings({ configGet: async () => settings, isReady: true } as unknown as Redis);
  const safe = { appendonly: 'yes', appendfsync: 'always', save: '', 'maxmemory-policy': 'noeviction' };

  test('are told with what to set', async () => {
    expect(await warningsFor(safe)).toEqual([]);
    expect(await warningsFor({ ...safe, appendfsync: 'everysec', 'maxmemory-policy': 'volatile-lru' })).toEqual([]);
    for (const [settings, words] of [
      [{ appendonly: 'no' }, 'in memory only. For events that outlast a restart of Redis set `appendonly yes`'],
      [{ appendonly: 'no', save: '3600 1' }, 'snapshots'],
      [{ appendfsync: 'no' }, '`appendfsync always`'],
      [{ 'maxmemory-policy': 'allkeys-lru' }, 'noeviction'],
    ] as const) {
      const warnings = await warningsFor({ ...safe, ...settings });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(words);
    }
  });

  test('a Redis that does not tell is warned of, one that is gone is not', async () => {
    const refusing = (isReady: boolean) => ({ configGet: async () => Promise.reject(new Error('NOPERM')), isReady });
    expect(await persistenceWarnings(refusing(true) as unknown as Redis)).toHaveLength(1);
    await expect(persistenceWarnings(refusing(false) as unknown as Redis)).rejects.toThrow('NOPERM');
  });
});

describe.skipIf(spawnSync('redis-server', ['--version']).status !== 0)('a Redis that keeps its log on disk', () => {
  const freePort = async (): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  test('is killed -9: what was promised is there, cursors stand, and the gateway goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wealthgraph-redis-'));
    const port = await freePort();
    const start = (): ChildProcess =>
      spawn('redis-server', [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', 'always'],
      ]);
    let server = start();
    const onWarning = vi.fn();
    const log = await openRedis(`redis://127.0.0.1:${port}`, { onWarning, waitMs: 1_000 });
    const told = vi.fn();
    log.watch(told);
    const promised = new Map<string, string>();
    for (let round = 0; round < 3; round += 1) {
      const appends = numbered(300, 1_000 * round).map(async (entry, i) => {
        if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, i));
        const [one] = await log.append([entry]).catch(() => []);
        if (one !== undefined) promised.set(entry.key, one.position);
      });
      await vi.waitFor(() => expect(promised.size).toBeGreaterThan(150 * round), LONG);
      const dead = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await dead;
      await Promise.all(appends);
      server = start();
      const kept = await vi.waitFor(() => all(log), LONG);
      const at = new Map(kept.map(({ key, position }) => [key, position]));
      expect(at.size).toBe(kept.length);
      for (const [key, position] of promised) expect(at.get(key)).toBe(position);
      const { length } = told.mock.calls;
      await log.append([{ key: `after-${round}`, value: 1 }]);
      await vi.waitFor(() => expect(told.mock.calls.length).toBeGreaterThan(length), LONG);
    }
    expect(onWarning).not.toHaveBeenCalled();
    await log.stop();
    server.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
});
