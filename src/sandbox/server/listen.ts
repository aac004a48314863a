import querystring from 'node:querystring';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Random } from '../people/random.ts';
import { Faults } from './faults.ts';
import { Recording } from './recording.ts';
import { answer, type Call, type Handler, type RouteTable } from './route.ts';
import { type Platform, send, serve, type Weather } from './serve.ts';
import type { RecordedRequest, RequestControls } from './types.ts';

const BODY_LIMIT = 32 * 1024 * 1024;

export interface ListenOptions {
  readonly port: number;
  readonly latencyMs: number;
  readonly random: Random;
  readonly platform: Platform;
  readonly routes: RouteTable;
  readonly expireTokens: () => void;
}

/** A listening server and the function that closes it at once, with every open connection. */
export interface Listening {
  readonly server: RequestControls;
  close(): Promise<void>;
}

/** Starts one platform on 127.0.0.1. Rejects with the system's error (`EADDRINUSE` …) where the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { platform } = options;
  const recording = new Recording<RecordedRequest>();
  const weather: Weather = { latencyMs: options.latencyMs, faults: new Faults(options.random) };
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 64_000, querystringParser: lastValues },
    http: { maxHeaderSize: 128 * 1024 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const entries = new WeakMap<FastifyRequest, RecordedRequest>();
  app.addHook('onRequest', (request, reply, done) => {
    entries.set(request, record(recording, request, reply));
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const entry = entries.get(request);
    if (entry !== undefined) keepBody(entry, request);
    done();
  });

  const through = (handler: Handler) => (request: FastifyRequest, reply: FastifyReply) =>
    serve(platform, weather, handler, callOf(request), request, reply);
  for (const [route, handler] of Object.entries(options.routes)) {
    const [method = '', template = ''] = route.split(' ');
    const url = template.replaceAll(/\{(\w+)\}/g, ':$1');
    app.route({ method, url, handler: through(handler), config: { template } });
  }
  app.setNotFoundHandler(through(() => answer(404, platform.error(404, 'There is nothing at this path.'))));
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    reply.headers(platform.headers(callOf(request)));
    const status = (error.statusCode ?? 500) < 500 ? 400 : 500;
    return send(reply, { status, body: platform.error(status, error.message) });
  });

  const url = await app.listen({ host: '127.0.0.1', port: options.port });
  return {
    server: {
      url,
      requests: recording.entries,
      clearRequests: () => recording.clear(),
      addFault: (fault) => weather.faults.add(fault),
      clearFaults: () => weather.faults.clear(),
      setLatency: (ms) => {
        weather.latencyMs = ms;
      },
      expireTokens: options.expireTokens,
    },
    close: () => app.close(),
  };
}

function lastValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(querystring.parse(text, '&', '=', { maxKeys: 0 }))) {
    if (value !== undefined) values[name] = typeof value === 'string' ? value : (value.at(-1) ?? '');
  }
  return values;
}

function pathOf(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? target : target.slice(0, question);
}

function callOf(request: FastifyRequest): Call {
  return {
    method: request.method,
    path: pathOf(request.url),
    target: request.url,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    headers: request.headers as Record<string, string | undefined>,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function record(recording: Recording<RecordedRequest>, request: FastifyRequest, reply: FastifyReply): RecordedRequest {
  const path = pathOf(request.url);
  const config = request.routeOptions.config as { template?: string };
  const entry: RecordedRequest = {
    method: request.method,
    path,
    template: config.template ?? path,
    query: request.query as Record<string, string>,
    headers: request.headers as Record<string, string>,
    startedAt: performance.now(),
    endedAt: null,
    status: null,
  };
  recording.add(entry);
  const end = (): void => {
    entry.endedAt ??= performance.now();
    if (reply.raw.headersSent) entry.status = reply.raw.statusCode;
  };
  reply.raw.once('finish', end);
  reply.raw.once('close', end);
  return entry;
}

/** So many bytes of a body are recorded at most: there may be many requests. */
const KEPT_BODY = 64 * 1024;

function keepBody(entry: RecordedRequest, { body, headers }: FastifyRequest): void {
  const isJson = (headers['content-type'] ?? '').includes('json');
  if (isJson && Buffer.isBuffer(body) && body.length <= KEPT_BODY) entry.body = body.toString('utf8');
}
