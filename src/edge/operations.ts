import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, FormattedExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { type Context, type OperationOptions, openContext } from '../context/index.ts';
import { selectionOf } from '../context/selection.ts';
import type { Admission } from '../guard/index.ts';
import { type CostReport, checkedVariables, type Meter } from '../guard/limits/index.ts';
import { mayAsk, refusalsOnce, type ScopeRules } from '../guard/scopes/index.ts';
import type { Reads } from '../platform/cache/index.ts';
import type { Caller } from '../platform/caller.ts';
import type { OperationType } from '../platform/operation-report.ts';
import type { Selection } from '../platform/selection.ts';
import { CompiledOperations } from './compiled.ts';
import { Judgements } from './judgements.ts';
import { assertOffered, refused, spent } from './refusals.ts';
import type { Finished } from './responses.ts';
import type { Ending, Instruments, Remarks, Watch } from './watch.ts';

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

/** A subscription that was judged as every operation is, and may begin. */
export interface AcceptedSubscription {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
  /** Points for each answer. */
  readonly cost: number;
}

/** A door that can go on answering. An object of its own: the server makes copies of the context. */
export interface StreamDoor {
  /** Whether the request came as a GET, which changes nothing. */
  readonly isGet: boolean;
  accepted?: AcceptedSubscription;
}

/** A context that knows who asks, and whose selection is known only when the document was read. */
export interface RequestContext extends Context {
  readonly caller: Caller;
  readonly watch: Watch;
  select(selection: Selection): void;
  /** What the answer came to, once it is known. An object of its own: the server makes copies of the context. */
  readonly outcome: { finished?: Finished };
  /** Undefined at a door that answers once. */
  readonly stream?: StreamDoor | undefined;
}

/** What a request comes with besides who asks. */
export interface RequestParts {
  /** Takes down what is read, where the answer may be kept. */
  readonly reads?: Reads | undefined;
  /** Whether it reads a great deal, once. */
  readonly isBulk?: boolean | undefined;
  /** Whether its answer has no place to say that it is of old data. */
  readonly withoutOld?: boolean | undefined;
  readonly stream?: StreamDoor | undefined;
}

/** Opens the context of one request. The deadline begins now. @param signal aborted when the caller has gone */
export function openRequest(
  { sources, kept, timeoutMs, drop, rules }: OperationSettings,
  { caller, traceId, upstreamToken }: Admission,
  watch: Watch,
  signal: AbortSignal,
  { reads, isBulk, withoutOld, stream }: RequestParts = {},
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
    isBulk,
    withoutOld,
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
    stream,
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
          const { caller, stream } = contextValue;
          assertOffered(schema, operation, stream);
          const accept = (selection: Selection, points: number): void => {
            contextValue.select(selection);
            if (stream === undefined || operation.operation !== 'subscription') return;
            const variables = request.variables ?? {};
            stream.accepted = { document, operationName: operationName ?? null, variables, selection, cost: points };
          };
          const { found, keep } = judgements.find(document, operationName, request.variables);
          if (found !== undefined) {
            cost = await spent(meter.spendAgain(caller, found.cost));
            return accept(found.selection, found.cost);
          }
          const variables = refused(() => checkedVariables(schema, operation, request.variables ?? {}));
          cost = await spent(meter.spend({ caller, document, operationName, variables }));
          const selection = selectionOf(schema, document, operation, variables);
          keep({ cost: cost.requested, selection });
          accept(selection, cost.requested);
        },
        async responseForOperation({ contextValue, document, operation, operationName, request, response: { http } }) {
          // It goes on from here by itself.
          if (contextValue.stream?.accepted) return { http, body: { kind: 'single', singleResult: {} } };
          // There is none where no operation of the document has the name that was sent, whatever the types say.
          const run = operation?.operation === 'query' ? compiled.of(document, operationName) : null;
          if (run === null) return null;
          const { data, errors } = await run(contextValue, request.variables ?? {});
          const singleResult = { data: data ?? null, ...(errors && { errors: errors.map((error) => format(error)) }) };
          return { http, body: { kind: 'single', singleResult } };
        },
        async willSendResponse({ contextValue, response, operation, operationName }) {
          if (response.body.kind !== 'single' || contextValue.stream?.accepted) return;
          const { singleResult } = response.body;
          const type = operation?.operation as OperationType | undefined;
          const { errors, remarks } = concluded(contextValue, singleResult, format, {
            name: operationName,
            type,
            cost: cost?.requested,
          });
          if (errors.length > 0) singleResult.errors = errors;
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

/**
 * What an operation came to: its own errors and those beside the data, refusals once each, and what is to be said of the data. Its watch ends.
 * @param errors as they leave
 */
export function concluded(
  { problems, watch }: RequestContext,
  { data, errors = [] }: FormattedExecutionResult,
  format: (error: unknown) => GraphQLFormattedError,
  ending: Pick<Ending, 'name' | 'type' | 'cost'>,
): { readonly errors: readonly GraphQLFormattedError[]; readonly remarks: Remarks } {
  const all = refusalsOnce([...errors, ...problems.errors.map((error) => format(error))]);
  const codes = all.map(({ extensions }) => String(extensions?.code));
  return { errors: all, remarks: watch.end({ ...ending, data, codes }) };
}
