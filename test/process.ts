import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The gateway as a process of its own. */
export interface Run {
  readonly process: ChildProcess;
  /** What it has written so far. */
  out(): string;
  /** Resolves when the output holds this. @throws Error where it ends before, or is silent for far too long */
  says(text: string): Promise<void>;
  /** Its exit code when it has ended; null where a signal ended it. */
  readonly exit: Promise<number | null>;
}

/** Against what never comes, in milliseconds: how long a start takes says nothing about the code. */
const PATIENCE_MS = 90_000;
/** What it writes last when it has started. */
export const STARTED = 'Ctrl-C stops it.';

/** Starts the gateway from source as `npm run dev` does, with nothing of this process's settings. Whoever starts it ends it. */
export function startProcess(env: Readonly<Record<string, string>>): Run {
  const tsx = import.meta.resolve('tsx');
  // Elsewhere than in the repository, where a developer's .env may lie.
  const options = { cwd: tmpdir(), env: { PATH: process.env.PATH, ...env } };
  const child = spawn(process.execPath, ['--import', tsx, join(import.meta.dirname, '../src/main.ts')], options);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    process: child,
    out: () => text,
    exit: new Promise<number | null>((resolve) => child.once('exit', resolve)),
    async says(wanted) {
      const deadline = Date.now() + PATIENCE_MS;
      while (!text.includes(wanted)) {
        if (Date.now() > deadline || child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it never said "${wanted}":\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}

/** Where a gateway that has started listens. */
export const urlOf = (run: Run): string => /http:\/\/localhost:\d+/.exec(run.out())?.[0] ?? '';
