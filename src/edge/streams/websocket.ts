import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Guard } from '../../guard/index.ts';
import { CodedError } from '../../platform/errors.ts';
import { isTooMuch } from '../json-body.ts';
import { readNoFasterThanSent } from './backpressure.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { closeReason } from './ending.ts';
import { credentialsIn } from './init.ts';
import type { OpenStream } from './open.ts';
import { holding, pinging, send, shortReason } from './socket.ts';
import { Subscription } from './subscription.ts';
import { Telling } from './telling.ts';
import { refusalOf, refuseUpgrade } from './upgrade.ts';
import { Waiting } from './waiting.ts';

/** What the door for WebSockets takes. */
export interface WebSocketOptions {
  readonly schema: GraphQLSchema;
  readonly guard: Guard;
  readonly connections: Connections;
  readonly open: OpenStream;
  /** An error as it leaves. @param cursor where to go on */
  readonly leaving: (error: unknown, cursor: string | null) => GraphQLFormattedError;
  /** The largest message, in bytes. */
  readonly messageBytes: number;
  /** Pages of other origins that may connect. */
  readonly corsOrigins: readonly string[];
  /** The caller's address. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly onRefusal: (code: string) => void;
  /** Takes what went wrong with nobody to be told. */
  readonly onError: (error: unknown) => void;
}

/** The door for WebSockets. */
export interface WebSocketDoor {
  /** Takes requests to upgrade. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends the sockets that nobody was let in on. */
  endWaiting(): void;
}

/** Operations under way on one socket may have come with as many bytes as so many messages have at most: each keeps its own until it ends. */
const MESSAGES_HELD = 4;
/** What only a server says. */
const SERVERS_OWN: readonly unknown[] = ['connection_ack', 'next', 'error'];

/** What a socket carries with it. */
interface Extra {
  readonly socket: WebSocket;
  /** Until it is let in: a connection may stay for days, and its request is not needed again. */
  request: IncomingMessage | undefined;
  /** Told that it waits no more. */
  readonly letIn: () => void;
  connection?: Connection;
}

type SocketContext = Context<Record<string, unknown> | undefined, Extra>;

/** What the protocol's library runs; what is to be run came out of `open` already. */
const OPENED = parse('subscription { opened }');

/** Close codes of refusals (GraphQL over WebSocket; `1013` Try Again Later is IANA's). */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: CloseCode.Unauthorized,
  FORBIDDEN: CloseCode.Forbidden,
  BAD_USER_INPUT: CloseCode.BadRequest,
};
const TRY_AGAIN = 1013;

/**
 * GraphQL over WebSocket, protocol `graphql-transport-ws`. Who asks is said in the payload of `connection_init`, as HTTP says it in headers
 * (`Authorization`, `X-API-Key`), since a browser can't set headers here; or in the headers of the request.
 */
export function webSocketDoor(options: WebSocketOptions): WebSocketDoor {
  const { schema, guard, connections, open, leaving, onError, onRefusal } = options;
  const { messageBytes, corsOrigins, addressOf } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytes,
    perMessageDeflate: false,
    // One message to a turn: who sends hundreds at once holds nobody else up.
    allowSynchronousEvents: false,
    handleProtocols,
  });
  const waiting = new Waiting();

  const protocol = makeServer<Record<string, unknown> | undefined, Extra>({
    schema,
    onConnect: async (context) => {
      try {
        await letIn(context);
        return true;
      } catch (error) {
        refuseSocket(context.extra.socket, error);
        return false;
      }
    },
    onSubscribe: async ({ extra }, id, parameters) => {
      const answer = await begun(extra, parameters);
      if (!(answer instanceof Subscription) && answer.data === undefined)
        return (answer.errors ?? []).map((error) => new Told(error));
      const contextValue =
        answer instanceof Subscription ? new Telling(answer, id, (message) => sendTo(extra, message)) : answer;
      return { schema, document: OPENED, contextValue };
    },
    subscribe: ({ contextValue }) => contextValue as never,
    onNext: (_context, _id, _parameters, _args, result) => result as FormattedExecutionResult,
    onError: ({ subscriptions }, id, _parameters, errors) => {
      const telling: unknown = subscriptions[id];
      const cursor = telling instanceof Telling ? telling.cursor : null;
      return errors.map((error) =>
        error instanceof Told ? error.told : leaving(error.originalError ?? error, cursor),
      );
    },
  });

  /** Resolves when it is out, or never can be. */
  const sendTo = ({ socket, connection }: Extra, text: string): Promise<void> => {
    const sent = send(socket, text);
    return connection?.sending(connections.arrived, sent) ?? sent;
  };

  const letIn = async (context: SocketContext): Promise<void> => {
    const { request, socket } = context.extra;
    if (request === undefined) throw new TypeError('a connection was to be let in twice');
    context.extra.request = undefined;
    const credentials = credentialsIn(request, context.connectionParams);
    const address = addressOf(request);
    const admission = await guard.admit(credentials, address);
    if (socket.readyState !== socket.OPEN) return;
    context.extra.connection = connections.open({
      admission,
      credentials,
      address,
      headers: request.headers,
      close: (ending, cursor) => {
        socket.close(ending.closeCode, closeReason(ending, cursor));
        void context.extra.connection?.stop();
      },
    });
    context.extra.letIn();
  };

  const begun = async ({ connection }: Extra, parameters: SubscribePayload) => {
    try {
      if (connection === undefined) throw new TypeError('an operation on a connection that was not let in');
      connections.admit(connection);
      const { admission, headers, gone } = connection;
      return await connection.run(() => open({ admission, headers, parameters, isGet: false, signal: gone }));
    } catch (error) {
      return { errors: [leaving(error, null)] };
    }
  };

  const refuseSocket = (socket: WebSocket, error: unknown): void => {
    const { code, message } = error instanceof CodedError ? error : (leaving(error, null).extensions ?? {});
    onRefusal(String(code));
    const reason = error instanceof CodedError ? String(message) : 'Something went wrong in the gateway.';
    socket.close(CLOSE_CODES[String(code)] ?? TRY_AGAIN, shortReason(reason));
  };

  const opened = (socket: WebSocket, request: IncomingMessage): void => {
    const extra: Extra = { socket, request, letIn: waiting.add(socket, request.socket) };
    const held = holding(MESSAGES_HELD * messageBytes);
    // A broken frame: the library says so to the caller by itself, and closes.
    socket.on('error', () => {});
    const stopPinging = pinging(socket);
    readNoFasterThanSent(socket, request.socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendTo(extra, text),
        close: (code, reason) => socket.close(code, shortReason(reason)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            // What is on its way when the socket is closed is nobody's any more.
            if (socket.readyState !== socket.OPEN) return;
            const text = String(data);
            if (isTooMuch(text))
              return socket.close(CloseCode.BadRequest, 'More lists, objects or values than any operation takes.');
            const taken = held(text.length, () => take(text));
            if (taken === null) return socket.close(CloseCode.BadRequest, 'Operations under way hold too much.');
            return void taken.catch((error) => {
              if (SERVERS_OWN.includes(JSON.parse(text).type))
                return socket.close(CloseCode.BadRequest, 'That is for the server to say.');
              onError(error);
              return socket.close(CloseCode.InternalServerError, 'Something went wrong in the gateway.');
            });
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      void (async () => {
        await closed(code, String(reason));
        if (extra.connection !== undefined) await connections.closed(extra.connection);
      })().catch(onError);
    });
  };

  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(request, corsOrigins, connections.isStopping || connections.isFull);
      if (refusal !== null) return refuseUpgrade(socket, refusal);
      return server.handleUpgrade(request, socket, head, opened);
    },
    endWaiting: () => waiting.end(),
  };
}

/** An error that is told as it stands. */
class Told extends GraphQLError {
  readonly told: GraphQLFormattedError;

  constructor(told: GraphQLFormattedError) {
    super(told.message);
    this.told = told;
  }
}
