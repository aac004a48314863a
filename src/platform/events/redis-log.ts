import { within } from '../deadline.ts';
import type { Redis } from '../redis.ts';
import { pack, unpack } from './entry.ts';
import { LogUnavailable, stopped } from './errors.ts';
import { type Appended, type EventLog, type LogEntry, type LogOptions, TRIM_EVERY_MS } from './log.ts';
import { type Position, partsOf, positionOf } from './position.ts';
import { persistenceWarnings } from './redis-persistence.ts';
import { APPEND, KEYS, READ, TRIM } from './redis-scripts.ts';
import { redisWatch } from './redis-watch.ts';
import { type LogState, newLogId, placeAt, placeBehind } from './state.ts';
import { upkeep } from './upkeep.ts';
import { Watchers } from './watchers.ts';

/** What a log in Redis is given besides. */
export interface RedisLogOptions extends LogOptions {
  /** Longest wait for one answer of Redis, in milliseconds; two seconds unless told otherwise. */
  readonly waitMs?: number;
  /** Told what of Redis's settings would lose events, each once. */
  readonly onWarning: (message: string) => void;
}

const WAIT_MS = 2_000;
/** Entries that are trimmed in one script: everyone else waits for it. */
const TRIM_TOGETHER = 200;

type StateReply = readonly [log: string, last: string, trimmed: string, entries: string, bytes: string];
type EntryReply = readonly [id: string, fields: readonly [string, string, string, string]];

/**
 * The log of all gateways that share a Redis. An event is as durable as Redis is set to make it (`persistenceWarnings`). While Redis can't be
 * had everything fails, and nothing is pretended.
 * @param redis stays the caller's, who also closes it; watching takes a connection of its own
 */
export function redisLog<T>(redis: Redis, options: RedisLogOptions): EventLog<T> {
  const { retention, onError, now } = options;
  const watchers = new Watchers(onError);
  const microseconds = (): string => (now === undefined ? '' : String(placeAt(now())));
  const underWay = new Set<Promise<unknown>>();
  let isOpen = true;

  const ask = async (script: string, args: readonly string[]): Promise<unknown> => {
    if (!isOpen) throw stopped();
    const call = redis.eval(script, { keys: KEYS, arguments: [newLogId(), ...args] });
    const answer = within(call, options.waitMs ?? WAIT_MS);
    underWay.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw unavailable(error);
    } finally {
      underWay.delete(answer);
    }
  };

  const readFrom = async (start: string, limit: number): Promise<{ state: LogState; found: LogEntry<T>[] }> => {
    const [reply, entries] = (await ask(READ, [start, String(limit)])) as [StateReply, EntryReply[]];
    const state = stateOf(reply);
    return {
      state,
      found: entries.map(([id, fields]) => ({
        position: positionOf(state.log, Number.parseInt(id, 10)),
        ...unpack<T>(fields[3]),
      })),
    };
  };

  const watch = redisWatch(redis, watchers, async () => (await readFrom('-', 1)).state.last, onError);

  const trimmer = upkeep(
    async () => {
      const { maxAgeMs, maxEntries, maxBytes = '' } = retention;
      let count = 0;
      for (let some = TRIM_TOGETHER; isOpen && some === TRIM_TOGETHER; count += some) {
        const bounds = [placeAt(maxAgeMs), maxEntries, maxBytes, TRIM_TOGETHER].map(String);
        some = (await ask(TRIM, [microseconds(), ...bounds])) as number;
      }
      return count;
    },
    options.trimEveryMs ?? TRIM_EVERY_MS,
    onError,
  );

  const warned = new Set<string>();
  /** Each time that Redis comes (back): it may have been started anew with other settings. */
  const check = async (): Promise<void> => {
    for (const warning of await persistenceWarnings(redis)) {
      if (!warned.has(warning)) options.onWarning(warning);
      warned.add(warning);
    }
  };
  const onReady = () => void check().catch(onError);
  redis.on('ready', onReady);
  if (redis.isReady) onReady();

  return {
    async append(entries) {
      if (!isOpen) throw stopped();
      const packed = entries.map(pack);
      if (packed.length === 0) return [];
      const args = packed.flatMap(({ digest, text }) => [digest.toString('base64'), text]);
      const [log, ...flat] = (await ask(APPEND, [microseconds(), ...args])) as [string, ...(string | number)[]];
      const appended = packed.map(
        (_, i): Appended => ({ position: positionOf(log, Number(flat[2 * i])), isNew: flat[2 * i + 1] === 1 }),
      );
      const newest = appended.findLast(({ isNew }) => isNew);
      if (newest !== undefined) watch.see(partsOf(newest.position)?.place ?? 0);
      return appended;
    },
    async read(after, limit) {
      const { state, found } = await readFrom(startBehind(after), limit);
      placeBehind(after, state);
      return found;
    },
    async bounds() {
      const { state, found } = await readFrom('-', 1);
      return {
        first: found[0]?.position ?? null,
        last: positionOf(state.log, state.last),
      };
    },
    watch(listener) {
      const end = watchers.add(listener);
      if (isOpen) watch.start();
      return end;
    },
    trim: async () => {
      if (!isOpen) throw stopped();
      return trimmer.run();
    },
    async stop() {
      if (!isOpen) return;
      isOpen = false;
      redis.off('ready', onReady);
      watchers.clear();
      watch.stop();
      await Promise.all([trimmer.stop(), Promise.allSettled(underWay)]);
    },
  };
}

/** From where XRANGE reads. */
const startBehind = (after: Position | null): string =>
  after === null ? '-' : `${(partsOf(after)?.place ?? 0) + 1}-0`;

const stateOf = ([log, last, trimmed, entries, bytes]: StateReply): LogState => ({
  log,
  last: Number(last),
  trimmed: Number(trimmed),
  entries: Number(entries),
  bytes: Number(bytes),
});

/** Redis's first word tells the kind of its refusal (OOM, READONLY, MISCONF …); the rest may quote. */
function unavailable(error: unknown): LogUnavailable {
  const [, kind] = (error instanceof Error && /^([A-Z]{2,})\b/.exec(error.message)) || [];
  return new LogUnavailable(
    kind === undefined
      ? 'The event log is not available: Redis does not answer.'
      : `The event log is not available: Redis refuses (${kind}).`,
    error,
  );
}
