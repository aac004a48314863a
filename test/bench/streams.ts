import type { DpEvent } from '../../src/sandbox/index.ts';
import type { Answered, Crowd, Reach } from './crowd.ts';
import { checkDescriptors } from './descriptors.ts';
import { SECRET } from './letters.ts';
import type { BenchOptions } from './options.ts';
import { findCores, type Pinned, startPinned } from './pinned.ts';
import { CROWDS, type CrowdCase, DELIVERIES, type DeliveryCase } from './range-streams.ts';
import type { Platforms } from './sandbox.ts';
import type { Memory, Subject } from './vitals.ts';

/** What one event cost, and how it reached everyone. */
export interface FanOut extends Reach {
  /** CPU time of the gateway for it. */
  readonly cpuMs: number;
  /** Calls to the platforms for it. */
  readonly calls: number;
}

/** What was found with many subscribers. */
export interface CrowdFound {
  readonly name: string;
  readonly subscribers: number;
  readonly questions: number;
  readonly rounds: readonly FanOut[];
  /** Bytes for each subscriber. */
  readonly each: Memory;
}

/** What was found with many events. */
export interface DeliveriesFound {
  readonly name: string;
  readonly subscribers: number;
  readonly answered: Answered;
  /** CPU time of the gateway for each event. */
  readonly cpuMs: number;
}

/** Everything about events. */
export interface StreamsFound {
  readonly crowds: readonly CrowdFound[];
  readonly deliveries: readonly DeliveriesFound[];
}

/** A gateway, the platforms, and who follows and posts. */
interface Stage {
  readonly url: string;
  readonly gateway: Pinned<Subject>;
  readonly platforms: Pinned<Platforms>;
  readonly crowd: Pinned<Crowd>;
}

const WARM_UP = { subscribers: 200, events: 20 };

/** Which cases are wanted. */
export function streamCases(only: string): { crowds: readonly CrowdCase[]; deliveries: readonly DeliveryCase[] } {
  const wanted = <C extends { readonly name: string }>(cases: readonly C[]) =>
    cases.filter(({ name }) => name.includes(only));
  return { crowds: wanted(CROWDS), deliveries: wanted(DELIVERIES) };
}

/** Measures what is wanted of events: each case with a gateway of its own. */
export async function measureStreams(options: BenchOptions, say: (text: string) => void): Promise<StreamsFound> {
  const { crowds, deliveries } = streamCases(options.only);
  const found = { crowds: [] as CrowdFound[], deliveries: [] as DeliveriesFound[] };
  for (const one of crowds) {
    say(one.name);
    found.crowds.push(await onStage(options, (stage) => measureCrowd(stage, one, options)));
  }
  for (const one of deliveries) {
    say(one.name);
    found.deliveries.push(await onStage(options, (stage) => measureDeliveries(stage, one, options)));
  }
  return found;
}

/** Profiles the gateway while events go to the subscribers of a case. @returns how many events */
export async function profileCrowd(options: BenchOptions, one: CrowdCase, file: string): Promise<number> {
  return onStage(options, async (stage) => {
    const { gateway, platforms, crowd, url } = stage;
    await warmUp(stage, one);
    await crowd.call('connect', url, options.subscribers, one.questions);
    const events = await platforms.call('change', options.rounds);
    await gateway.call('startProfile');
    for (const event of events) await crowd.call('deliver', url, event);
    await gateway.call('stopProfile', file);
    return events.length;
  });
}

async function measureCrowd(stage: Stage, one: CrowdCase, options: BenchOptions): Promise<CrowdFound> {
  const { gateway, platforms, crowd, url } = stage;
  const { subscribers } = options;
  await warmUp(stage, one);
  const before = await gateway.call('memory');
  await crowd.call('connect', url, subscribers, one.questions);
  // The first one grows every buffer to its size.
  const [first, ...events] = await platforms.call('change', options.rounds + 1);
  await crowd.call('deliver', url, first as DpEvent);
  const after = await gateway.call('memory');
  const rounds: FanOut[] = [];
  for (const event of events) {
    await platforms.call('begin', 0);
    const { cpuMs } = await gateway.call('vitals');
    const reach = await crowd.call('deliver', url, event);
    const used = (await gateway.call('vitals')).cpuMs - cpuMs;
    rounds.push({ ...reach, cpuMs: used, calls: (await platforms.call('asked')).calls });
  }
  const each = {
    rss: (after.rss - before.rss) / subscribers,
    heap: (after.heap - before.heap) / subscribers,
  };
  return { name: one.name, subscribers, questions: one.questions.length, rounds, each };
}

async function measureDeliveries(stage: Stage, one: DeliveryCase, options: BenchOptions): Promise<DeliveriesFound> {
  const { gateway, platforms, crowd, url } = stage;
  const [{ questions } = { questions: [] }] = CROWDS;
  const many = async (seconds: number) => {
    const events = await platforms.call('change', Math.ceil(seconds * one.perSecond));
    return { answered: await crowd.call('deliverMany', url, events, one.perSecond), count: events.length };
  };
  await crowd.call('connect', url, one.subscribers, questions);
  await many(options.warmUpSeconds);
  const before = await gateway.call('vitals');
  const { answered, count } = await many(options.seconds * options.rounds);
  const cpuMs = ((await gateway.call('vitals')).cpuMs - before.cpuMs) / count;
  return { name: one.name, subscribers: one.subscribers, answered, cpuMs };
}

async function warmUp({ crowd, platforms, url }: Stage, { questions }: CrowdCase): Promise<void> {
  await crowd.call('connect', url, WARM_UP.subscribers, questions);
  for (const event of await platforms.call('change', WARM_UP.events)) await crowd.call('deliver', url, event);
  await crowd.call('leave', url);
}

async function onStage<T>({ subscribers }: BenchOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  checkDescriptors(subscribers);
  const cores = findCores();
  const rest = { core: cores?.rest ?? null };
  const platforms = startPinned<Platforms>('sandbox.js', rest);
  const crowd = startPinned<Crowd>('crowd.js', rest);
  const env = {
    ...(await platforms.call('open')),
    LOG_LEVEL: 'warn',
    DP_WEBHOOK_SECRET: SECRET,
    SUBSCRIPTIONS_PER_CALLER: String(Math.max(subscribers, WARM_UP.subscribers)),
    SUBSCRIPTIONS_MAX: String(Math.max(subscribers, WARM_UP.subscribers)),
  };
  const nodeOptions = ['--enable-source-maps'];
  const gateway = startPinned<Subject>('gateway.js', { core: cores?.subject ?? null, nodeOptions, env });
  try {
    return await work({ url: await gateway.call('open'), gateway, platforms, crowd });
  } finally {
    for (const process of [crowd, gateway, platforms]) await process.stop();
  }
}
