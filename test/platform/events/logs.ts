import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventLog, type LogOptions, openEmbeddedLog } from '../../../src/platform/events/index.ts';
import { emptyDatabase, withRedis } from '../cache/nodes.ts';
import { OPTIONS, openRedis, type Value } from './open.ts';

/** One kind of store. */
export interface Kind {
  /** Whether several logs may be open on the same store at a time. */
  readonly isShared: boolean;
  /** Makes an empty store. */
  place(): Promise<Place>;
  stop(): Promise<void>;
}

/** One store: what is left of a log when it is stopped. */
export interface Place {
  /** How a process is told of it. */
  readonly address: string;
  open(options?: Partial<LogOptions>): Promise<EventLog<Value>>;
}

/** The embedded log, each place a folder of its own. */
export async function embedded(): Promise<Kind> {
  const root = await mkdtemp(join(tmpdir(), 'wealthgraph-events-'));
  let count = 0;
  return {
    isShared: false,
    async place() {
      count += 1;
      const address = join(root, String(count), 'events');
      return { address, open: (options) => openEmbeddedLog(address, { ...OPTIONS, ...options }) };
    },
    stop: () => rm(root, { recursive: true, force: true }),
  };
}

/** The log in Redis, one place at a time in the database of this number; null where there is no Redis. */
export async function inRedis(database: number): Promise<Kind | null> {
  const server = await emptyDatabase(database);
  if (server === null) return null;
  return {
    isShared: true,
    async place() {
      await withRedis(server.url, (redis) => redis.flushDb());
      return { address: server.url, open: (options) => openRedis(server.url, options) };
    },
    stop: async () => server.stop(),
  };
}

/** Everything that a log keeps, read a few at a time. */
export async function all(log: EventLog<Value>, atOnce = 100) {
  const entries = [];
  let after = null;
  for (let some = await log.read(null, atOnce); some.length > 0; some = await log.read(after, atOnce)) {
    entries.push(...some);
    after = some.at(-1)?.position ?? null;
  }
  return entries;
}
