import { spawn } from 'node:child_process';
import { join } from 'node:path';

const WRITER = join(import.meta.dirname, 'writer.ts');

/** What a writer said until it ended. */
export interface Said {
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly errors: string;
}

/**
 * Starts a writer and ends it with SIGKILL behind so many milliseconds from its first line; or lets it end by itself.
 * @param limitKb how large a file it may write at most, in units of 1,024 bytes
 */
export function write(
  args: readonly string[],
  { killAfterMs, limitKb }: { killAfterMs?: number; limitKb?: number } = {},
): Promise<Said> {
  const command = [process.execPath, '--import', 'tsx', WRITER, ...args];
  const child =
    limitKb === undefined
      ? spawn(command[0] as string, command.slice(1))
      : spawn('bash', ['-c', `ulimit -f ${limitKb}; exec "$@"`, 'bash', ...command]);
  let text = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.on('data', (chunk) => {
    if (text === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // What follows the last end of a line was cut off by the kill.
    child.on('close', (code) => resolve({ lines: text.split('\n').slice(0, -1), code, errors }));
  });
}
