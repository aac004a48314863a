import { spreadOf } from './figures.ts';
import { DELIVERY_AIM_MS } from './range-streams.ts';
import type { CrowdFound, DeliveriesFound, FanOut, StreamsFound } from './streams.ts';

/** What was found of events, in words. */
export function streamLines({ crowds, deliveries }: StreamsFound): string {
  return [...crowds.map(crowdLines), ...deliveries.map(deliveryLines)].join('\n\n');
}

function crowdLines({ name, subscribers, questions, rounds, each }: CrowdFound): string {
  const median = (figure: (one: FanOut) => number): string => spreadOf(rounds.map(figure)).median.toFixed(1);
  const most = spreadOf(rounds.map(({ last }) => last)).most.toFixed(1);
  return [
    `${name}: ${subscribers} sockets, ${questions} different subscriptions, medians of ${rounds.length} events of ${rounds[0]?.bytes} bytes`,
    `  since it was posted   2xx ${median((one) => one.answered)} ms, first subscriber ${median((one) => one.first)} ms, last ${median((one) => one.last)} ms (at most ${most})`,
    `  for one event         ${median((one) => one.cpuMs)} ms of the gateway's CPU, ${median((one) => one.calls)} calls to the platforms`,
    `  for one subscriber    ${kb(each.heap)} on the heap, ${kb(each.rss)} of the process`,
  ].join('\n');
}

function deliveryLines({ name, subscribers, answered, cpuMs }: DeliveriesFound): string {
  const { p50, p99, most, failures, perSecond, lagMs } = answered;
  const verdict = p99 <= DELIVERY_AIM_MS ? 'reached' : 'missed ';
  const followed = lagMs === null ? '' : `; all ${subscribers} had the last one ${lagMs.toFixed(0)} ms after its 2xx`;
  return [
    `${name}: ${perSecond.toFixed(0)} signed events a second, ${failures} not taken`,
    `  until the 2xx         p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${most.toFixed(1)} ms${followed}`,
    `  for one event         ${cpuMs.toFixed(2)} ms of the gateway's CPU`,
    `${verdict}  p99 ${p99.toFixed(1)} ms, at most ${DELIVERY_AIM_MS} ms: ${name}`,
  ].join('\n');
}

function kb(bytes: number): string {
  return `${(bytes / 1_024).toFixed(1)} KiB`;
}
