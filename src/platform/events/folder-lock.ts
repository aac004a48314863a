import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { LogUnavailable } from './errors.ts';

/** One process's hold on a folder. */
export interface FolderLock {
  /** Lets others have the folder. */
  release(): Promise<void>;
}

/** A process: its number, when it began, and where that number means it. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly place: string;
}

/** How often a holder touches its lock, in milliseconds, and how many such times one that does not is watched until it counts as dead. */
const BEAT_MS = 2_000;
const MISSED_BEATS = 4;
const FILE = 'owner.lock';
/** Tries to become the owner: each fails because someone else was faster. */
const TRIES = 5;

/** Locks that this very process holds. */
const held = new Set<string>();

/**
 * Takes a folder for this process alone. What a process that was killed has left behind is recognised: by its number and start time on
 * the same machine, by its no longer touching the file where it ran in another container or on another machine.
 * @param beatMs how often the lock is touched, in milliseconds; the same for all who may want the folder
 * @throws LogUnavailable while another process has it
 */
export async function lockFolder(folder: string, beatMs = BEAT_MS): Promise<FolderLock> {
  const file = join(folder, FILE);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await create(file)) return hold(file, beatMs);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = holderIn(text);
    if (await isAlive(file, holder, beatMs)) throw inUse(folder, holder);
    await putAside(file, text);
  }
  throw inUse(folder, undefined);
}

function hold(file: string, beatMs: number): FolderLock {
  held.add(file);
  const touch = async () => utimes(file, new Date(), new Date());
  const timer = setInterval(() => void touch().catch(() => undefined), beatMs).unref();
  return {
    async release() {
      clearInterval(timer);
      held.delete(file);
      await rm(file, { force: true });
    },
  };
}

/** @returns false where the file is there already */
async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(self()));
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead process's lock away; where someone else was faster and it is a live one, puts it back. */
async function putAside(file: string, expected: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) === expected) await rm(aside, { force: true });
    else await rename(aside, file);
  } catch {
    // Someone else has taken it away: the next try tells.
  }
}

async function isAlive(file: string, holder: Holder | undefined, beatMs: number): Promise<boolean> {
  const me = self();
  if (holder?.place === me.place) {
    if (holder.pid === me.pid) return holder.started === me.started && held.has(file);
    return exists(holder.pid) && startOf(holder.pid) === holder.started;
  }
  // Elsewhere, or a file that was only half written: its touches tell, compared with themselves since clocks may differ.
  const before = await touched(file);
  for (let beat = 0; beat < MISSED_BEATS; beat += 1) {
    await after(beatMs);
    const now = await touched(file);
    if (now !== before) return now !== undefined;
  }
  return false;
}

const touched = async (file: string): Promise<number | undefined> => (await stat(file).catch(() => undefined))?.mtimeMs;

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const self = (): Holder => ({ pid: process.pid, started: startOf(process.pid), place: `${hostname()} ${pidSpace()}` });

/** When a process began, by the kernel's count; empty where the system does not tell. Numbers are given again, the pair is not. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** What tells containers of one machine apart: each has process numbers of its own. */
function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, started, place } = JSON.parse(text) as Holder;
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, started, place } : undefined;
  } catch {
    return undefined;
  }
}

function inUse(folder: string, holder: Holder | undefined): LogUnavailable {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.place.split(' ')[0]})`;
  return new LogUnavailable(
    `DATA_DIR: ${folder} is in use by ${who}. Stop that gateway, or give each one a DATA_DIR of its own; ` +
      'gateways that are to share their events need REDIS_URL.',
  );
}
