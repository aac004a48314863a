import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { type Context, type OperationOptions, openContext } from '../context/index.ts';
import { selectionOf } from '../context/selection.ts';
import type { Admission } from '../guard/index.ts';
import { type CostReport, checkedVariables, type Meter } from '../guard/limits/index.ts';
import { mayAsk, refusalsOnce, type ScopeRules } from '../guard/scopes/index.ts';
import type { Reads } from '../platform/cache/index.ts';
import type { Caller } from '../platform/caller.ts';
import { CodedError } from '../platform/errors.ts';
import type { OperationType } from '../platform/operation-report.ts';
import type { Selection } from '../platform/selection.ts';
import { CompiledOperations } from './compiled.ts';
import { Judgements } from './judgements.ts';
import type { Finished } from './responses.ts';
import type { Instruments, Watch } from './watch.ts';

/** What every operation is given. */
export type OperationSettings = Pick<OperationOptions, 'sources' | 'kept' | 'timeoutMs' | 'drop'> & {
  readonly schema: GraphQLSchema;
  /** What operations may cost. */
  readonly meter: Meter;
  /** What each field asks of the caller. */
  readonly rules: ScopeRules;
  /** What operations report to. */
  readonly instruments: Instruments;
};

/** A context that knows who asks, and whose selection is known only when the document was read. */
export interface RequestContext extends Context {
  readonly caller: Caller;
  readonly watch: Watch;
  select(selection: Selection): void;
  /** What the answer came to, once it is known. An object of its own: the server makes copies of the context. */
  readonly outcome: { finished?: Finished };
}

/** Opens the context of one request. The deadline begins now. @param signal aborted when the caller has gone */
export function openRequest(
  { sources, kept, timeoutMs, drop, rules }: OperationSettings,
  { caller, traceId, upstreamToken }: Admission,
  watch: Watch,
  signal: AbortSignal,
  reads?: Reads,
): RequestContext {
  let selection: Selection = { has: () => true };
  const context = openContext({
    sources,
    kept,
    timeoutMs,
    drop,
    caller,
    traceId,
    upstreamToken,
    signal,
    observer: watch.observer,
    reads,
    // What the caller may not have is not fetched either.
    selection: {
      has: (...coordinates) =>
        coordinates.some((coordinate) => selection.has(coordinate) && mayAsk(rules, caller, coordinate)),
    },
  });
  return Object.assign(context, {
    caller,
    watch,
    outcome: {},
    select(known: Selection) {
      selection = known;
    },
  });
}

/**
 * Judges what an operation costs before it runs, tells the domains what is selected, and puts what failed beside the data, the cost, and
 * what is to be said of the data into the answer.
 */
export function operationPlugin(
  { schema, meter }: OperationSettings,
  format: (error: unknown) => GraphQLFormattedError,
): ApolloServerPlugin<RequestContext> {
  const compiled = new CompiledOperations(schema);
  const judgements = new Judgements();
  return {
    requestDidStart: async () => {
      let cost: CostReport | undefined;
      return {
        async didResolveOperation({ contextValue, document, operation, operationName, request }) {
          if (operation == null) return;
          if (schema.getRootType(operation.operation) == null) throw notOffered(operation.operation);
          const { caller } = contextValue;
          const { found, keep } = judgements.find(document, operationName, request.variables);
          if (found !== undefined) {
            cost = await spent(meter.spendAgain(caller, found.cost));
            return contextValue.select(found.selection);
          }
          const variables = refused(() => checkedVariables(schema, operation, request.variables ?? {}));
          cost = await spent(meter.spend({ caller, document, operationName, variables }));
          const selection = selectionOf(schema, document, operation, variables);
          keep({ cost: cost.requested, selection });
          contextValue.select(selection);
        },
        async responseForOperation({ contextValue, document, operation, operationName, request, response: { http } }) {
          // There is none where no operation of the document has the name that was sent, whatever the types say.
          const run = operation?.operation === 'query' ? compiled.of(document, operationName) : null;
          if (run === null) return null;
          const { data, errors } = await run(contextValue, request.variables ?? {});
          const singleResult = { data: data ?? null, ...(errors && { errors: errors.map((error) => format(error)) }) };
          return { http, body: { kind: 'single', singleResult } };
        },
        async willSendResponse({ contextValue, response, operation, operationName }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          const beside = contextValue.problems.errors.map((error) => format(error));
          const errors = refusalsOnce([...(singleResult.errors ?? []), ...beside]);
          if (errors.length > 0) singleResult.errors = errors;
          const remarks = contextValue.watch.end({
            name: operationName,
            type: operation?.operation as OperationType | undefined,
            data: singleResult.data,
            codes: errors.map(({ extensions }) => String(extensions?.code)),
            cost: cost?.requested,
          });
          const extensions = { ...singleResult.extensions, ...(cost && { cost }), ...remarks };
          if (Object.keys(extensions).length > 0) singleResult.extensions = extensions;
          contextValue.outcome.finished = {
            name: operationName ?? null,
            type: operation?.operation ?? 'unknown',
            cost: cost?.requested ?? 0,
            extensions,
            hasErrors: errors.length > 0,
          };
        },
      };
    },
  };
}

/** The server would find out only while it runs the operation. */
function notOffered(kind: string): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } };
  return new GraphQLError(`This graph has no ${kind}s.`, { extensions });
}

const STATUS: Readonly<Record<string, number>> = { BUDGET_EXCEEDED: 429 };

/** A refusal as the server takes it: the request was understood, and nothing of it runs. */
async function spent(report: Promise<CostReport>): Promise<CostReport> {
  try {
    return await report;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What is done before an operation runs, with its refusal as the server takes it. */
function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asRefusal(error);
  }
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof CodedError)) return error;
  const headers = new HeaderMap();
  if (typeof error.details.retryAfter === 'number') headers.set('retry-after', String(error.details.retryAfter));
  const extensions = { http: { status: STATUS[error.code] ?? 400, headers } };
  return new GraphQLError(error.message, { originalError: error, extensions });
}
