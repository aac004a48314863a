import { describe, expect, it } from 'vitest';
import { type BreakerReading, createMetrics, type MetricsOptions } from '../../src/platform/metrics.ts';
import { operationNames } from '../../src/platform/operation-names.ts';
import { call, lookup, operation } from './reports.ts';

function metricsOf(options: Partial<MetricsOptions> = {}) {
  const metrics = createMetrics({ version: '1.2.3', registeredNames: ['Book'], ...options });
  /** The value of one series, as it stands in the text; undefined where there is none. */
  const value = async (series: string): Promise<number | undefined> => {
    const line = (await metrics.text()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  return { metrics, value };
}

describe('metrics', () => {
  it('count each attempt of a call, and calls that never left', async () => {
    const { metrics, value } = metricsOf();
    metrics.observer.called(call({ attempts: [503, 'timeout', 200], ms: 1_500 }));
    metrics.observer.called(call());
    metrics.observer.called(call({ system: 'PLANNR', domain: 'plans', attempts: [], code: 'UPSTREAM_UNAVAILABLE' }));
    const of = (status: string) =>
      value(`wealthgraph_upstream_calls_total{system="DYNAMIC_PLANNER",domain="crm",method="GET",status="${status}"}`);
    expect(await Promise.all(['503', 'timeout', '200', '404'].map(of))).toEqual([1, 1, 2, undefined]);
    expect(
      await value('wealthgraph_upstream_calls_total{system="PLANNR",domain="plans",method="GET",status="not_sent"}'),
    ).toBe(1);
    const duration = 'wealthgraph_upstream_call_duration_seconds';
    expect(await value(`${duration}_count{system="DYNAMIC_PLANNER",domain="crm"}`)).toBe(2);
    expect(await value(`${duration}_sum{system="DYNAMIC_PLANNER",domain="crm"}`)).toBeCloseTo(1.512);
    expect(await value(`${duration}_bucket{le="1",system="DYNAMIC_PLANNER",domain="crm"}`)).toBe(1);
  });

  it('count looks into the cache by keys', async () => {
    const { metrics, value } = metricsOf();
    metrics.observer.lookedUp(lookup({ outcome: 'fresh', count: 40, ageMs: 5 }));
    metrics.observer.lookedUp(lookup({ outcome: 'fresh', count: 2, ageMs: 5 }));
    metrics.observer.lookedUp(lookup({ count: 3 }));
    const of = (outcome: string) =>
      value(`wealthgraph_cache_lookups_total{system="DYNAMIC_PLANNER",resource="clients",outcome="${outcome}"}`);
    expect(await of('fresh')).toBe(42);
    expect(await of('miss')).toBe(3);
  });

  it('time operations, and count those under way and their errors', async () => {
    const { metrics, value } = metricsOf();
    metrics.operationStarted();
    metrics.operationStarted();
    expect(await value('wealthgraph_operations_in_flight')).toBe(2);
    metrics.operationEnded(operation({ outcome: 'partial', codes: ['FORBIDDEN', 'FORBIDDEN', 'UPSTREAM_TIMEOUT'] }));
    metrics.refused('UNAUTHENTICATED');
    metrics.refused('a code? "no"\n');
    expect(await value('wealthgraph_operations_in_flight')).toBe(1);
    expect(
      await value('wealthgraph_operation_duration_seconds_count{name="Book",type="query",outcome="partial"}'),
    ).toBe(1);
    const errors = (code: string) => value(`wealthgraph_errors_total{code="${code}"}`);
    const codes = ['FORBIDDEN', 'UPSTREAM_TIMEOUT', 'UNAUTHENTICATED', 'OTHER'];
    expect(await Promise.all(codes.map(errors))).toEqual([2, 1, 1, 1]);
  });

  it('read breakers, queues and Redis when they are asked', async () => {
    let breakers: BreakerReading[] = [
      { system: 'DYNAMIC_PLANNER', domain: 'crm', state: 'closed' },
      { system: 'PLANNR', domain: 'plans', state: 'open' },
    ];
    let isUp = true;
    const { value } = metricsOf({
      breakers: () => breakers,
      queues: () => [{ system: 'PLANNR', waiting: 7, inFlight: 4 }],
      redis: () => isUp,
    });
    expect(await value('wealthgraph_breaker_state{system="DYNAMIC_PLANNER",domain="crm"}')).toBe(0);
    expect(await value('wealthgraph_breaker_state{system="PLANNR",domain="plans"}')).toBe(2);
    expect(await value('wealthgraph_upstream_queue{system="PLANNR"}')).toBe(7);
    expect(await value('wealthgraph_upstream_inflight{system="PLANNR"}')).toBe(4);
    expect(await value('wealthgraph_redis_up')).toBe(1);
    breakers = [{ system: 'PLANNR', domain: 'plans', state: 'half-open' }];
    isUp = false;
    expect(await value('wealthgraph_breaker_state{system="PLANNR",domain="plans"}')).toBe(1);
    expect(await value('wealthgraph_redis_up')).toBe(0);
  });

  it('are in a registry of their own, with those of the process', async () => {
    const [one, other] = [metricsOf(), metricsOf()];
    one.metrics.subscriptions.set(3);
    expect(await one.value('wealthgraph_subscriptions')).toBe(3);
    expect(await other.value('wealthgraph_subscriptions')).toBe(0);
    expect(await other.value('wealthgraph_info{version="1.2.3"}')).toBe(1);
    expect(await other.value('wealthgraph_redis_up')).toBeUndefined();
    for (const name of ['process_cpu_seconds_total', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_p99_seconds'])
      expect(await other.value(name), name).toEqual(expect.any(Number));
  });
});

describe('operation names as labels', () => {
  it('are bounded, whatever callers send', () => {
    const label = operationNames(['Book', 'Small']);
    const labels = new Set(Array.from({ length: 5_000 }, (_, index) => label(`Made${index}`, true)));
    expect(labels.size).toBe(101);
    expect(labels).toContain('Made99');
    expect(label('Made99', true)).toBe('Made99');
    expect(label('Made100', true)).toBe('other');
    expect(label('Small', true)).toBe('Small');
    expect(label(null, true)).toBe('anonymous');
  });

  it('take no place for what was not run, or is no name', () => {
    const label = operationNames([]);
    for (let index = 0; index < 200; index += 1) expect(label(`Refused${index}`, false)).toBe('other');
    for (const name of ['', 'a"b', 'x'.repeat(81), 'Zoë', '1st']) expect(label(name, true)).toBe('other');
    expect(label('Real', true)).toBe('Real');
    expect(label('Real', false)).toBe('Real');
  });
});
