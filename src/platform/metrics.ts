import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from './observer.ts';
import { operationNames } from './operation-names.ts';
import type { OperationReport } from './operation-report.ts';
import type { System } from './system.ts';

/** How the circuit breaker of one API domain stands. */
export interface BreakerReading {
  readonly system: System;
  readonly domain: string;
  readonly state: 'closed' | 'half-open' | 'open';
}

/** How many calls to one platform wait for their turn, and how many are under way. */
export interface QueueReading {
  readonly system: System;
  readonly waiting: number;
  readonly inFlight: number;
}

/** Where the figures come from that are read when they are asked for. */
export interface MetricsOptions {
  readonly version: string;
  /** Names of registered operations: always labels of their own. */
  readonly registeredNames: Iterable<string>;
  readonly breakers?: (() => readonly BreakerReading[]) | undefined;
  readonly queues?: (() => readonly QueueReading[]) | undefined;
  /** Whether Redis can be asked now; left out where there is none. */
  readonly redis?: (() => boolean) | undefined;
}

/** The figures of one gateway, in a registry of its own. No label holds an id, an address or anything of a person. */
export interface Metrics {
  /** Counts calls and looks into the cache. */
  readonly observer: Observer;
  readonly operationStarted: () => void;
  readonly operationEnded: (report: OperationReport) => void;
  /** Counts an error that a door answered with, outside of any operation. */
  readonly refused: (code: string) => void;
  /** How many subscriptions are open. */
  readonly subscriptions: Pick<Gauge, 'set' | 'inc' | 'dec'>;
  /** All figures in Prometheus' text format 0.0.4. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 };
/** Upper bounds of the classes of durations, in seconds. */
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const OPERATION_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Codes are ours and the GraphQL server's: a bounded list. Whatever looks otherwise is none of them. */
const CODE = /^[A-Z][A-Z_]{0,49}$/;

/** Figures, all at nought. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  readings(registers, options);
  const calls = new Counter({
    name: 'wealthgraph_upstream_calls_total',
    help: 'Attempts at REST calls, by how each ended: a status, timeout, network, invalid, cancelled; not_sent where none was made.',
    labelNames: ['system', 'domain', 'method', 'status'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'wealthgraph_upstream_call_duration_seconds',
    help: 'How long REST calls took, with waiting for their turn and further attempts.',
    labelNames: ['system', 'domain'],
    buckets: CALL_SECONDS,
    registers,
  });
  const lookups = new Counter({
    name: 'wealthgraph_cache_lookups_total',
    help: 'Keys looked up in the cache, by resource and by what came of it.',
    labelNames: ['system', 'resource', 'outcome'],
    registers,
  });
  const operationSeconds = new Histogram({
    name: 'wealthgraph_operation_duration_seconds',
    help: 'How long operations took: of registered names, and of the first 100 others.',
    labelNames: ['name', 'type', 'outcome'],
    buckets: OPERATION_SECONDS,
    registers,
  });
  const inFlight = new Gauge({
    name: 'wealthgraph_operations_in_flight',
    help: 'Operations under way.',
    registers,
  });
  const subscriptions = new Gauge({ name: 'wealthgraph_subscriptions', help: 'Open subscriptions.', registers });
  const errors = new Counter({
    name: 'wealthgraph_errors_total',
    help: 'Errors in answers, by code.',
    labelNames: ['code'],
    registers,
  });
  const nameOf = operationNames(options.registeredNames);
  const refused = (code: string): void => errors.inc({ code: CODE.test(code) ? code : 'OTHER' });
  return {
    observer: {
      called({ system, domain, method, attempts, ms }) {
        for (const status of attempts.length === 0 ? ['not_sent'] : attempts)
          calls.inc({ system, domain, method, status });
        callSeconds.observe({ system, domain }, ms / 1_000);
      },
      lookedUp({ system, resource, outcome, count }) {
        lookups.inc({ system, resource, outcome }, count);
      },
    },
    operationStarted: () => inFlight.inc(),
    operationEnded({ name, type, outcome, codes, ms }) {
      inFlight.dec();
      operationSeconds.observe({ name: nameOf(name, outcome !== 'refused'), type, outcome }, ms / 1_000);
      for (const code of codes) refused(code);
    },
    refused,
    subscriptions,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Figures that are read when they are asked for, not counted as things happen. */
function readings(registers: Registry[], { version, breakers, queues, redis }: MetricsOptions): void {
  const build = new Gauge({ name: 'wealthgraph_info', help: 'Always 1.', labelNames: ['version'], registers });
  build.set({ version }, 1);
  new Gauge({
    name: 'wealthgraph_breaker_state',
    help: "Circuit breakers of the platforms' API domains: 0 closed, 1 half-open, 2 open.",
    labelNames: ['system', 'domain'],
    registers,
    collect() {
      for (const { system, domain, state } of breakers?.() ?? []) this.set({ system, domain }, BREAKER_STATES[state]);
    },
  });
  const ofQueues = (name: string, help: string, read: (queue: QueueReading) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['system'],
      registers,
      collect() {
        for (const queue of queues?.() ?? []) this.set({ system: queue.system }, read(queue));
      },
    });
  ofQueues('wealthgraph_upstream_queue', 'REST calls that wait for their turn.', ({ waiting }) => waiting);
  ofQueues('wealthgraph_upstream_inflight', 'REST calls under way.', (queue) => queue.inFlight);
  if (redis === undefined) return;
  new Gauge({
    name: 'wealthgraph_redis_up',
    help: 'Whether Redis can be asked: 1 or 0.',
    registers,
    collect() {
      this.set(redis() ? 1 : 0);
    },
  });
}
