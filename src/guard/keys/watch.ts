import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type KeyEntry, parseKeys } from './file.ts';
import { ifMissing } from './write.ts';

/** A file that changed this recently may change again without its times showing it: they are not finer than the clock's tick. */
const RECENT_MS = 2_000;

/** How a keys file is watched. */
export interface WatchOptions {
  readonly file: string;
  /** The least time between two looks at the file, in milliseconds. */
  readonly checkEveryMs: number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Takes what is wrong with the file, once for each state of it. The last good keys hold meanwhile. */
  readonly onProblem: (reason: string) => void;
}

/** The keys of a file, by id, as they are now: looked at when they are asked for, and read again when the file has changed. */
export function watchKeys({
  file,
  checkEveryMs,
  now,
  onProblem,
}: WatchOptions): () => Promise<ReadonlyMap<string, KeyEntry>> {
  let keys: ReadonlyMap<string, KeyEntry> = new Map();
  let seen: string | undefined;
  let reported: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const report = (state: string, reason: string): void => {
    if (reported !== `${state} ${reason}`) onProblem(reason);
    reported = `${state} ${reason}`;
  };
  const read = async (): Promise<void> => {
    const stats = await stat(file, { bigint: true }).catch(ifMissing(null));
    const state = stampOf(stats);
    if (state === seen) return;
    const text = stats === null ? '[]' : await readFile(file, 'utf8').catch(ifMissing('[]'));
    try {
      keys = new Map(parseKeys(text).map((key) => [key.id, key]));
      if (stats !== null && (stats.mode & 0o022n) !== 0n) report(state, 'others than its owner may write it');
      else reported = undefined;
    } catch (error) {
      report(state, reasonOf(error));
    }
    seen = stats !== null && now() - Number(stats.mtimeMs) < RECENT_MS ? undefined : state;
  };
  const look = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      report('unread', reasonOf(error));
    } finally {
      lookedAt = now();
      looking = undefined;
    }
  };
  return async () => {
    const since = now() - lookedAt;
    // A clock that was set back must not stop the looks.
    if (since >= checkEveryMs || since < 0) looking ??= look();
    await looking;
    return keys;
  };
}

function stampOf(stats: BigIntStats | null): string {
  return stats === null ? 'missing' : [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

/** Why a keys file is of no use, without anything of what stands in it. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return `it can't be read (${error.code})`;
  return error instanceof Error ? error.message : 'unknown';
}
