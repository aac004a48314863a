import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { soakKills } from '../kills/soak.ts';
import { line, type Report } from './attack.ts';
import { costs } from './costs.ts';
import { startCrew } from './crew.ts';
import { type Field, openField } from './field.ts';
import { comparison, mb, ms, percent, say, table } from './figures.ts';
import type { Served } from './good-caller.ts';
import { mostHeap } from './memory.ts';
import { replay } from './replay.ts';
import { watchField } from './watching.ts';

// `npm run soak`: the whole attack, with figures, and then the kills. `npm run soak -- <seed>` makes one request of it again, `npm run soak --
// costs` tells what each kind of request takes of the gateways, and `npm run soak -- kills` kills alone.

const REQUESTS = whole('SOAK_REQUESTS', 100_000);
/** Requests a second; 0 for as fast as the answers come, which tells how the processors are shared and little more. */
const RATE = whole('SOAK_RATE', 200);
/** Requests under way at a time, at most. */
const PARALLEL = whole('SOAK_PARALLEL', RATE === 0 ? 32 : 256);
const SEED = whole('SOAK_SEED', 1);
/** For node, of the gateways' process: `--cpu-prof` for one. */
const NODE_OPTIONS = (process.env.SOAK_NODE_OPTIONS ?? '').split(' ').filter(Boolean);
/** What the gateways keep between operations; with `off`, the good caller goes the whole way each time. */
const CACHE = process.env.CACHE ?? 'on';
/** How often a gateway is killed on each log of events. */
const KILLS = whole('KILLS', 20);
const WARM_UP = 1_000;
const QUIET_MS = 30_000;

const [only] = process.argv.slice(2);
const parts = [
  ...(only === 'kills' ? [] : [attackField]),
  // The last: it does not share the processors.
  ...(only === undefined || only === 'kills' ? [() => soakKills(KILLS)] : []),
];
let isWhole = true;
for (const part of parts) isWhole = (await part()) && isWhole;
process.exit(isWhole ? 0 : 1);

async function attackField(): Promise<boolean> {
  const field = await openField({ nodeOptions: NODE_OPTIONS, settings: { CACHE } });
  const isWhole = await (only === undefined
    ? soak(field)
    : only === 'costs'
      ? costs(field, REQUESTS, SEED)
      : replay(field, Number(only)));
  await field.stop();
  return isWhole;
}

async function soak(field: Field): Promise<boolean> {
  say(
    `${REQUESTS} requests, ${RATE === 0 ? 'as fast as they are answered' : `${RATE} a second`}, ${PARALLEL} at a time, from seed ${SEED}; CACHE=${CACHE}.`,
  );
  say(
    `${availableParallelism()} processors. Gateways, platforms, attackers (who let all others go first) and the good caller are a process each.`,
  );
  sayLoad();
  const crew = await startCrew(field);
  const attack = (requests: number, seed: number, rate = RATE): Promise<Report> =>
    crew.attack({ requests, seed, parallel: PARALLEL, rate });
  const quietly = async (): Promise<Served> => {
    await crew.served();
    await pause(QUIET_MS);
    return crew.served();
  };
  // Of a process that has ended nothing is known; what is broken is told all the same.
  const heapInUse = (): Promise<number> => field.heapInUse().catch(() => Number.NaN);
  const first = Math.ceil(REQUESTS / 3);
  const reports = [await attack(WARM_UP, SEED + REQUESTS, 0)];
  await field.vitals();
  const quiet = [await quietly()];
  const { rss, late, thread } = await field.vitals();
  say(
    `Quiet: the gateways' loop was late by ${ms(late.p99)} (p99); their thread ran ${percent(thread.ran / thread.of)} of the time and waited ` +
      `${percent(thread.waited / thread.of)} of it for a processor; ${mb(rss)} RSS.`,
  );

  const stop = watchField(field, async () => (await crew.fired()) - WARM_UP);
  const busy: Served[] = [];
  let attacked = 0;
  const attackAndCall = async (requests: number, seed: number): Promise<void> => {
    await crew.served();
    const start = performance.now();
    reports.push(await attack(requests, seed));
    attacked += performance.now() - start;
    busy.push(await crew.served());
  };
  // The caches are full only after a while: what is in use then must be enough for the rest.
  await attackAndCall(first, SEED);
  const warm = await heapInUse();
  await attackAndCall(REQUESTS - first, SEED + first);
  const strange = await stop();
  const heap = await heapInUse();
  const rssAfter = await field.vitals().then(
    ({ rss }) => rss,
    () => Number.NaN,
  );
  quiet.push(await quietly());
  await crew.stop();

  say(table(reports));
  sayLoad();
  say(`${REQUESTS} in ${Math.round(attacked / 1_000)} s: ${Math.round((REQUESTS * 1_000) / attacked)} a second.`);
  say(comparison(together(quiet), together(busy)));
  say(`RSS ${mb(rss)} before, ${mb(rssAfter)} after; heap in use ${mb(warm)} warm, ${mb(heap)} after.`);
  const faults = [
    ...[...quiet, ...busy]
      .flatMap(({ failures }) => failures)
      .slice(0, 20)
      .map((what) => `The good caller got: ${what}`),
    ...reports.flatMap(({ breaches }) => breaches.map(line)),
    ...strange,
    ...(heap < mostHeap(warm) ? [] : [`The heap grew beyond ${mb(mostHeap(warm))}.`]),
  ];
  for (const fault of faults) say(fault);
  say(faults.length === 0 ? 'No invariant was broken.' : 'Invariants were broken.');
  return faults.length === 0;
}

function together(parts: readonly Served[]): Served {
  return { times: parts.flatMap(({ times }) => times), failures: parts.flatMap(({ failures }) => failures) };
}

function sayLoad(): void {
  say(
    `The machine's load: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(', ')} (1, 5 and 15 minutes).`,
  );
}

function whole(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number`);
  return value;
}
