import type { ApolloServer } from '@apollo/server';
import { createSourceEventStream, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { DocumentPolicy } from '../../guard/documents/index.ts';
import type { Admission } from '../../guard/index.ts';
import { kindOf } from '../../platform/caller.ts';
import { writtenName } from '../../platform/operation-report.ts';
import {
  type AcceptedSubscription,
  type OperationSettings,
  openRequest,
  type RequestContext,
  type StreamDoor,
} from '../operations.ts';
import { resolvedBody } from '../request.ts';
import { type Watch, watchOperation } from '../watch.ts';
import { answerKey } from './answer-key.ts';
import { answering } from './answering.ts';
import { scopeOf } from './connection.ts';
import { SharedAnswers } from './shared.ts';
import { type EventSource, type Payload, Subscription } from './subscription.ts';

/** What opening operations on a connection that stays takes. */
export interface OpenerOptions extends OperationSettings {
  readonly apollo: ApolloServer<RequestContext>;
  readonly documents: DocumentPolicy;
  /** Characters of a document. */
  readonly mostCharacters: number;
  /** An error as it leaves. */
  readonly format: (error: unknown) => GraphQLFormattedError;
}

/** A request on a connection that stays. */
export interface StreamRequest {
  readonly admission: Admission;
  /** Of the request that opened the connection, in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The operation as JSON has it: `query`, `operationName`, `variables`, `extensions`. */
  readonly parameters: unknown;
  readonly isGet: boolean;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** A subscription to be read from, or the whole answer of an operation that is none, or was refused. Never throws. */
export type OpenStream = (request: StreamRequest) => Promise<Subscription | FormattedExecutionResult>;

/** The way in for operations over WebSocket and server-sent events: they are read, judged and priced as those over HTTP are. */
export function streamOpener(options: OpenerOptions): OpenStream {
  const { apollo, documents, mostCharacters, format, instruments } = options;
  const shared = new SharedAnswers<Payload>();

  const judged = async (
    request: StreamRequest,
    stream: StreamDoor,
    watch: Watch,
  ): Promise<FormattedExecutionResult> => {
    const { admission, signal } = request;
    try {
      const parameters = resolvedBody(request.parameters, documents, mostCharacters) as object;
      const contextValue = openRequest(options, admission, watch, signal, { stream });
      const { body } = await apollo.executeOperation(parameters, { contextValue });
      if (body.kind === 'single') return body.singleResult as FormattedExecutionResult;
      throw new TypeError('an answer in parts, which no operation of this graph asks for');
    } catch (error) {
      const told = format(error);
      watch.end({ codes: [String(told.extensions?.code)] });
      return { errors: [told] };
    }
  };

  const begun = async (request: StreamRequest, accepted: AcceptedSubscription, watch: Watch) => {
    const { admission, headers, signal } = request;
    const startedAt = performance.now();
    const contextValue = openRequest(options, admission, watch, signal);
    const { document, operationName, variables } = accepted;
    const source = await createSourceEventStream({
      schema: options.schema,
      document,
      operationName,
      variableValues: variables,
      contextValue,
    }).catch((error: unknown) => ({ errors: [error] }));
    if (!(Symbol.asyncIterator in source)) {
      const errors = (source.errors ?? []).map((error) => format(error));
      const codes = errors.map(({ extensions }) => String(extensions?.code));
      watch.end({ name: operationName, type: 'subscription', codes });
      return { errors };
    }
    watch.end({ name: operationName, type: 'subscription', data: {}, codes: [] });
    const { caller, traceId } = admission;
    const member = shared.join(answerKey(scopeOf(admission), accepted, watch.isAsked));
    const answer = answering(options, { admission, headers, accepted });
    instruments.metrics.subscriptions.inc();
    return new Subscription({
      // What the resolver gave: there is one source of events.
      source: source as unknown as EventSource,
      answer: (entry) => member.of(entry.position, (until) => answer(entry, until)),
      onEnd(told, code) {
        member.leave();
        instruments.metrics.subscriptions.dec();
        const ms = Math.round(performance.now() - startedAt);
        const line = { operation: writtenName(operationName), type: 'subscription', told, ms, ...(code && { code }) };
        instruments.log.info({ ...line, caller: kindOf(caller), traceId }, 'subscription');
      },
    });
  };

  return async (request) => {
    const stream: StreamDoor = { isGet: request.isGet };
    const watch = watchOperation(instruments, { ...request.admission, headers: request.headers });
    const answer = await judged(request, stream, watch);
    return stream.accepted === undefined ? answer : begun(request, stream.accepted, watch);
  };
}
