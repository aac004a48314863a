import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CodedError } from '../platform/errors.ts';

/** Codes that the GraphQL server itself gives, whose messages speak of the caller's own document only. */
const SAFE_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** What graphql-js begins its suggestions of names with, also in errors about variables. */
const SUGGESTION = 'Did you mean';
/** The longest message that is told, in characters: some quote the caller's own value, however long it is. */
const LONGEST = 1_000;

/** What the server says of a malformed request without giving it a code. */
const SAFE_MESSAGES: ReadonlySet<string> = new Set([
  'provided sha does not match query',
  'Unsupported persisted query version',
]);

/**
 * The one way errors leave: coded ones with their code and what is known of the failed call; everything else masked, with an id under
 * which the log has it. No stack, and nothing that a platform wrote.
 * @param log takes what was masked
 * @param hidesSchema whether messages must not suggest names of the schema
 */
export function errorFormatter(log: (errorId: string, error: unknown) => void, hidesSchema = false) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { locations, path } = formatted;
    const told = (text: string): string => shortened(text, hidesSchema);
    const message = told(formatted.message);
    const place = { ...(locations && { locations }), ...(path && { path }) };
    const cause = error instanceof GraphQLError ? error.originalError : error;
    if (cause instanceof CodedError)
      return { message: told(cause.message), ...place, extensions: { code: cause.code, ...cause.details } };
    const code = formatted.extensions?.code;
    const isOwn = cause === undefined || cause === null || cause instanceof GraphQLError;
    if (SAFE_CODES.has(code) && isOwn) return { message, ...place, extensions: { code } };
    if (SAFE_MESSAGES.has(message) && isOwn) return { message, ...place, extensions: { code: 'BAD_USER_INPUT' } };
    const errorId = randomUUID();
    log(errorId, cause ?? error);
    return {
      message: `Something went wrong in the gateway. The log has it under ${errorId}.`,
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    };
  };
}

function shortened(text: string, hidesSchema: boolean): string {
  const start = hidesSchema ? text.indexOf(SUGGESTION) : -1;
  const kept = start === -1 ? text : text.slice(0, start).trimEnd();
  return kept.length > LONGEST ? `${kept.slice(0, LONGEST)}…` : kept;
}
