import type { Figures } from './figures.ts';
import type { Callers } from './load.ts';
import { type BenchOptions, SETTLE_SECONDS } from './options.ts';
import { findCores, type Pinned, startPinned } from './pinned.ts';
import { ask, BODIES } from './questions.ts';
import { type QueryName, type Situation, SUBJECTS, type SubjectPlan } from './range.ts';
import type { Platforms } from './sandbox.ts';
import type { Subject } from './vitals.ts';

/** A subject that runs. */
export interface Running {
  readonly plan: SubjectPlan;
  readonly url: string;
  readonly process: Pinned<Subject>;
}

/** All processes of a comparison. */
export interface Field {
  readonly cores: ReturnType<typeof findCores>;
  readonly subjects: readonly Running[];
  readonly platforms: Pinned<Platforms>;
  readonly callers: Pinned<Callers>;
  stop(): Promise<void>;
}

/** Starts the platforms, the callers and these subjects. */
export async function openField(plans: readonly SubjectPlan[] = SUBJECTS): Promise<Field> {
  const cores = findCores();
  const rest = { core: cores?.rest ?? null };
  const platforms = startPinned<Platforms>('sandbox.js', rest);
  const callers = startPinned<Callers>('load.js', rest);
  const settings = await platforms.call('open');
  const subjects: Running[] = [];
  for (const plan of plans) {
    const { nodeOptions } = plan;
    const env = { ...settings, ...plan.env };
    const process = startPinned<Subject>(`${plan.file}.js`, { core: cores?.subject ?? null, nodeOptions, env });
    subjects.push({ plan, process, url: await process.call('open') });
  }
  return {
    cores,
    subjects,
    platforms,
    callers,
    async stop() {
      for (const process of [...subjects.map((subject) => subject.process), callers, platforms]) await process.stop();
    },
  };
}

/** Lets a subject get warm with a query. @param ready what `bare` answers */
export async function warmUp(
  { callers, platforms }: Field,
  { process, url }: Running,
  query: QueryName,
  seconds: number,
  ready: string,
): Promise<void> {
  await platforms.call('begin', 0);
  await process.call('ready', ready);
  await callers.call('fire', { url, body: BODIES[query], callers: 8, seconds });
}

/** Measures a subject in a situation. */
export async function measure(
  { callers, platforms }: Field,
  { process, url }: Running,
  { query, latencyMs, callers: count }: Situation,
  { seconds }: BenchOptions,
  ready: string,
): Promise<Figures> {
  const shot = { url, body: BODIES[query], callers: count };
  await process.call('ready', ready);
  await platforms.call('begin', latencyMs);
  await callers.call('fire', { ...shot, seconds: SETTLE_SECONDS });
  await platforms.call('begin', latencyMs);
  const before = await process.call('vitals');
  const hits = await callers.call('fire', { ...shot, seconds });
  const { cpuMs, rss } = await process.call('vitals');
  const { calls, waves, wavesMs } = await platforms.call('asked');
  return {
    ...hits,
    cpuMs: (cpuMs - before.cpuMs) / hits.operations,
    rss,
    calls: calls / hits.operations,
    waves: count === 1 ? waves / hits.operations : null,
    wavesMs: count === 1 ? wavesMs / hits.operations : null,
  };
}

/** An answer to each query, from the first subject. */
export async function answersOf({ platforms, subjects }: Field): Promise<Record<QueryName, string>> {
  await platforms.call('begin', 0);
  const url = subjects[0]?.url ?? '';
  return { book50: await ask(url, 'book50'), book1: await ask(url, 'book1'), constant: await ask(url, 'constant') };
}
