import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { createHandler, type Handler, type Response } from 'graphql-sse';
import { CodedError } from '../../platform/errors.ts';
import { admissionOf } from '../doors.ts';
import { type Connection, scopeOf } from './connection.ts';
import type { Connections } from './connections.ts';
import type { OpenStream } from './open.ts';
import { answersOf } from './sse-answers.ts';
import { ask, checkSender, coded, sent, wantsEvents } from './sse-messages.ts';
import type { Subscription } from './subscription.ts';

/** What the door for server-sent events takes. */
export interface SseOptions {
  readonly connections: Connections;
  readonly open: OpenStream;
  /** An error as it leaves. @param cursor where to go on */
  readonly leaving: (error: unknown, cursor: string | null) => GraphQLFormattedError;
  /** The largest request body, in bytes. */
  readonly messageBytes: number;
  /** Pages of other origins that may connect. */
  readonly corsOrigins: readonly string[];
}

/** Takes requests of GraphQL over server-sent events, in both of its modes. */
export interface SseDoor {
  /** Whether a request is one. */
  takes(request: FastifyRequest): boolean;
  /** Answers it, until it has ended. @throws CodedError before anything was answered */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const TOKEN = 'x-graphql-event-stream-token';
/** A stream that was reserved and not opened is given up after so long, in milliseconds. */
const RESERVED_MS = 60_000;
/** What is not taken of a stream that has ended is given up after so long, in milliseconds. */
const LAST_WORDS_MS = 30_000;
/** Operations of one stream whose answers are not all out: they wait in memory for somebody who reads. */
const MOST_TOLD = 100;
/** They may have come with as many bytes as so many bodies have at most. */
const MESSAGES_HELD = 4;

/** One event stream: of a single operation, or one that carries many. */
interface Stream {
  readonly handle: Handler<FastifyRequest>;
  readonly connection: Connection;
  response: ServerResponse | undefined;
  /** Ends what is written when all that is there was. */
  finish: () => void;
  /** Operations whose answers are not all out yet, and the bytes that they came with. */
  telling: number;
  held: number;
  /** Gives it up where nobody opens it. */
  givesUp: NodeJS.Timeout | undefined;
  /** Somebody reads. */
  readonly open: () => void;
}

export function sseDoor({ connections, open, leaving, messageBytes, corsOrigins }: SseOptions): SseDoor {
  const reserved = new Map<string, Stream>();

  /** @param token of a stream that carries many operations; null for one that carries one */
  const createStream = (request: FastifyRequest, token: string | null): Stream => {
    const { headers, headersDistinct } = request.raw;
    const admission = admissionOf(request);
    const connection = connections.open({
      admission,
      credentials: headersDistinct,
      address: request.ip,
      headers,
      close: (ending) => {
        for (const subscription of connection.subscriptions) void subscription.end(ending);
        const { response } = stream;
        if (response === undefined) return void forget(stream, token);
        // The operations' last words come first: they take no longer than this turn.
        setImmediate(() => stream.finish());
        setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
      },
    });
    let openUp: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      openUp = resolve;
    });
    const stream: Stream = {
      connection,
      response: undefined,
      finish: () => {},
      telling: 0,
      held: 0,
      givesUp: undefined,
      open: openUp,
      handle: createHandler<FastifyRequest>({
        authenticate: () => token,
        onSubscribe: (asking, parameters) => begun(stream, asking.raw, parameters),
        // The library takes all that it is given into memory: it is given more when what it has is out.
        onNext: async () => {
          await opened;
          await connection.flushed();
        },
      }),
    };
    return stream;
  };

  const begun = async (stream: Stream, request: FastifyRequest, parameters: unknown) => {
    const size = sizeOf(request);
    const { connection } = stream;
    const { admission, headers, gone } = connection;
    const isGet = request.method === 'GET';
    const opened = async (): Promise<Subscription | FormattedExecutionResult> => {
      connections.admit(connection);
      return connection.run(() => open({ admission, headers, parameters, isGet, signal: gone }));
    };
    stream.telling += 1;
    stream.held += size;
    const told = (): void => {
      stream.telling -= 1;
      stream.held -= size;
    };
    return answersOf(opened, leaving, told) as AsyncGenerator<never>;
  };

  /** What is not chunked says how large it is. */
  const sizeOf = ({ method, headers }: FastifyRequest): number =>
    method === 'GET' ? 0 : Number(headers['content-length'] ?? messageBytes);

  /** @throws CodedError where one more operation would be too many, or hold too much */
  const checkRoom = ({ telling, held }: Stream, request: FastifyRequest): void => {
    if (telling < MOST_TOLD && held + sizeOf(request) <= MESSAGES_HELD * messageBytes) return;
    throw new CodedError(
      'TOO_MANY_SUBSCRIPTIONS',
      `At most ${MOST_TOLD} operations run on one stream at once, of ${MESSAGES_HELD * messageBytes} bytes in all.`,
    );
  };

  const forget = async ({ connection, givesUp }: Stream, token: string | null): Promise<void> => {
    clearTimeout(givesUp);
    if (token !== null) reserved.delete(token);
    await connections.closed(connection);
  };

  const reserve = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const token = randomUUID();
    const stream = createStream(request, token);
    reserved.set(token, stream);
    stream.givesUp = setTimeout(() => {
      if (stream.response === undefined) void forget(stream, token);
    }, RESERVED_MS).unref();
    await written(stream, await ask(stream.handle, request), reply);
  };

  const carry = async (stream: Stream, token: string | null, request: FastifyRequest, reply: FastifyReply) => {
    const response = await ask(stream.handle, request);
    if (typeof response[0] === 'string' || response[0] === null) return written(stream, response, reply);
    stream.response = reply.raw;
    const [body] = response;
    stream.finish = () => void body.return();
    stream.open();
    const { socket } = request.raw;
    const over = (): void => void forget(stream, token);
    // An answer that waits behind another one on its connection is not told that this is gone.
    // Requests one behind the other have one connection, however many they are.
    socket.setMaxListeners(0);
    socket.once('close', over);
    if (socket.destroyed) over();
    try {
      return await written(stream, response, reply);
    } finally {
      socket.off('close', over);
      await forget(stream, token);
    }
  };

  const written = async (stream: Stream, [body, init]: Response, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(init.status, init.statusText, {
      ...(reply.getHeaders() as Record<string, string>),
      // Proxies must not collect what is meant to arrive at once.
      'x-accel-buffering': 'no',
      ...init.headers,
    });
    if (body === null || typeof body === 'string')
      return void raw.end(body === null ? undefined : coded(body, init.status));
    const { connection } = stream;
    const end = (): void => void body.return();
    raw.once('close', end);
    connection.gone.addEventListener('abort', end);
    for await (const chunk of body) {
      if (!raw.writable || connection.gone.aborted) break;
      await connection.sending(connections.arrived, sent(raw, chunk, connection.gone));
    }
    raw.end();
  };

  return {
    takes: ({ method, headers, query }) =>
      method === 'PUT' ||
      method === 'DELETE' ||
      headers[TOKEN] !== undefined ||
      (query as Record<string, unknown>).token !== undefined ||
      wantsEvents(headers.accept),

    async answer(request, reply) {
      checkSender(request, corsOrigins);
      const { method, headers, query } = request;
      if (method === 'PUT') return reserve(request, reply);
      const token = headers[TOKEN] ?? (query as Record<string, unknown>).token;
      if (token === undefined && method !== 'DELETE') {
        const stream = createStream(request, null);
        try {
          return await carry(stream, null, request, reply);
        } finally {
          await forget(stream, null);
        }
      }
      const stream = reserved.get(String(token));
      // A stream that is someone else's is none; nor does anyone add to it who has other rights than it was opened with.
      if (stream === undefined || scopeOf(stream.connection.admission) !== scopeOf(admissionOf(request)))
        return void reply
          .code(404)
          .send({ errors: [{ message: 'Stream not found', extensions: { code: 'NOT_FOUND' } }] });
      if (method !== 'DELETE' && !wantsEvents(headers.accept)) checkRoom(stream, request);
      return carry(stream, String(token), request, reply);
    },
  };
}
