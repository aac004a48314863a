import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import proxyaddr from '@fastify/proxy-addr';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Guard } from '../guard/index.ts';
import { traceIdOf } from '../guard/trace.ts';
import { badRequest, errorBody, notFound, ODataError } from '../tables/odata/errors.ts';
import { type DocumentTransfers, documentDoor } from './documents.ts';
import { guardDoors } from './doors.ts';
import { type Example, explorer } from './explorer.ts';
import { type GraphQLDoorOptions, graphqlDoor } from './graphql.ts';
import { healthDoor } from './health.ts';
import { readJsonBodies, TOO_MUCH } from './json-body.ts';
import { metricsDoor } from './metrics.ts';
import { addressBy, type StreamOptions } from './streams/index.ts';
import { catalogueDoor } from './tables/catalogue.ts';
import { type TableDoorOptions, tableDoors } from './tables/index.ts';
import { type ODataOptions, odataDoor } from './tables/odata.ts';
import { ERROR_HEADERS, isOData, refuseMethod, refuseOData } from './tables/odata-errors.ts';
import { Transfers } from './tables/transfers.ts';
import { urlBy } from './tables/url.ts';
import { type WebhookOptions, webhookDoors } from './webhooks.ts';

/** Answers of data: nothing in them is to be run or framed. Whether TLS is required is the proxy's to say, which ends it. */
const HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity: false,
  crossOriginResourcePolicy: false,
};

/** How long a request may take to arrive whole, in milliseconds: a slow body must not hold a connection for ever. */
const REQUEST_MS = 30_000;

const UNROUTED = {
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'",
};
const BAD_REQUEST = JSON.stringify({
  errors: [{ message: 'The request is malformed.', extensions: { code: 'BAD_REQUEST' } }],
});
const NOTHING = 'There is nothing here.';
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';
/** The same for readers of OData. */
const UNREADABLE = badRequest('The URL is malformed: its parts are percent-encoded UTF-8.');

/** Doors that know nobody. */
const NO_WEBHOOKS: WebhookOptions<unknown> = {
  dynamicPlanner: null,
  plannr: null,
  accept: async () => {},
  bodyBytes: 1_000,
};

/** What the gateway's server takes. */
export interface ServerOptions extends Omit<GraphQLDoorOptions, 'streams' | 'tableTransfers' | 'recheckMs'> {
  /** Connections that stay; their doors are those of the server. */
  readonly streams: Pick<StreamOptions, 'limits' | 'arrived'>;
  readonly guard: Guard;
  readonly corsOrigins: readonly string[];
  /** Example queries of the explorer; null where there is no explorer. */
  readonly examples: readonly Example[] | null;
  /** The tables that are offered. */
  readonly datasets: TableDoorOptions['datasets'];
  /** The entity sets of OData, by their names. */
  readonly sets: ODataOptions['sets'];
  readonly waits?: TableDoorOptions['waits'];
  /** Where callers reach the gateway; undefined for wherever they came. */
  readonly publicUrl: string | undefined;
  /** The gateway's own version. */
  readonly version: string;
  readonly isReady: () => boolean;
  /** The largest request body, in bytes. */
  readonly bodyBytes: number;
  /** How documents' content passes through. */
  readonly transfers: DocumentTransfers;
  /** Who posts events, and who takes them; left out where nobody does. */
  readonly webhooks?: WebhookOptions<unknown> | undefined;
  /** Whose `X-Forwarded-*` headers are believed: nobody's, so many hops', or these addresses'. */
  readonly trustProxy: false | number | readonly string[];
}

/** The server and the routes that it has. */
export interface GatewayServer {
  readonly app: FastifyInstance;
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  /** Ends the connections that stay, spread over the time, and tables that take longer, and lets none in any more. @param ms there is */
  drain(ms: number): Promise<void>;
}

/** The gateway's doors on one HTTP server, not yet listening. */
export async function createServer(options: ServerOptions): Promise<GatewayServer> {
  const { bodyBytes, trustProxy } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytes,
    requestTimeout: REQUEST_MS,
    // One answer to one request: where one was begun, a broken body ends the connection and says no more.
    clientErrorHandler: (_error, socket) => {
      if (socket.bytesWritten === 0 && socket.writable)
        socket.write('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      socket.destroySoon();
    },
    // What can't be routed at all comes here, past every hook.
    frameworkErrors: (_error, { raw }, reply) =>
      isOData(raw.url)
        ? void reply.raw.writeHead(400, { ...UNROUTED, ...ERROR_HEADERS }).end(errorBody(UNREADABLE))
        : void reply.raw.writeHead(400, UNROUTED).end(BAD_REQUEST),
    forceCloseConnections: 'idle',
    // A global id in a path may be as long as one in an argument.
    routerOptions: { maxParamLength: 1_024 },
    trustProxy: trustOf(trustProxy),
    genReqId: ({ headers }) => traceIdOf(headers['x-request-id']),
  });
  app.setErrorHandler((error: { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const errorId = reply.request.id;
    if (status >= 500) options.logError(errorId, error);
    const message =
      status === 413
        ? `The request is larger than ${bodyBytes} bytes.`
        : error.code === TOO_MUCH
          ? 'The request holds more lists, objects or values than any operation takes.'
          : status < 500
            ? 'The request is malformed: send JSON with a `query`, and `content-type: application/json`.'
            : `Something went wrong in the gateway. The log has it under ${errorId}.`;
    const code = status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
    if (isOData(reply.request.url)) return refuseOData(reply, new ODataError(status, code, message));
    return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
  });
  readJsonBodies(app);
  app.setNotFoundHandler(({ method, url }, reply) => {
    // What is read there has a door, unless its URL is longer than any.
    if (isOData(url)) return isRead(method) ? refuseOData(reply, notFound(NOTHING)) : refuseMethod(reply);
    const message = `${NOTHING} GraphQL is at /graphql.`;
    return reply.code(404).send({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
  });
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
  const headers = await fixedHeaders();
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers).header('x-request-id', request.id);
    // What is no preflight is not for CORS to answer.
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    if (request.method === 'OPTIONS' && !isPreflight && isOData(request.url)) return void refuseMethod(reply);
    return done();
  });
  // A connection that is busy while the server closes would be kept open for the next request, and hold the end up.
  let closing = false;
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    // One whose offer of another protocol was passed over comes again.
    if (sockets.has(socket)) return undefined;
    sockets.add(socket);
    return void socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    closing = true;
    // One that was opened ahead and has asked for nothing counts as busy, and would hold the end up too.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
  await app.register(cors, {
    origin: [...options.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    credentials: false,
    maxAge: 600,
  });
  const { metrics } = options.instruments;
  guardDoors(app, { guard: options.guard, isBehindProxy: trustProxy !== false, onRefusal: metrics.refused });
  await healthDoor(app, options);
  await metricsDoor(app, { metrics });
  await webhookDoors(app, options.webhooks ?? NO_WEBHOOKS);
  await documentDoor(app, options);
  const trust = trustOf(trustProxy) || [];
  const isTrusted = typeof trust === 'function' ? trust : proxyaddr.compile(trust);
  const tableTransfers = new Transfers(options.waits);
  const { recheckMs } = options.streams.limits;
  const { drain: drainStreams, apollo } = await graphqlDoor(app, {
    ...options,
    tableTransfers,
    recheckMs,
    streams: {
      ...options.streams,
      guard: options.guard,
      corsOrigins: options.corsOrigins,
      messageBytes: bodyBytes,
      addressOf: addressBy((request) => proxyaddr(request, isTrusted)),
    },
  });
  const tables = { ...options, apollo, recheckMs, tableTransfers, urlOf: urlBy(options.publicUrl) };
  await tableDoors(app, tables);
  await catalogueDoor(app, tables);
  await odataDoor(app, { ...tables, sets: options.sets });
  if (options.examples !== null) app.get('/', (_request, reply) => reply.redirect('/explorer'));
  if (options.examples !== null) await app.register(explorer, { endpoint: '/graphql', examples: options.examples });
  const drain = async (ms: number): Promise<void> => {
    await Promise.all([drainStreams(ms), tableTransfers.drain(ms)]);
  };
  return { app, routes, drain };
}

/** What helmet sets: it works that out anew for each answer, though nothing in it depends on the request. */
async function fixedHeaders(): Promise<Record<string, string>> {
  const scratch = Fastify();
  await scratch.register(helmet, HEADERS);
  scratch.get('/', async (_request, reply) => reply.raw.getHeaders());
  const answer = await scratch.inject('/');
  await scratch.close();
  return answer.json();
}

function trustOf(trusted: ServerOptions['trustProxy']): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  return trusted === false ? false : [...trusted];
}
