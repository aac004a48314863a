import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { CallReport, Observer } from './observer.ts';
import { type OperationReport, writtenName } from './operation-report.ts';
import { traceParentOf } from './trace-parent.ts';

/** The samplers of OpenTelemetry's `OTEL_TRACES_SAMPLER`. */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

/** Where traces go and what they say of the gateway. */
export interface TracingOptions {
  /** The collector's address for traces, by OTLP over HTTP with JSON. */
  readonly url: string;
  /** Headers for the collector. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
  readonly sampler: SamplerName;
  /** The part of traces that is kept by a sampler with a ratio, 0 to 1. */
  readonly ratio: number;
  /** Told when the collector did not take spans, at most once a minute. @param reason a status or an error's code */
  readonly onFailure: (reason: string) => void;
}

/** Traces of one gateway. */
export interface Tracing {
  /** @param traceparent the caller's W3C header @param startedAt `performance.now()` */
  begin(traceparent: string | undefined, startedAt: number): OperationTrace;
  /** Sends what is left, for two seconds at most. */
  stop(): Promise<void>;
}

/** The span of one operation; its REST calls become children. */
export interface OperationTrace {
  readonly traceId: string;
  readonly observer: Observer;
  end(report: OperationReport): void;
}

const FLUSH_MS = 2_000;
const QUIET_MS = 60_000;

// Numbers of the OpenTelemetry API, whose code is loaded only where it is wanted.
const SERVER = 1;
const CLIENT = 2;
const ERROR = 2;

/** Loads OpenTelemetry and begins to trace. Nothing is registered globally, and nothing else of it is used. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [{ ROOT_CONTEXT, trace }, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: options.url, headers: { ...options.headers } });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName, 'service.version': options.version }),
    sampler: samplersOf(sdk, options.ratio)[options.sampler](),
    spanProcessors: [new sdk.BatchSpanProcessor(reporting(exporter, options.onFailure))],
  });
  const tracer = provider.getTracer('wealthgraph', options.version);
  return {
    begin(traceparent, startedAt) {
      const parent = traceParentOf(traceparent);
      const from =
        parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
      // The wall clock drifts from the monotonic one over weeks, so what lies between them is read for each operation.
      const epoch = Date.now() - performance.now();
      const span = tracer.startSpan('GraphQL operation', { kind: SERVER, startTime: epoch + startedAt }, from);
      const child = trace.setSpan(from, span);
      const { traceId, traceFlags } = span.spanContext();
      const isSampled = (traceFlags & 1) === 1;
      return {
        traceId,
        observer: {
          called: (report) => {
            if (isSampled) endCall(tracer, child, epoch, report);
          },
          lookedUp: () => {},
        },
        end: (report) => endOperation(span, epoch, report),
      };
    },
    async stop() {
      const patience = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), patience]);
    },
  };
}

function samplersOf(sdk: typeof import('@opentelemetry/sdk-trace-node'), ratio: number) {
  const onParent = (root: Sampler) => new sdk.ParentBasedSampler({ root });
  return {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(ratio),
    parentbased_always_on: () => onParent(new sdk.AlwaysOnSampler()),
    parentbased_always_off: () => onParent(new sdk.AlwaysOffSampler()),
    parentbased_traceidratio: () => onParent(new sdk.TraceIdRatioBasedSampler(ratio)),
  } satisfies Record<SamplerName, () => Sampler>;
}

/** An exporter whose failures are told, but not each of them. */
function reporting(exporter: SpanExporter, onFailure: (reason: string) => void): SpanExporter {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.error !== undefined && now >= quietUntil) {
          quietUntil = now + QUIET_MS;
          onFailure(reasonOf(result.error));
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** A status or a code such as ECONNREFUSED; never a message, which may hold the address or what the collector wrote. */
function reasonOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name;
}

/** By OpenTelemetry's conventions for GraphQL servers, without the document: it may hold anything. */
function endOperation(span: Span, epoch: number, { name, type, outcome, codes, startedAt, ms }: OperationReport): void {
  if (type !== 'unknown') span.updateName(name === null ? type : `${type} ${writtenName(name)}`);
  span.setAttributes({
    ...(type !== 'unknown' && { 'graphql.operation.type': type }),
    ...(name !== null && { 'graphql.operation.name': writtenName(name) }),
    'wealthgraph.outcome': outcome,
    ...(codes.length > 0 && { 'wealthgraph.error_codes': [...new Set(codes)] }),
  });
  // What the caller did wrong is no fault of the server: those spans have no status.
  if (outcome === 'failed') fail(span, codes[0] ?? 'UNKNOWN');
  span.end(epoch + startedAt + ms);
}

/** By OpenTelemetry's conventions for HTTP clients, with the path's template instead of the URL, which holds ids. */
function endCall(tracer: Tracer, parent: Parameters<Tracer['startSpan']>[2], epoch: number, call: CallReport): void {
  const span = tracer.startSpan(
    `${call.method} ${call.template}`,
    { kind: CLIENT, startTime: epoch + call.startedAt, attributes: attributesOf(call) },
    parent,
  );
  if (call.code !== undefined) fail(span, call.code);
  span.end(epoch + call.startedAt + call.ms);
}

function attributesOf({
  system,
  domain,
  method,
  template,
  batchSize,
  wave,
  queuedMs,
  attempts,
}: CallReport): Attributes {
  const status = attempts.at(-1);
  return {
    'http.request.method': method,
    'url.template': template,
    ...(typeof status === 'number' && { 'http.response.status_code': status }),
    'wealthgraph.system': system,
    'wealthgraph.domain': domain,
    'wealthgraph.batch_size': batchSize,
    'wealthgraph.wave': wave,
    'wealthgraph.retries': Math.max(0, attempts.length - 1),
    'wealthgraph.queued_ms': queuedMs,
  };
}

function fail(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: ERROR, message: code });
}
