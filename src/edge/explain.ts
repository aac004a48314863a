import type { AttemptOutcome, CallReport, LookupReport, Observer } from '../platform/observer.ts';

/** Calls, and looks into the cache, that are told one by one; of more, how many there were. */
const MOST = 500;

/** What HTTP's `Warning` header would say of a stale answer (RFC 7234 section 5.5). */
const WARNINGS: Partial<Record<LookupReport['outcome'], string>> = {
  stale: '110 Response is Stale',
  error: '111 Revalidation Failed',
};

/** One REST call as `extensions.explain` tells it. Times are milliseconds. */
export interface ExplainedCall {
  readonly system: string;
  readonly domain: string;
  readonly method: string;
  readonly template: string;
  readonly batchSize: number;
  readonly wave: number;
  /** Since the operation began. */
  readonly startedMs: number;
  readonly ms: number;
  readonly queuedMs: number;
  readonly attempts: readonly AttemptOutcome[];
  readonly retries: number;
  readonly requestId?: string;
  readonly code?: string;
}

/** Keys of one resource that came to the same in the cache, as `extensions.explain` tells them. */
export interface ExplainedLookup {
  readonly system: string;
  readonly resource: string;
  readonly outcome: string;
  readonly count: number;
  readonly ageMs?: number;
  readonly warning?: string;
  readonly wave: number;
}

/** What an operation did: no ids of people, no URLs, no values. */
export interface Explanation {
  readonly totalMs: number;
  /** Waves in which calls left. */
  readonly waves: number;
  readonly calls: readonly ExplainedCall[];
  readonly cache: readonly ExplainedLookup[];
  /** How many more there were than are told. */
  readonly omitted?: { readonly calls: number; readonly cache: number };
}

/** Collects what an operation does. */
export interface Explainer extends Observer {
  /** @param ms how long the operation took */
  explanation(ms: number): Explanation;
}

/** @param startedAt when the operation began (`performance.now()`) */
export function createExplainer(startedAt: number): Explainer {
  const calls: ExplainedCall[] = [];
  const cache: ExplainedLookup[] = [];
  const waves = new Set<number>();
  const omitted = { calls: 0, cache: 0 };
  return {
    called(report) {
      waves.add(report.wave);
      if (calls.length < MOST) calls.push(explained(report, startedAt));
      else omitted.calls += 1;
    },
    lookedUp({ system, resource, outcome, count, ageMs, wave }) {
      const warning = WARNINGS[outcome];
      const age = ageMs === undefined ? {} : { ageMs: Math.round(ageMs) };
      if (cache.length < MOST)
        cache.push({ system, resource, outcome, count, ...age, ...(warning && { warning }), wave });
      else omitted.cache += 1;
    },
    explanation: (ms) => ({
      totalMs: rounded(ms),
      waves: waves.size,
      calls: calls.toSorted((a, b) => a.startedMs - b.startedMs),
      cache: [...cache],
      ...(omitted.calls + omitted.cache > 0 && { omitted: { ...omitted } }),
    }),
  };
}

function explained({ startedAt, requestId, code, ...report }: CallReport, began: number): ExplainedCall {
  const { system, domain, method, template, batchSize, wave, ms, queuedMs, attempts } = report;
  return {
    system,
    domain,
    method,
    template,
    batchSize,
    wave,
    startedMs: rounded(startedAt - began),
    ms: rounded(ms),
    queuedMs: rounded(queuedMs),
    attempts: [...attempts],
    retries: Math.max(0, attempts.length - 1),
    ...(requestId !== undefined && { requestId }),
    ...(code !== undefined && { code }),
  };
}

/** To a hundredth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
