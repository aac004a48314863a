import { missingScopes } from '../guard/scopes/index.ts';
import { type Caller, kindOf } from '../platform/caller.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { type Observer, observers } from '../platform/observer.ts';
import { type OperationReport, type OperationType, outcomeOf, writtenName } from '../platform/operation-report.ts';
import type { Tracing } from '../platform/tracing.ts';
import { createExplainer, type Explanation } from './explain.ts';
import { type Stale, Summary } from './summary.ts';

/** What operations report to. */
export interface Instruments {
  readonly metrics: Metrics;
  /** Null where nobody collects traces. */
  readonly tracing: Tracing | null;
  readonly log: Pick<Log, 'info'>;
}

/** The request that an operation comes with. */
export interface WatchedRequest {
  readonly caller: Caller;
  readonly traceId: string;
  /** Headers in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How an operation ended. */
export interface Ending {
  readonly name?: string | null | undefined;
  readonly type?: OperationType | undefined;
  /** Undefined where nothing was run. */
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  /** The code of each error in the answer. */
  readonly codes: readonly string[];
  /** Points that it cost. */
  readonly cost?: number | undefined;
}

/** What an answer says of its own making, in `extensions`. */
export interface Remarks {
  /** Only where it was asked for. */
  readonly explain?: Explanation | { readonly refused: string };
  /** Only where there is stale data. */
  readonly stale?: Stale;
}

/** One operation under the eyes of all instruments. */
export interface Watch {
  /** Whether the caller is told how the answer is made: then it is made anew. */
  readonly isExplained: boolean;
  /** Whether that was asked for, allowed or not. */
  readonly isAsked: boolean;
  /** For the operation's context. */
  readonly observer: Observer;
  /** Ends it: counts it, and writes its line. Only the first call does anything. */
  end(ending: Ending): Remarks;
}

/** The header by which a caller asks how an answer was made; its value is `1`. */
const EXPLAIN = 'x-wealthgraph-explain';

/** Begins to watch an operation, now. */
export function watchOperation({ metrics, tracing, log }: Instruments, request: WatchedRequest): Watch {
  const startedAt = performance.now();
  const { caller, traceId, headers } = request;
  const summary = new Summary();
  const isAsked = headers[EXPLAIN] === '1';
  const isExplained = isAsked && missingScopes(caller, [['explain:read']]).length === 0;
  const explainer = isExplained ? createExplainer(startedAt) : null;
  const trace = tracing?.begin(textOf(headers.traceparent), startedAt) ?? null;
  const told = [summary, metrics.observer, explainer, trace?.observer].filter((one) => one != null);
  metrics.operationStarted();
  let hasEnded = false;
  return {
    isExplained,
    isAsked,
    observer: observers(...told),
    end({ name = null, type = 'unknown', data, codes, cost }) {
      if (hasEnded) return {};
      hasEnded = true;
      const ms = performance.now() - startedAt;
      const report: OperationReport = { name, type, outcome: outcomeOf(data, codes.length), codes, startedAt, ms };
      metrics.operationEnded(report);
      trace?.end(report);
      log.info(lineOf(report, summary, { caller, traceId, cost, otelTraceId: trace?.traceId }), 'operation');
      const { stale } = summary;
      const explain = isAsked
        ? (explainer?.explanation(ms) ?? {
            refused: 'It needs the scope `explain:read`, which the caller does not have.',
          })
        : undefined;
      return { ...(explain && { explain }), ...(stale && { stale }) };
    },
  };
}

interface Origin {
  readonly caller: Caller;
  readonly traceId: string;
  readonly cost: number | undefined;
  readonly otelTraceId: string | undefined;
}

/** An operation's line in the log: what it took, and nothing of what was asked, of whom or by whom. */
function lineOf({ name, type, outcome, codes, ms }: OperationReport, summary: Summary, origin: Origin): object {
  const { calls, cacheHits, cacheMisses, failedRequestIds, stale } = summary;
  return {
    operation: writtenName(name),
    type,
    outcome,
    ms: Math.round(ms * 10) / 10,
    ...(codes.length > 0 && { codes: [...new Set(codes)] }),
    cost: origin.cost,
    calls,
    cacheHits,
    cacheMisses,
    stale: stale?.systems,
    ...(failedRequestIds.length > 0 && { requestIds: failedRequestIds }),
    caller: kindOf(origin.caller),
    traceId: origin.traceId,
    otelTraceId: origin.otelTraceId,
  };
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
