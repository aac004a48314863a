import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Everything measured is a process of its own on a core of its own; see ../hostile/beside.ts for the other end, `offer`.

// biome-ignore lint/suspicious/noExplicitAny: any function will do; the types of a call are those of the function itself.
type Offers = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A process that does things for this one, one at a time. */
export interface Pinned<O extends Offers> {
  /** @throws what the function throws, as a message; and where the process has ended, with the end of what it said */
  call<N extends string & keyof O>(name: N, ...args: Parameters<O[N]>): Promise<Awaited<ReturnType<O[N]>>>;
  /** Undefined where it did not start. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** How a process is started. */
export interface PinnedOptions {
  /** Null where the machine can't pin. */
  readonly core: number | null;
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Cores for what is measured and for everything around it; null where this machine has no two, or no `taskset`. */
export function findCores(): { readonly subject: number; readonly rest: number } | null {
  const list = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }).stdout ?? '';
  const allowed = (/:\s*([\d,-]+)\s*$/.exec(list)?.[1] ?? '').split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 || 0 }, (_, index) => from + index);
  });
  const [rest, subject] = allowed;
  return rest === undefined || subject === undefined ? null : { subject, rest };
}

/** Starts a compiled file of this folder that offers functions. Its variables are those given, and none of this process's own. */
export function startPinned<O extends Offers>(
  file: string,
  { core, nodeOptions = [], env = {} }: PinnedOptions,
): Pinned<O> {
  const folder = mkdtempSync(join(tmpdir(), 'wealthgraph-bench-'));
  const words = join(folder, 'stderr');
  const stderr = openSync(words, 'w');
  const node = [process.execPath, ...nodeOptions, join(import.meta.dirname, file)];
  const [command = '', ...args] = core === null ? node : ['taskset', '-c', String(core), ...node];
  const child: ChildProcess = spawn(command, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', stderr, 'ipc'],
  });
  closeSync(stderr);
  const gone = once(child, 'exit').then(([code, signal]: unknown[]) => {
    const said = readFileSync(words, 'utf8').slice(-LAST_WORDS);
    rmSync(folder, { recursive: true });
    return `${file} ended with ${signal ?? code}. ${said}`;
  });
  return {
    pid: child.pid,
    async call(name, ...args) {
      const answered = once(child, 'message');
      child.send({ id: 0, name, args });
      const answer = await Promise.race([answered, gone]);
      if (typeof answer === 'string') throw new Error(answer);
      const [{ value, error }] = answer;
      if (error !== undefined) throw new Error(`${file}: ${error}`);
      return value;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

const LAST_WORDS = 4_000;
