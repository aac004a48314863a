import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';

// Parts of the suite in processes of their own: the gateway's event loop then holds nothing but the gateway, and a crash of it is seen.

/** What a process does for the one that started it, by name. Arguments and results are copied. */
// biome-ignore lint/suspicious/noExplicitAny: any function will do; the types of a call are those of the function itself.
type Offers = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A process that does things for this one. */
export interface Beside<O extends Offers> {
  /** @throws what the function throws, as a message; and where the process has ended, with the end of what it said */
  call<N extends string & keyof O>(name: N, ...args: Parameters<O[N]>): Promise<Awaited<ReturnType<O[N]>>>;
  /** The end of what it has written to its standard error: a gateway's log, for one. */
  said(): string;
  stop(): Promise<void>;
}

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const LAST_WORDS = 4_000;

/** Offers these functions to the process that started this one, and ends with it. */
export function offer(functions: Offers): void {
  process.on('message', async ({ id, name, args }: Call) => {
    const answer: Answer = await (async () => functions[name]?.(...args))().then(
      (value) => ({ id, value }),
      (error: unknown) => ({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
    if (process.connected) process.send?.(answer);
  });
  process.on('disconnect', () => process.exit(0));
}

/**
 * Starts a file of this folder that offers functions.
 * @param options.nodeOptions for node, for example `--cpu-prof`
 * @param options.yields whether it lets every other process go first
 */
export function startBeside<O extends Offers>(
  file: string,
  { nodeOptions = [], yields = false }: { nodeOptions?: readonly string[]; yields?: boolean } = {},
): Beside<O> {
  const folder = mkdtempSync(join(tmpdir(), 'wealthgraph-hostile-'));
  const words = join(folder, 'stderr');
  const stderr = openSync(words, 'w');
  const child: ChildProcess = fork(join(import.meta.dirname, file), {
    execArgv: ['--import', 'tsx', ...nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', stderr, 'ipc'],
  });
  closeSync(stderr);
  if (yields && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);

  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  let ended: Error | undefined;
  child.on('message', ({ id, value, error }: Answer) => {
    const call = open.get(id);
    open.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(`${file}: ${error}`));
  });
  const said = (): string => (ended === undefined ? readFileSync(words, 'utf8').slice(-LAST_WORDS) : '');
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = new Error(`${file} ended with ${signal ?? code}. ${said()}`);
      rmSync(folder, { recursive: true });
      for (const { reject } of open.values()) reject(ended);
      resolve();
    });
  });
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        calls += 1;
        open.set(calls, { resolve: resolve as (value: unknown) => void, reject });
        return child.send({ id: calls, name, args } satisfies Call, (error) => error !== null && reject(error));
      }),
    said,
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
