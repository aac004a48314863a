import { setTimeout as pause } from 'node:timers/promises';
import { DEADLINE_MS, STORM_SETTINGS } from '../e2e/weather.ts';
import type { Callers } from './load.ts';
import { findCores, startPinned } from './pinned.ts';
import { ask, BODIES } from './questions.ts';
import { SUBJECTS } from './range.ts';
import type { Platforms } from './sandbox.ts';
import type { Memory, Subject } from './vitals.ts';

/** A minute of a storm: what was answered in it, and what the gateway held afterwards, when the collector had been through everything. */
export interface Minute extends Memory {
  readonly answers: number;
  /** Answers with errors beside the data, or without it. */
  readonly partial: number;
}

const CALLERS = 20;
const SECONDS = 60;

/** The most that the last minute may hold of what the first held. */
export const MOST_GROWTH = 1.1;

/** Asks a gateway the Book query for so many minutes while three in ten answers of the platforms go wrong. */
export async function standStorm(minutes: number, say: (text: string) => void): Promise<Minute[]> {
  const cores = findCores();
  const rest = { core: cores?.rest ?? null };
  const platforms = startPinned<Platforms>('sandbox.js', rest);
  const callers = startPinned<Callers>('load.js', rest);
  const settings = await platforms.call('open');
  const nodeOptions = SUBJECTS.find(({ file }) => file === 'gateway')?.nodeOptions ?? [];
  // With `off`, every question goes the whole way.
  const env = { ...settings, ...STORM_SETTINGS, CACHE: process.env.CACHE ?? 'on', LOG_LEVEL: 'warn' };
  const gateway = startPinned<Subject>('gateway.js', { core: cores?.subject ?? null, nodeOptions, env });
  const found: Minute[] = [];
  try {
    const url = await gateway.call('open');
    await ask(url, 'book50');
    await platforms.call('storm');
    for (let minute = 1; minute <= minutes; minute += 1) {
      // The sandbox notes every request.
      await platforms.call('begin', 0);
      const shot = { url, body: BODIES.book50, callers: CALLERS, seconds: SECONDS };
      const { operations, failures } = await callers.call('fire', shot);
      // What goes on behind the answers ends.
      await pause(2 * DEADLINE_MS);
      const { rss, heap } = await gateway.call('memory');
      found.push({ answers: operations, partial: failures, rss, heap });
      say(`minute ${minute}: ${operations} answers, ${failures} of them partial; RSS ${mb(rss)}, heap ${mb(heap)}`);
    }
    return found;
  } finally {
    for (const process of [gateway, callers, platforms]) await process.stop();
  }
}

/** How the last minute's RSS stands to the first's. */
export function growthOf(minutes: readonly Minute[]): number {
  return (minutes.at(-1)?.rss ?? Number.NaN) / (minutes[0]?.rss ?? Number.NaN);
}

function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
