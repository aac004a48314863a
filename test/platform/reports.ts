import type { CallReport, LookupReport } from '../../src/platform/observer.ts';
import type { OperationReport } from '../../src/platform/operation-report.ts';

/** A call that went well, but for what is given. */
export function call(over: Partial<CallReport> = {}): CallReport {
  return {
    system: 'DYNAMIC_PLANNER',
    domain: 'crm',
    method: 'GET',
    template: '/crm/v1/clients',
    batchSize: 0,
    wave: 1,
    startedAt: performance.now(),
    ms: 12,
    queuedMs: 0,
    attempts: [200],
    ...over,
  };
}

/** A look into the cache that found nothing, but for what is given. */
export function lookup(over: Partial<LookupReport> = {}): LookupReport {
  return { system: 'DYNAMIC_PLANNER', resource: 'clients', outcome: 'miss', count: 1, wave: 1, ...over };
}

/** An operation that went well, but for what is given. */
export function operation(over: Partial<OperationReport> = {}): OperationReport {
  return { name: 'Book', type: 'query', outcome: 'ok', codes: [], startedAt: performance.now(), ms: 30, ...over };
}
