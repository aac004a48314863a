import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type KeyEntry, parseKeys, printKeys } from './file.ts';

const LOCK_TRIES = 50;
const LOCK_WAIT_MS = 100;

/**
 * Changes a keys file, one writer at a time: the new file takes the old one's place whole, readable by its owner only, and is on the disk
 * when this returns. A missing file is an empty one.
 * @throws Error where another writer does not end within 5 seconds, or the file is broken (it is left as it is)
 */
export async function changeKeys(
  file: string,
  change: (keys: readonly KeyEntry[]) => readonly KeyEntry[],
): Promise<void> {
  const target = await realpath(file).catch(ifMissing(file));
  const unlock = await lock(`${target}.lock`);
  try {
    await replace(target, printKeys(change(await readKeys(target))));
  } finally {
    await unlock();
  }
}

/** The keys of a file; none where there is no file. @throws Error where it can't be read, TypeError where it is broken */
export async function readKeys(file: string): Promise<KeyEntry[]> {
  return parseKeys(await readFile(file, 'utf8').catch(ifMissing('[]')));
}

/** Of the errors of a read, the one which means that there is no file gives a value; the others are thrown on. */
export function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value;
    throw error;
  };
}

async function replace(target: string, text: string): Promise<void> {
  const draft = `${target}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // The new name is safe only once its folder is on the disk too.
  const folder = await open(dirname(target));
  await folder.sync().finally(() => folder.close());
}

async function lock(path: string): Promise<() => Promise<void>> {
  for (let tries = 0; tries < LOCK_TRIES; tries += 1) {
    try {
      await (await open(path, 'wx', 0o600)).close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      await wait(LOCK_WAIT_MS);
    }
  }
  throw new Error(`another command is changing the file; if none is, delete ${path}`);
}
