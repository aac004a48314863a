import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { CodedError } from '../platform/errors.ts';
import { statusOf } from './status.ts';

/**
 * Refuses what the graph does not offer, or not at this door: the server would find out only while it runs the operation, if at all.
 * @param stream undefined at a door that answers once
 * @throws GraphQLError
 */
export function assertOffered(
  schema: GraphQLSchema,
  node: OperationDefinitionNode,
  stream: { readonly isGet: boolean } | undefined,
): void {
  const { operation } = node;
  if (schema.getRootType(operation) == null) throw notOffered(operation);
  if (operation === 'subscription' && stream === undefined) throw needsStream();
  if (operation === 'subscription' && isConditional(node)) throw conditional();
  if (operation === 'mutation' && stream?.isGet) throw changesNothing();
}

/** A refusal as the server takes it: the request was understood, and nothing of it runs. */
export async function spent<T>(report: Promise<T>): Promise<T> {
  try {
    return await report;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What is done before an operation runs, with its refusal as the server takes it. */
export function refused<T>(work: () => T): T {
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
  const extensions = { http: { status: statusOf(error.code), headers } };
  return new GraphQLError(error.message, { originalError: error, extensions });
}

function needsStream(): GraphQLError {
  return new GraphQLError(
    'A subscription needs a connection that stays: WebSocket (graphql-transport-ws) on this address, or a request with `Accept: text/event-stream`.',
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 406 } } },
  );
}

function conditional(): GraphQLError {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } };
  return new GraphQLError('The field of a subscription can not be left out: take @skip and @include away.', {
    extensions,
  });
}

function changesNothing(): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 405 } };
  return new GraphQLError('A GET changes nothing: send mutations with POST.', { extensions });
}

function notOffered(kind: string): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } };
  return new GraphQLError(`This graph has no ${kind}s.`, { extensions });
}

/** GraphQL, section 5.2.3.1: the root of a subscription is one field, whatever the variables say. */
function isConditional({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some(({ directives = [] }) =>
    directives.some(({ name }) => name.value === 'skip' || name.value === 'include'),
  );
}
