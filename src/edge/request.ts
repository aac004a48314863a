import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { type DocumentPolicy, resolveDocument } from '../guard/documents/index.ts';
import { checkNesting } from '../guard/limits/index.ts';
import { CodedError } from '../platform/errors.ts';

/** Longer texts run but are not kept as automatic persisted queries, in characters: the store counts entries. */
const LONGEST_PERSISTED = 20_000;

/**
 * The request as Apollo Server takes it, with the text of a registered operation in the place of its id.
 * @param mostCharacters of a document that is sent
 * @throws CodedError
 */
export function graphqlRequest(
  request: FastifyRequest,
  documents: DocumentPolicy,
  mostCharacters: number,
): HTTPGraphQLRequest {
  const { method, url, headers } = request;
  const headerMap = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) headerMap.set(name, Array.isArray(value) ? value.join(', ') : value);
  const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const isGet = method !== 'POST';
  return {
    method: isGet ? 'GET' : 'POST',
    headers: headerMap,
    search: isGet ? withDocumentInSearch(search, documents) : search,
    body: isGet ? undefined : resolvedBody(request.body, documents, mostCharacters),
  };
}

/** A request's parameters with the text of a registered operation in the place of its id. @throws CodedError */
export function resolvedBody(body: unknown, documents: DocumentPolicy, mostCharacters: number): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { extensions, ...rest } = body as Record<string, unknown>;
  checkLength(rest.query, mostCharacters);
  const query = checked(resolveDocument(documents, body));
  const isTooLong = typeof query === 'string' && query.length > LONGEST_PERSISTED;
  if (query === undefined || (query === rest.query && !isTooLong)) return body;
  // What the id stands for is known: the server need not look it up again.
  return { ...rest, query, ...withoutPersistedQuery(extensions) };
}

function withDocumentInSearch(search: string, documents: DocumentPolicy): string {
  const parameters = new URLSearchParams(search);
  const given = Object.fromEntries(parameters);
  const extensions = parsed(given.extensions);
  const query = checked(resolveDocument(documents, { ...given, extensions }));
  const isTooLong = query !== undefined && query.length > LONGEST_PERSISTED;
  if (query === undefined || (query === given.query && !isTooLong)) return search;
  parameters.set('query', query);
  parameters.delete('extensions');
  const rest = withoutPersistedQuery(extensions).extensions;
  if (rest !== undefined) parameters.set('extensions', JSON.stringify(rest));
  return `?${parameters}`;
}

/** Looked at first: all else reads the text character by character. A search string has no room for such a text. */
function checkLength(query: unknown, limit: number): void {
  if (typeof query !== 'string' || query.length <= limit) return;
  throw new CodedError(
    'QUERY_TOO_COMPLEX',
    `The document has ${query.length} characters; at most ${limit} are allowed. Send long values as variables.`,
    { measured: query.length, limit },
  );
}

function checked(query: string | undefined): string | undefined {
  if (query !== undefined) checkNesting(query);
  return query;
}

function withoutPersistedQuery(extensions: unknown): { extensions?: Record<string, unknown> } {
  if (typeof extensions !== 'object' || extensions === null) return {};
  const { persistedQuery: _, ...rest } = extensions as Record<string, unknown>;
  return { extensions: rest };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
