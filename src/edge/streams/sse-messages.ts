import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Handler, Response } from 'graphql-sse';
import { BadInput, CodedError } from '../../platform/errors.ts';
import { isAllowedOrigin } from './upgrade.ts';

const EVENT_STREAM = 'text/event-stream';

/** The library's refusals with a code, as all others have. */
export function coded(body: string, status: number): string {
  if (status < 400) return body;
  const { errors } = JSON.parse(body) as { errors: readonly { message: string }[] };
  const code = status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
  return JSON.stringify({ errors: errors.map(({ message }) => ({ message, extensions: { code } })) });
}

/** Some clients name all that they can read, JSON first: they get that. */
export function wantsEvents(accept = ''): boolean {
  return accept.includes(EVENT_STREAM) && (!/json|\*\/\*/.test(accept) || accept.trimStart().startsWith(EVENT_STREAM));
}

/** The library's own request: it compares the whole header `Accept`. */
export function ask(handle: Handler<FastifyRequest>, request: FastifyRequest): Promise<Response> {
  const { method, url, headers, body } = request;
  const accept = wantsEvents(headers.accept) ? EVENT_STREAM : headers.accept;
  const all: Record<string, unknown> = { ...headers, accept };
  return handle({
    method,
    url,
    headers: { get: (name) => (all[name] === undefined ? undefined : String(all[name])) },
    body: (body ?? null) as Record<string, unknown> | null,
    raw: request,
    context: undefined,
  });
}

/** Resolves when it is out, or when nobody is there to take it. */
export function sent(response: ServerResponse, chunk: string, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done);
    response.write(chunk, done);
  });
}

/**
 * A page of another origin can send a GET, and a form as a POST, without being asked first: neither gets through.
 * @throws CodedError
 */
export function checkSender({ raw, body, method }: FastifyRequest, corsOrigins: readonly string[]): void {
  if (!isAllowedOrigin(raw, corsOrigins)) throw new CodedError('FORBIDDEN', 'Pages of this origin may not connect.');
  if (method === 'POST' && typeof body !== 'object')
    throw new BadInput('Send the operation as JSON, with `content-type: application/json`.');
}
