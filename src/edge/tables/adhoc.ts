import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  ExecutableDefinitionsRule,
  type GraphQLError,
  type GraphQLFormattedError,
  parse,
  type ValidationRule,
  validate,
} from 'graphql';
import type { DocumentPolicy } from '../../guard/documents/index.ts';
import { checkedVariables } from '../../guard/limits/index.ts';
import { BadInput, CodedError } from '../../platform/errors.ts';
import { type Format, formatOf } from '../../tables/formats/index.ts';
import { operationsOf, refuseTakenVariables } from '../../tables/graph/operation.ts';
import { operationOf, selectedBy } from '../../tables/graph/selected.ts';
import { startOf, tableOf } from '../../tables/graph/table.ts';
import { readRows } from '../../tables/read.ts';
import { admissionOf } from '../doors.ts';
import { resolvedBody } from '../request.ts';
import { type AskerOptions, askerFor, readerOf } from './asker.ts';
import { assertMayRead } from './may-read.ts';
import { sendTable } from './send.ts';
import type { Transfers } from './transfers.ts';

/** What writing down any query takes. */
export interface AdhocOptions extends AskerOptions {
  readonly documents: DocumentPolicy;
  readonly mostCharacters: number;
  readonly maxTokens: number;
  readonly rule: ValidationRule;
  /** An error as it leaves. */
  readonly format: (error: unknown) => GraphQLFormattedError;
  readonly tableTransfers: Transfers;
  /** Takes errors that are masked on their way out. */
  readonly logError: (errorId: string, error: unknown) => void;
}

/** What a query is asked to be written down as; null where an answer of the graph is asked for. */
export function tableFormatOf({ method, headers }: FastifyRequest): Format | null {
  return method === 'POST' ? formatOf(headers.accept) : null;
}

/**
 * Any query as a table: a list without `first` is read to its end.
 * @throws CodedError where it makes no table, saying why, and as every operation does
 */
export async function sendAdhoc(
  options: AdhocOptions,
  format: Format,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { schema, documents, mostCharacters } = options;
  const admission = admissionOf(request);
  assertMayRead(request, admission.caller, 'a table');
  const { query, operationName, variables } = asked(resolvedBody(request.body, documents, mostCharacters));
  const errors = withDocument(options, query);
  if (!('document' in errors)) {
    const told = errors.faults.map((error) => options.format(error));
    return reply.code(400).send({ errors: told });
  }
  const { document } = errors;
  const operation = operationOf(document, operationName);
  if (operation === null)
    throw new BadInput('The document has several operations, or none of that name: give `operationName`.');
  if (operation.operation !== 'query') throw new BadInput('Only a query makes a table.');
  refuseTakenVariables(operation);
  const values = checkedVariables(schema, operation, variables);
  const table = tableOf(selectedBy(schema, document, operation, values), { variables: values });
  const name = operation.name?.value ?? 'table';
  const ask = askerFor(options, { ...readerOf(request, reply), isBulk: true });
  const columns = table.columns;
  return sendTable(
    { request, reply, transfers: options.tableTransfers, log: options.instruments.log, logError: options.logError },
    {
      name,
      format,
      columns,
      admission,
      rows: () =>
        readRows(
          { columns, read: columns, test: () => true },
          {
            table,
            operations: operationsOf(table, columns, operation, name),
            variables,
            ask,
            from: { after: startOf(table, values), offset: 0 },
          },
        ),
    },
  );
}

interface Asked {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

function asked(body: unknown): Asked {
  const { query, operationName, variables, extensions } = (body ?? {}) as Record<string, unknown>;
  assertPersisted(query, extensions);
  if (typeof query !== 'string' || query === '') throw new BadInput('Send the query itself, as `query`.');
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    throw new BadInput('`variables` is an object.');
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : null,
    variables: (variables ?? {}) as Asked['variables'],
  };
}

/** A text is little beside a table: it is not kept by its hash, and a client that sends the hash alone is asked for the text as it expects. */
function assertPersisted(query: unknown, extensions: unknown): void {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  if (persistedQuery == null) return;
  if (query === undefined) throw new CodedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  if (typeof query === 'string' && hash('sha256', query) !== persistedQuery.sha256Hash)
    throw new BadInput('provided sha does not match query');
}

/** Read and judged as the server does it: what runs in the end is made of it, but is not it. */
function withDocument(
  { schema, maxTokens, rule }: AdhocOptions,
  query: string,
): { readonly document: DocumentNode } | { readonly faults: readonly unknown[] } {
  try {
    const document = parse(query, { maxTokens });
    const faults = validate(schema, document, [ExecutableDefinitionsRule, rule]);
    return faults.length > 0
      ? { faults: faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED')) }
      : { document };
  } catch (error) {
    return { faults: [coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
  }
}

function coded(error: GraphQLError, code: string): GraphQLError {
  Object.assign(error.extensions, { code });
  return error;
}
