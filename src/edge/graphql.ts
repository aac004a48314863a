import type { IncomingMessage } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { ApolloServer, type ApolloServerOptions, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { DocumentPolicy } from '../guard/documents/index.ts';
import { errorFormatter } from '../guard/errors.ts';
import type { Admission, Guard } from '../guard/index.ts';
import { CodedError } from '../platform/errors.ts';
import { admissionOf, refuse } from './doors.ts';
import { goneSignal } from './gone.ts';
import { type OperationSettings, openRequest, operationPlugin, type RequestContext } from './operations.ts';
import { graphqlRequest } from './request.ts';
import { bodyOf, type KeptResponse, type Responses } from './responses.ts';
import { asksForWebSocket, passOver, type StreamDoors, type StreamOptions, streamDoors } from './streams/index.ts';
import { sendAdhoc, tableFormatOf } from './tables/adhoc.ts';
import type { Transfers } from './tables/transfers.ts';
import { inOrderOfPrice } from './validation.ts';
import { type Watch, watchOperation } from './watch.ts';

type PersistedQueryStore = Exclude<
  NonNullable<ApolloServerOptions<RequestContext>['persistedQueries']>,
  false
>['cache'] &
  object;

/** What the GraphQL door takes. */
export interface GraphQLDoorOptions extends OperationSettings {
  readonly introspection: boolean;
  /** Registered operations, and whether others run. */
  readonly documents: DocumentPolicy;
  /** Where automatic persisted queries are kept. */
  readonly persistedQueries: PersistedQueryStore;
  /** Tokens of a document; the parser stops there. */
  readonly maxTokens: number;
  /** Whole answers that are given again; null where none are. */
  readonly responses: Responses | null;
  readonly guard: Guard;
  /** How often who reads a table is judged anew, in milliseconds. */
  readonly recheckMs: number;
  /** The tables on their way. */
  readonly tableTransfers: Transfers;
  /** Takes what Apollo Server has to say of itself. */
  readonly serverLog: NonNullable<ApolloServerOptions<RequestContext>['logger']>;
  /** Connections that stay. */
  readonly streams: StreamOptions;
  /** Takes errors that are masked on their way out. */
  readonly logError: (errorId: string, error: unknown) => void;
}

/** What parsed documents that are kept may take, about. */
const DOCUMENTS_BYTES = 32 * 1024 * 1024;
const BYTES_OF_TOKEN = 500;

/** Characters of a document for each token that it may have: laid out with room, it has about ten. */
const CHARACTERS_OF_TOKEN = 40;

/** How long an automatic persisted query is kept after it was last registered, in seconds. */
const PERSISTED_S = 86_400;

/** What a parsed document takes at most: its text stays with it, comments and all. */
function sizeOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token != null; token = token.next ?? undefined) tokens += 1;
  return BYTES_OF_TOKEN * tokens + 2 * (loc?.source.body.length ?? 0);
}

/**
 * GraphQL on `/graphql`: over HTTP with POST, and GET for queries, with Apollo Server's CSRF prevention; over WebSocket; and as server-sent
 * events.
 */
export async function graphqlDoor(
  app: FastifyInstance,
  options: GraphQLDoorOptions,
): Promise<Pick<StreamDoors, 'drain'> & { readonly apollo: ApolloServer<RequestContext> }> {
  const format = errorFormatter(options.logError, !options.introspection);
  const formatError = (error: unknown) =>
    format(error instanceof GraphQLError ? error.toJSON() : { message: 'failed' }, error);
  const rule = inOrderOfPrice(!options.introspection);
  const apollo = new ApolloServer<RequestContext>({
    schema: options.schema,
    introspection: options.introspection,
    csrfPrevention: true,
    documentStore: new InMemoryLRUCache({
      maxSize: DOCUMENTS_BYTES,
      sizeCalculation: sizeOf,
    }),
    logger: options.serverLog,
    parseOptions: { maxTokens: options.maxTokens },
    validationRules: [rule],
    persistedQueries: { cache: options.persistedQueries, ttl: PERSISTED_S },
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: format,
    // The server's own way adds a line break, for which the whole text is copied.
    stringifyResult: (value) => JSON.stringify(value),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      operationPlugin(options, formatError),
    ],
  });
  const mostCharacters = CHARACTERS_OF_TOKEN * options.maxTokens;
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  const { sse, upgrade, drain } = streamDoors({
    ...options,
    ...options.streams,
    apollo,
    mostCharacters,
    format: formatError,
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    asksForWebSocket(request) ? upgrade(request, socket, head) : passOver(app.server, request, socket, head),
  );

  const adhoc = { ...options, apollo, mostCharacters, rule, format: formatError };

  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: '/graphql',
    async handler(request, reply) {
      if (sse.takes(request)) {
        try {
          await sse.answer(request, reply);
        } catch (error) {
          if (error instanceof CodedError) return refuse(reply, error);
          throw error;
        }
        return reply;
      }
      const format = tableFormatOf(request);
      if (format !== null) {
        try {
          return await sendAdhoc(adhoc, format, request, reply);
        } catch (error) {
          if (error instanceof CodedError && !reply.raw.headersSent) return refuse(reply, error);
          throw error;
        }
      }
      const admission = admissionOf(request);
      const { caller, traceId } = admission;
      const watch = watchOperation(options.instruments, { caller, traceId, headers: request.headers });
      try {
        const httpGraphQLRequest = graphqlRequest(request, options.documents, mostCharacters);
        const place = watch.isExplained
          ? null
          : ((await options.responses?.place(admission, httpGraphQLRequest)) ?? null);
        const again = place?.found && (await keptAnswer(place.found, options, admission, watch));
        if (again) return reply.headers(again.headers).send(again.body);
        let opened: RequestContext | undefined;
        const context = async () => {
          opened = openRequest(options, admission, watch, goneSignal(reply), { reads: place?.reads });
          return opened;
        };
        const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
        await place?.keep(answer, opened?.outcome.finished);
        // What is no operation at all the server refuses by itself.
        watch.end({ codes: ['BAD_REQUEST'] });
        return await send(reply, answer);
      } catch (error) {
        watch.end({ codes: [error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR'] });
        if (error instanceof CodedError) return refuse(reply, error);
        throw error;
      }
    },
  });
  return { drain, apollo };
}

async function send(reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): Promise<FastifyReply> {
  void reply.code(status ?? 200).headers(Object.fromEntries(headers));
  // As bytes: text would be counted first, and then encoded.
  return reply.send(body.kind === 'complete' ? Buffer.from(body.string) : Readable.from(body.asyncIterator));
}

/**
 * The answer to the same question again: it costs the same, and says anew what is left. Null where the caller has too little left: then the
 * server refuses it as it would have without.
 */
async function keptAnswer(
  kept: KeptResponse,
  { meter }: OperationSettings,
  { caller }: Admission,
  watch: Watch,
): Promise<{ headers: Record<string, string>; body: Buffer } | null> {
  try {
    const cost = await meter.spendAgain(caller, kept.cost);
    const remarks = watch.end({ name: kept.name, type: kept.type, data: {}, codes: [], cost: kept.cost });
    return { headers: Object.fromEntries(kept.headers), body: bodyOf(kept, { cost, ...remarks }) };
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
