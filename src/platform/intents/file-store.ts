import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderLock, lockFolder } from '../events/folder-lock.ts';
import { syncFolder } from '../events/lmdb-file.ts';
import { isItem } from '../wire.ts';
import { type Found, type Intent, type IntentStore, IntentsUnavailable, KEEP_MS } from './store.ts';

/** How often intents that have had their time are looked for, in milliseconds. */
const TIDY_MS = 3_600_000;
const ENDING = '.json';
/** What was not finished when the process before ended. */
const ASIDE = '.new';

/** What a file holds. */
interface Written extends Intent {
  /** When it was begun, in milliseconds of the epoch. */
  readonly at: number;
}

/**
 * The intents of one gateway, each in a file of its own, which is on the disk with its name before anything is sent. No file is ever half
 * written: it is written aside and then given its name. What is found is left over: what this process is at work on, it knows.
 * @param folder for these alone; made with mode 0700 where there is none
 * @param now milliseconds of the epoch
 * @throws LogUnavailable while another process has the folder
 */
export async function openFileIntents(folder: string, now: () => number = Date.now): Promise<IntentStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock: FolderLock = await lockFolder(folder);
  let asides = 0;
  const fileOf = (id: string): string => join(folder, `${id}${ENDING}`);

  const read = async (file: string): Promise<Written | null> => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const written: unknown = text === null ? null : JSON.parse(text);
    if (written === null) return null;
    if (!isItem(written) || typeof written.input !== 'string' || typeof written.at !== 'number')
      throw new TypeError('an intent is damaged');
    const { input, at, result } = written;
    return { input, at, result: typeof result === 'string' ? result : null };
  };

  /** Gives a file its content in one step. @param name makes it appear under its name */
  const write = async (
    file: string,
    content: Written,
    name: (aside: string, file: string) => Promise<void>,
  ): Promise<void> => {
    asides += 1;
    const aside = join(folder, `${process.pid}-${asides}${ASIDE}`);
    try {
      const handle = await open(aside, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify(content));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await name(aside, file);
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(folder);
  };

  const find = async (id: string): Promise<Found | null> => {
    const written = await read(fileOf(id));
    if (written === null) return null;
    if (now() - written.at < KEEP_MS) return { input: written.input, result: written.result, isAtWork: false };
    await rm(fileOf(id), { force: true });
    return null;
  };

  const tidy = async (): Promise<void> => {
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(ENDING))) {
      const file = join(folder, name);
      // It was last written when it was begun, or soon after.
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now() }));
      if (now() - mtimeMs > KEEP_MS) await rm(file, { force: true });
    }
  };

  for (const name of await readdir(folder)) if (name.endsWith(ASIDE)) await rm(join(folder, name), { force: true });
  await tidy();
  const timer = setInterval(() => void tidy().catch(() => undefined), TIDY_MS).unref();

  return {
    begin: (id, input) =>
      safely(async () => {
        for (;;) {
          const found = await find(id);
          if (found !== null) return found;
          let isNamed = false;
          try {
            await write(fileOf(id), { input, result: null, at: now() }, async (aside, file) => {
              await link(aside, file);
              isNamed = true;
            });
            return null;
          } catch (error) {
            // What may not be on the disk does not count: nothing is sent.
            if (isNamed) await rm(fileOf(id), { force: true });
            if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
          }
        }
      }),
    find: (id) => safely(() => find(id)),
    settle: (id, result) =>
      safely(async () => {
        const written = await read(fileOf(id));
        if (written !== null) await write(fileOf(id), { ...written, result }, rename);
      }),
    forget: (id) =>
      safely(async () => {
        await rm(fileOf(id), { force: true });
        await syncFolder(folder);
      }),
    // What stands there says it: begun, and nothing came of it.
    abandon: async () => {},
    async stop() {
      clearInterval(timer);
      await lock.release();
    },
  };
}

async function safely<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new IntentsUnavailable(error);
  }
}
