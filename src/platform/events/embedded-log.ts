import { chmod, mkdir } from 'node:fs/promises';
import { OutOfTime, within } from '../deadline.ts';
import { type PackedEntry, pack, unpack } from './entry.ts';
import { LogUnavailable, stopped } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { Group } from './group.ts';
import { readFault, unopened, unwritten } from './lmdb-faults.ts';
import { type Put, putStep, type Step, trimStep } from './lmdb-steps.ts';
import { openStore, type Store, stateIn } from './lmdb-store.ts';
import { type EventLog, type LogOptions, TRIM_EVERY_MS } from './log.ts';
import { digitsOf, positionOf } from './position.ts';
import { placeBehind } from './state.ts';
import { upkeep } from './upkeep.ts';
import { Watchers } from './watchers.ts';

/** Longest wait for the disk, in milliseconds. */
const COMMIT_WAIT_MS = 10_000;
/** Entries that are trimmed in one step: who appends waits for it. */
const TRIM_TOGETHER = 200;

/**
 * The log of one gateway, in a file on its own disk. The file grows to the most that was ever kept and never shrinks: what is trimmed makes
 * room in it. It must lie on a disk of this machine, not on a network's.
 * @param folder for this log alone; made with mode 0700 where there is none
 * @throws LogUnavailable when another process has the folder, it can't be written, or the file is damaged
 */
export async function openEmbeddedLog<T>(folder: string, options: LogOptions): Promise<EventLog<T>> {
  const lock = await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => chmod(folder, 0o700))
    .then(() => lockFolder(folder))
    .catch((error) => {
      throw unopened(folder, error);
    });
  try {
    return embeddedLog<T>(await openStore(folder), options, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function embeddedLog<T>(store: Store, options: LogOptions, release: () => Promise<void>): EventLog<T> {
  const { retention, onError, now = Date.now } = options;
  const { log } = stateIn(store);
  const watchers = new Watchers(onError);
  let isOpen = true;

  const read = <R>(work: () => R): R => {
    try {
      store.root.resetReadTxn();
      return work();
    } catch (error) {
      throw readFault(error);
    }
  };

  let writing: Promise<unknown> = Promise.resolve();
  /** Does a step when the one before is done. It is on the disk when this resolves, or nothing of it. */
  const take = <R>(step: () => Step<R>): Promise<R> => {
    const turn = writing.then(async () => {
      const { result, write } = read(step);
      if (write === undefined) return result;
      try {
        await store.root.batch(write);
        return result;
      } catch (error) {
        throw await unwritten(error);
      }
    });
    writing = turn.catch(() => undefined);
    return turn;
  };

  const group = new Group<readonly PackedEntry[], readonly Put[]>(
    async (batches) => {
      const puts = await take(() => putStep(store, batches.flat(), now()));
      if (puts.some(({ isNew }) => isNew)) watchers.tell();
      let from = 0;
      return batches.map(({ length }) => {
        from += length;
        return puts.slice(from - length, from);
      });
    },
    () => new LogUnavailable('Too many events wait for the disk.'),
  );

  const trimmer = upkeep(
    async () => {
      let count = 0;
      for (let some = TRIM_TOGETHER; isOpen && some === TRIM_TOGETHER; count += some) {
        some = await take(() => trimStep(store, retention, TRIM_TOGETHER, now()));
      }
      return count;
    },
    options.trimEveryMs ?? TRIM_EVERY_MS,
    onError,
  );

  return {
    async append(entries) {
      if (!isOpen) throw stopped();
      const packed = entries.map(pack);
      if (packed.length === 0) return [];
      const puts = await within(group.add(packed), COMMIT_WAIT_MS).catch((error) => {
        throw error instanceof OutOfTime
          ? new LogUnavailable('The disk under DATA_DIR does not answer.', error)
          : error;
      });
      return puts.map(({ place, isNew }) => ({ position: positionOf(log, place), isNew }));
    },
    read: async (after, limit) =>
      read(() => {
        if (!isOpen) throw stopped();
        const start = digitsOf(placeBehind(after, stateIn(store)) + 1);
        return [...store.entries.getRange({ start, limit })].map(({ key, value }) => ({
          position: positionOf(log, Number(key)),
          ...unpack<T>(value),
        }));
      }),
    bounds: async () =>
      read(() => {
        if (!isOpen) throw stopped();
        const { last } = stateIn(store);
        const [first] = store.entries.getKeys({ limit: 1 });
        return {
          first: first === undefined ? null : positionOf(log, Number(first)),
          last: positionOf(log, last),
        };
      }),
    watch: (listener) => watchers.add(listener),
    trim: async () => {
      if (!isOpen) throw stopped();
      return trimmer.run();
    },
    async stop() {
      if (!isOpen) return;
      isOpen = false;
      watchers.clear();
      await Promise.all([group.idle(), trimmer.stop()]);
      await store.root.close();
      await release();
    },
  };
}
