import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Spread, spreadOf } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { findCores, type Pinned, startPinned } from './pinned.ts';
import {
  FORGOTTEN_MS,
  MEMORY_CASES,
  type MemoryCase,
  TABLE_CASES,
  TABLE_ENV,
  TABLE_PEOPLE,
  type TableCase,
} from './range-tables.ts';
import type { Platforms } from './sandbox.ts';
import type { Transfer, Transfers } from './transfers.ts';
import type { Subject } from './vitals.ts';

/** One reading of a table, and of the same pages of the platforms right after it. */
export interface ExportRound {
  readonly table: Transfer;
  readonly pages: Transfer;
  /** The pages once more, made into objects. */
  readonly parsed: Transfer;
  readonly calls: number;
  /** CPU time of the gateway. */
  readonly cpuMs: number;
}

/** What was found of a table's time. */
export interface ExportFound {
  readonly name: string;
  readonly isJudged: boolean;
  readonly rounds: readonly ExportRound[];
}

/** What was found of the gateway's memory. Megabytes. */
export interface MemoryFound {
  readonly name: string;
  readonly idle: number;
  /** The most while the file was read. */
  readonly peak: number;
}

/** Everything about tables. */
export interface TablesFound {
  readonly exports: readonly ExportFound[];
  readonly memory: readonly MemoryFound[];
}

interface Stage {
  readonly origin: string;
  readonly gateway: Pinned<Subject>;
  readonly platforms: Pinned<Platforms>;
  /** Reads tables, beside the platforms. */
  readonly reader: Pinned<Transfers>;
  /** Reads the platforms' pages, where the gateway is. */
  readonly bare: Pinned<Transfers>;
}

const LIKE_NPM_START = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=80'];
const SAMPLE_MS = 50;
const REST_MS = 2_000;
const MB = 2 ** 20;

/** Which cases are wanted. */
export function tableCases(only: string): { exports: readonly TableCase[]; memory: readonly MemoryCase[] } {
  const wanted = <C extends { readonly name: string }>(cases: readonly C[]) =>
    cases.filter(({ name }) => name.includes(only));
  return { exports: wanted(TABLE_CASES), memory: wanted(MEMORY_CASES) };
}

/** Measures what is wanted of tables. */
export async function measureTables(options: BenchOptions, say: (text: string) => void): Promise<TablesFound> {
  const { exports, memory } = tableCases(options.only);
  const found = { exports: [] as ExportFound[], memory: [] as MemoryFound[] };
  for (const one of memory) {
    say(one.name);
    found.memory.push(await onStage({ LOG_LEVEL: 'warn' }, (stage) => measureMemory(stage, one)));
  }
  if (exports.length === 0) return found;
  await onStage(TABLE_ENV, async (stage) => {
    // The compiler has seen every table's rows before any is measured.
    for (const file of new Set(exports.map(({ file }) => file))) {
      say(`${file}, unmeasured`);
      await warmUp(stage, file);
    }
    const rounds = new Map(exports.map((one): [string, ExportRound[]] => [one.name, []]));
    for (let round = 0; round < options.rounds; round += 1) {
      say(`round ${round + 1} of ${options.rounds}`);
      for (const one of exports) rounds.get(one.name)?.push(await measureExport(stage, one));
    }
    for (const { name, latencyMs } of exports)
      found.exports.push({ name, isJudged: latencyMs > 0, rounds: rounds.get(name) ?? [] });
  });
  return found;
}

/** Profiles the gateway while it writes a table. @returns how many rows' worth of it: one table */
export async function profileTable(one: TableCase, file: string): Promise<void> {
  await onStage(TABLE_ENV, async (stage) => {
    await warmUp(stage, one.file);
    await pause(FORGOTTEN_MS);
    await stage.gateway.call('startProfile');
    await stage.reader.call('read', `${stage.origin}/tables/${one.file}`);
    await stage.gateway.call('stopProfile', file);
  });
}

async function onStage<T>(env: Readonly<Record<string, string>>, work: (stage: Stage) => Promise<T>): Promise<T> {
  const cores = findCores();
  const rest = { core: cores?.rest ?? null };
  const beside = { core: cores?.subject ?? null };
  const platforms = startPinned<Platforms>('sandbox.js', rest);
  const settings = await platforms.call('open', TABLE_PEOPLE);
  const gateway = startPinned<Subject>('gateway.js', {
    ...beside,
    nodeOptions: LIKE_NPM_START,
    env: { ...settings, ...env },
  });
  const reader = startPinned<Transfers>('transfers.js', rest);
  const bare = startPinned<Transfers>('transfers.js', beside);
  try {
    const { origin } = new URL(await gateway.call('open'));
    return await work({ origin, gateway, platforms, reader, bare });
  } finally {
    for (const process of [reader, bare, gateway, platforms]) await process.stop();
  }
}

async function warmUp({ origin, platforms, reader }: Stage, file: string): Promise<void> {
  await platforms.call('begin', 0);
  await reader.call('read', `${origin}/tables/${file}`);
}

async function measureExport(
  { origin, gateway, platforms, reader, bare }: Stage,
  { file, latencyMs }: TableCase,
): Promise<ExportRound> {
  await pause(FORGOTTEN_MS);
  await platforms.call('begin', latencyMs);
  const before = await gateway.call('vitals');
  const table = await reader.call('read', `${origin}/tables/${file}`);
  const { cpuMs } = await gateway.call('vitals');
  const calls = await platforms.call('calls');
  await platforms.call('begin', latencyMs);
  const pages = await bare.call('replay', calls);
  await platforms.call('begin', latencyMs);
  const parsed = await bare.call('replay', calls, true);
  return { table, pages, parsed, calls: calls.length, cpuMs: cpuMs - before.cpuMs };
}

async function measureMemory({ origin, gateway, reader }: Stage, { name, file }: MemoryCase): Promise<MemoryFound> {
  await reader.call('read', `${origin}/tables/clients.csv?columns=id`);
  // Twice through everything: what is at rest is what is needed.
  await gateway.call('memory');
  await pause(REST_MS);
  const { pid = 0 } = gateway;
  const idle = residentMb(pid);
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentMb(pid))), SAMPLE_MS);
  const { failures } = await reader.call('read', `${origin}/tables/${file}`);
  clearInterval(timer);
  if (failures > 0) throw new Error(`${file} could not be read`);
  return { name, idle, peak: Math.max(peak, residentMb(pid)) };
}

/** proc(5): VmRSS, in KiB. */
function residentMb(pid: number): number {
  return (Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024) / MB;
}

/** How much longer a table takes than its pages, round by round. */
export function slowness({ rounds }: ExportFound): Spread {
  return spreadOf(rounds.map(({ table, pages }) => table.ms / pages.ms));
}
