import { spawnSync } from 'node:child_process';

/** Files that a process has open besides its sockets. */
const BESIDES = 500;

/**
 * Looks whether every process may have so many sockets open. Node raises its own limit as far as it may, so only the hard one counts.
 * @param hard as the shell tells it
 * @throws RangeError that says what to do
 */
export function checkDescriptors(sockets: number, hard = hardLimit()): void {
  const needed = sockets + BESIDES;
  if (hard === 'unlimited' || !(Number(hard) < needed)) return;
  throw new RangeError(
    `${sockets} subscribers need ${needed} open files in a process, and at most ${hard} are allowed here. ` +
      `Raise the hard limit (as root: ulimit -n ${needed}), or have fewer with BENCH_SUBSCRIBERS.`,
  );
}

function hardLimit(): string {
  return spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
