import { setTimeout as pause } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collect: unknown = vm.runInNewContext('gc');

/** Bytes of the heap that are in use after everything unreachable is gone. */
export async function heapInUse(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    await pause(50);
    if (typeof collect === 'function') collect();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

/** The most that may be in use after an attack. @param warm bytes in use before it, once everything had been used */
export function mostHeap(warm: number): number {
  return 1.5 * warm + 64 * 1024 * 1024;
}
