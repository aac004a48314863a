import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { offer } from '../hostile/beside.ts';

/** What a subject has used so far. */
export interface Vitals {
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  readonly rss: number;
}

/** Memory in bytes. */
export interface Memory {
  /** What the system has given to the process. */
  readonly rss: number;
  /** Objects, and what they hold outside of the heap. */
  readonly heap: number;
}

const SAMPLE_EVERY_US = 200;

let session: Session | undefined;

const vitals = {
  /** Asked over the channel between the processes: a request would be measured with the others. */
  vitals(): Vitals {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1_000, rss: process.memoryUsage.rss() };
  },

  /** What is in use when the collector has been through everything. */
  async memory(): Promise<Memory> {
    const collector = new Session();
    collector.connect();
    // What the first round lets go of can hold things of its own until the second.
    for (let round = 0; round < 2; round += 1) await collector.post('HeapProfiler.collectGarbage');
    collector.disconnect();
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },

  /** Begins to profile; `--cpu-prof` would count the start and the warm-up too. */
  async startProfile(): Promise<void> {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await session.post('Profiler.start');
  },

  /** Ends it and writes a `.cpuprofile`. */
  async stopProfile(file: string): Promise<void> {
    const stopped = await session?.post('Profiler.stop');
    session?.disconnect();
    await writeFile(file, JSON.stringify(stopped?.profile));
  },
};

/** What every subject does for the bench. */
export type Subject = typeof vitals & {
  /** Starts it. @returns where to ask */
  open(): Promise<string>;
  /** The JSON to answer with, for who has none of its own. */
  ready(json: string): void;
};

/** Offers a subject to the bench. */
export function offerSubject(open: () => Promise<string>, ready: (json: string) => void = () => {}): void {
  offer({ ...vitals, open, ready } satisfies Subject);
}
