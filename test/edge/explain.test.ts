import { describe, expect, it } from 'vitest';
import { createExplainer } from '../../src/edge/explain.ts';
import { Summary } from '../../src/edge/summary.ts';
import { call, lookup } from '../platform/reports.ts';

describe('an explanation', () => {
  it('tells each call and each look into the cache, in the order of their beginnings', () => {
    const explainer = createExplainer(1_000);
    explainer.called(
      call({ startedAt: 1_050.1234, ms: 20.456, queuedMs: 3, attempts: [503, 200], requestId: 'r-1', wave: 2 }),
    );
    explainer.called(call({ startedAt: 1_001, batchSize: 40, attempts: [], code: 'UPSTREAM_TIMEOUT' }));
    explainer.lookedUp(lookup({ outcome: 'error', count: 4, ageMs: 90_000.4, wave: 2 }));
    explainer.lookedUp(lookup({ outcome: 'stale', ageMs: 1 }));
    explainer.lookedUp(lookup());
    const common = { system: 'DYNAMIC_PLANNER', domain: 'crm', method: 'GET', template: '/crm/v1/clients' };
    const cached = { system: 'DYNAMIC_PLANNER', resource: 'clients' };
    expect(explainer.explanation(99.999)).toEqual({
      totalMs: 100,
      waves: 2,
      calls: [
        {
          ...common,
          batchSize: 40,
          wave: 1,
          startedMs: 1,
          ms: 12,
          queuedMs: 0,
          attempts: [],
          retries: 0,
          code: 'UPSTREAM_TIMEOUT',
        },
        {
          ...common,
          batchSize: 0,
          wave: 2,
          startedMs: 50.12,
          ms: 20.46,
          queuedMs: 3,
          attempts: [503, 200],
          retries: 1,
          requestId: 'r-1',
        },
      ],
      cache: [
        { ...cached, outcome: 'error', count: 4, ageMs: 90_000, warning: '111 Revalidation Failed', wave: 2 },
        { ...cached, outcome: 'stale', count: 1, ageMs: 1, warning: '110 Response is Stale', wave: 1 },
        { ...cached, outcome: 'miss', count: 1, wave: 1 },
      ],
    });
  });

  it('is bounded', () => {
    const explainer = createExplainer(0);
    for (let index = 0; index < 700; index += 1) explainer.called(call({ wave: index % 5 }));
    for (let index = 0; index < 501; index += 1) explainer.lookedUp(lookup());
    const { calls, cache, omitted, waves } = explainer.explanation(1);
    expect([calls.length, cache.length, omitted, waves]).toEqual([500, 500, { calls: 200, cache: 1 }, 5]);
  });
});

describe('a summary', () => {
  it('counts calls and keys, and keeps a few ids of failed calls', () => {
    const summary = new Summary();
    for (let index = 0; index < 20; index += 1)
      summary.called(call({ requestId: `r-${index}`, code: 'UPSTREAM_UNAVAILABLE' }));
    summary.called(call({ requestId: 'good' }));
    for (const outcome of ['fresh', 'stale', 'shared', 'miss', 'bypass'] as const)
      summary.lookedUp(lookup({ outcome, count: 3 }));
    expect(summary).toMatchObject({ calls: 21, cacheHits: 9, cacheMisses: 6, stale: undefined });
    expect(summary.failedRequestIds).toEqual(Array.from({ length: 10 }, (_, index) => `r-${index}`));
  });

  it('marks what is stale because a platform could not be asked, and how old the oldest is', () => {
    const summary = new Summary();
    summary.lookedUp(lookup({ system: 'PLANNR', outcome: 'error', ageMs: 4_000.6 }));
    summary.lookedUp(lookup({ system: 'DYNAMIC_PLANNER', outcome: 'error', ageMs: 9_000 }));
    summary.lookedUp(lookup({ system: 'DYNAMIC_PLANNER', outcome: 'error', ageMs: 2_000 }));
    summary.lookedUp(lookup({ system: 'PLANNR', outcome: 'stale', ageMs: 90_000 }));
    expect(summary.stale).toEqual({ systems: ['DYNAMIC_PLANNER', 'PLANNR'], oldestAgeMs: 9_000 });
  });
});
