import { describe, expect, it } from 'vitest';
import { type Instruments, watchOperation } from '../../src/edge/watch.ts';
import { passthroughCaller } from '../../src/guard/identity/passthrough.ts';
import { type Caller, SANDBOX_CALLER } from '../../src/platform/caller.ts';
import { createLog } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { call, lookup } from '../platform/reports.ts';

const CALLER: Caller = { ...SANDBOX_CALLER, subject: 'someone', unrestricted: false };
const EXPLAIN = { 'x-wealthgraph-explain': '1' };

function instruments() {
  const lines: string[] = [];
  const made: Instruments = {
    metrics: createMetrics({ version: '1', registeredNames: [] }),
    tracing: null,
    log: createLog('info', { write: (line) => lines.push(line) }),
  };
  return { made, lines: () => lines.map((line) => JSON.parse(line)) };
}

function watched(caller: Caller, headers = {}) {
  const { made, lines } = instruments();
  return { watch: watchOperation(made, { caller, traceId: 't', headers }), lines, metrics: made.metrics };
}

describe('an operation that is watched', () => {
  it('tells every caller of stale data that is served because a platform could not be asked', () => {
    const { watch, lines } = watched(CALLER);
    watch.observer.lookedUp(lookup({ system: 'PLANNR', outcome: 'error', count: 2, ageMs: 61_000 }));
    watch.observer.called(call({ system: 'PLANNR', code: 'UPSTREAM_UNAVAILABLE', requestId: 'r-1' }));
    expect(watch.end({ name: 'Book', type: 'query', data: { clients: {} }, codes: [] })).toEqual({
      stale: { systems: ['PLANNR'], oldestAgeMs: 61_000 },
    });
    expect(lines()).toMatchObject([
      { outcome: 'ok', calls: 1, cacheHits: 2, cacheMisses: 0, stale: ['PLANNR'], requestIds: ['r-1'] },
    ]);
  });

  it('ends once', async () => {
    const { watch, lines, metrics } = watched(SANDBOX_CALLER, EXPLAIN);
    expect(watch.end({ data: null, codes: ['UPSTREAM_TIMEOUT'] })).toHaveProperty('explain.totalMs');
    expect(watch.end({ codes: ['BAD_REQUEST'] })).toEqual({});
    expect(lines()).toHaveLength(1);
    expect(await metrics.text()).toMatch(/^wealthgraph_operations_in_flight 0$/m);
  });

  it.each([
    [SANDBOX_CALLER, 'sandbox'],
    [CALLER, 'jwt'],
    [{ ...CALLER, isApiKey: true }, 'key'],
    [{ ...CALLER, isPassthrough: true }, 'passthrough'],
  ])('is logged with the kind of its caller, and with no name', (caller, kind) => {
    const { watch, lines } = watched(caller);
    watch.end({ data: {}, codes: [] });
    expect(lines()[0]).toMatchObject({ caller: kind, operation: 'anonymous', type: 'unknown' });
    expect(JSON.stringify(lines())).not.toContain('someone');
  });

  it.each([
    [{ a: 1 }, 0, 'ok'],
    [{ a: 1, b: null }, 1, 'partial'],
    [{ a: null }, 1, 'failed'],
    [{ a: null }, 0, 'ok'],
    [null, 1, 'failed'],
    [undefined, 1, 'refused'],
  ])('comes to what its answer is: %j with %d errors is %s', (data, errors, outcome) => {
    const { watch, lines } = watched(CALLER);
    watch.end({ data, codes: Array.from({ length: errors }, () => 'FORBIDDEN') });
    expect(lines()[0].outcome).toBe(outcome);
  });

  it('is explained to who may have it, with the value that is documented', () => {
    const holder = { ...CALLER, scopes: ['explain:read'] };
    const keys = (caller: Caller, headers: Record<string, string>) =>
      Object.keys(watched(caller, headers).watch.end({ data: {}, codes: [] }).explain ?? {});
    expect(keys(holder, EXPLAIN)).toEqual(['totalMs', 'waves', 'calls', 'cache']);
    expect(keys(SANDBOX_CALLER, EXPLAIN)).toContain('totalMs');
    expect(keys({ ...SANDBOX_CALLER, unrestricted: false, isApiKey: true }, EXPLAIN)).toEqual(['refused']);
    // What the gateway tells of itself no platform can grant.
    expect(keys(passthroughCaller('a-token', undefined, '10.0.0.1'), EXPLAIN)).toEqual(['refused']);
    expect(keys(holder, { 'x-wealthgraph-explain': 'yes' })).toEqual([]);
  });
});
