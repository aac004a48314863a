import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged } from './lmdb-faults.ts';

/** lmdb's file in a folder. */
export const fileIn = (folder: string): string => join(folder, 'data.mdb');

/** What both pages at the head begin with, at which byte, and where they tell how large a page is. */
const MAGIC = 0xbeefc0de;
const AT_MAGIC = 24;
const AT_PAGE_SIZE = 48;
const HEAD = 64;

/**
 * Looks at the two pages at the head before lmdb does: it does not survive a file that is none of its own.
 * @throws LogUnavailable; no file, and an empty one, are all right
 */
export async function checkHead(file: string): Promise<void> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size === 0) return;
  const handle = await open(file, 'r');
  try {
    const head = async (offset: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, offset);
      if (bytesRead < HEAD || buffer.readUInt32LE(AT_MAGIC) !== MAGIC)
        throw damaged('the file does not begin like one');
      return buffer;
    };
    await head((await head(0)).readUInt32LE(AT_PAGE_SIZE));
  } finally {
    await handle.close();
  }
}

/**
 * Makes a file as long as it should be: to read behind the end of a mapped file would end the process.
 * @param length in bytes
 * @returns whether it was shorter: cut off, or its last pages were never used
 */
export async function fill(file: string, length: number): Promise<boolean> {
  if ((await stat(file)).size >= length) return false;
  await truncate(file, length);
  return true;
}

/** The names of new files are on the disk only when their folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
