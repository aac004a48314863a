import type { FastifyReply } from 'fastify';
import { CodedError } from '../../platform/errors.ts';
import { errorBody, ODataError } from '../../tables/odata/errors.ts';
import { statusOf } from '../status.ts';

/** Where the OData service stands. */
export const ROOT = '/odata/v4';

/** Whether a URL is of the service, whose readers look for errors of its own form. */
export function isOData(url: string | undefined): boolean {
  return url === ROOT || url?.startsWith(`${ROOT}/`) === true || url?.startsWith(`${ROOT}?`) === true;
}

/** Headers of every error. */
export const ERROR_HEADERS = {
  'odata-version': '4.0',
  'content-type': 'application/json;odata.metadata=minimal;charset=utf-8',
} as const;

/** Answers a request with a method that the service has not. */
export function refuseMethod(reply: FastifyReply): FastifyReply {
  const error = new ODataError(405, 'MethodNotAllowed', 'The service is read-only: send GET.');
  return refuseOData(reply.header('allow', 'GET, HEAD'), error);
}

/** Answers with an OData error body. @param cause tells when to come again, where that is known */
export function refuseOData(reply: FastifyReply, error: ODataError, cause?: unknown): FastifyReply {
  if (cause instanceof CodedError && typeof cause.details.retryAfter === 'number')
    void reply.header('retry-after', String(cause.details.retryAfter));
  return reply.code(error.status).headers(ERROR_HEADERS).send(errorBody(error));
}

/** Where the graph's own words would tell of what can't be said in OData. */
const WORDS: Readonly<Record<string, string>> = {
  COST_EXCEEDED:
    'Even one entity at a time costs more than a query may: $expand fewer links, or ask for them by themselves.',
  QUERY_TOO_COMPLEX: 'This is more than one query may ask for: $expand fewer links, and less deeply.',
};

/** What the gateway refuses, in OData's words; null for what is masked. */
export function asODataError(error: unknown): ODataError | null {
  if (error instanceof ODataError) return error;
  return error instanceof CodedError ? inODataWords(error) : null;
}

/** What the graph or the guard refuses, in OData's words. */
export function inODataWords({ code, message }: CodedError): ODataError {
  return new ODataError(statusOf(code), code, WORDS[code] ?? message);
}
