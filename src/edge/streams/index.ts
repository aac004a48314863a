import type { IncomingMessage } from 'node:http';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import { type ConnectionLimits, Connections, type ConnectionsOptions } from './connections.ts';
import { type OpenerOptions, streamOpener } from './open.ts';
import { type SseDoor, sseDoor } from './sse.ts';
import { type WebSocketDoor, type WebSocketOptions, webSocketDoor } from './websocket.ts';

/** What the doors for connections that stay take, besides what the GraphQL door has. */
export interface StreamOptions
  extends Pick<WebSocketOptions, 'guard' | 'messageBytes' | 'corsOrigins' | 'addressOf'>,
    Pick<ConnectionsOptions, 'arrived'> {
  readonly limits: ConnectionLimits;
}

/** The doors for connections that stay. */
export interface StreamDoors {
  readonly sse: SseDoor;
  /** Takes requests to upgrade to WebSocket. */
  readonly upgrade: WebSocketDoor['upgrade'];
  /** Lets nobody in any more, and ends what is there, spread over the time. @param ms there is */
  drain(ms: number): Promise<void>;
}

export type { ConnectionLimits } from './connections.ts';
export { asksForWebSocket, passOver } from './upgrade.ts';

export function streamDoors(
  options: OpenerOptions & StreamOptions & { readonly logError: (errorId: string, error: unknown) => void },
): StreamDoors {
  const { guard, limits, arrived, instruments, format, schema } = options;
  const onRefusal = instruments.metrics.refused;
  const connections = new Connections({ guard, limits, arrived, onRefusal });
  const open = streamOpener(options);
  /** Whatever ends a stream says where to go on. */
  const leaving = (error: unknown, cursor: string | null): GraphQLFormattedError => {
    const coded = error instanceof CodedError ? new GraphQLError(error.message, { originalError: error }) : error;
    const told = format(coded);
    return cursor === null ? told : { ...told, extensions: { ...told.extensions, after: cursor } };
  };
  const onError = (error: unknown): void => void format(error);
  const { upgrade, endWaiting } = webSocketDoor({ ...options, schema, connections, open, leaving, onRefusal, onError });
  return {
    sse: sseDoor({ ...options, connections, open, leaving }),
    upgrade,
    async drain(ms) {
      await connections.drain(ms);
      endWaiting();
    },
  };
}

/** The address of the other end, as far as it is known. @param of tells it by the headers that are believed */
export function addressBy(of: (request: IncomingMessage) => string | undefined): (request: IncomingMessage) => string {
  // Whose socket has closed already has no address.
  return (request) => of(request) ?? 'gone';
}
