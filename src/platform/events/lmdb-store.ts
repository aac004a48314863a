import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { digestIn } from './entry.ts';
import { damaged, unopened } from './lmdb-faults.ts';
import { checkHead, fileIn, fill, syncFolder } from './lmdb-file.ts';
import { type LogState, newLogId } from './state.ts';

/** The tables of one file. */
export interface Store {
  readonly root: RootDatabase<unknown, string>;
  /** The texts of entries by the digits of their place. */
  readonly entries: Database<string, string>;
  /** The digits of each entry's place by the digest of its key. */
  readonly keys: Database<string, Buffer>;
  readonly states: Database<LogState, string>;
}

const STATE = 'state';

/**
 * `overlappingSync` off: a commit writes its pages, waits for the disk, then writes the page that makes them count straight to the disk, and
 * only then resolves. So nobody reads, and no position stands for, what a power failure could still take away. (With it, readers see a
 * commit before the disk has it.) `eventTurnBatching` off: `Group` does that, and when a commit fails lmdb would leave a rejected promise
 * of its own to nobody, which ends the process.
 */
const OPTIONS = {
  overlappingSync: false,
  eventTurnBatching: false,
  noSubdir: false,
  maxDbs: 4,
  permissionsMode: 0o600,
};

/**
 * Opens the file in a folder that this process has locked, or makes it.
 * @throws LogUnavailable for a file that is damaged or none of ours, and for a folder that can't be used
 */
export async function openStore(folder: string): Promise<Store> {
  try {
    await checkHead(fileIn(folder));
    const { open } = await import('lmdb');
    const root = open<unknown, string>({ ...OPTIONS, path: folder });
    try {
      return await tablesOf(root, folder);
    } catch (error) {
      await root.close();
      throw error;
    }
  } catch (error) {
    throw unopened(folder, error);
  }
}

async function tablesOf(root: Store['root'], folder: string): Promise<Store> {
  const { lastPageNumber, pageSize } = root.getStats() as { lastPageNumber: number; pageSize: number };
  const wasShort = await fill(fileIn(folder), (lastPageNumber + 1) * pageSize);
  const store: Store = {
    root,
    entries: root.openDB<string, string>({ name: 'entries', encoding: 'string' }),
    keys: root.openDB<string, Buffer>({ name: 'keys', encoding: 'string', keyEncoding: 'binary' }),
    states: root.openDB<LogState, string>({ name: 'states', encoding: 'json' }),
  };
  if (store.states.get(STATE) === undefined)
    await store.states.put(STATE, { log: newLogId(), last: 0, trimmed: 0, entries: 0, bytes: 0 });
  if (wasShort) checkAll(store);
  for (const path of [folder, join(folder, '..')]) await syncFolder(path);
  return store;
}

/** @throws LogUnavailable where it is lost, or what lmdb throws */
export function stateIn({ states }: Store): LogState {
  const state = states.get(STATE);
  if (state === undefined) throw damaged('it does not know itself');
  return state;
}

/** In a batch. */
export const setState = ({ states }: Store, state: LogState): void => void states.put(STATE, state);

/** Reads everything. @throws LogUnavailable, or what lmdb throws, where something is missing */
function checkAll(store: Store): void {
  let count = 0;
  for (const { key, value } of store.entries.getRange()) {
    count += 1;
    if (store.keys.get(digestIn(value)) !== key) throw damaged('keys are missing');
  }
  if (count !== stateIn(store).entries || count !== store.keys.getKeysCount()) throw damaged('entries are missing');
}
