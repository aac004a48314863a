import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A subscription as a test follows it: what has come so far, and how it ended. */
export interface Followed {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
  readonly got: { data?: any; errors?: readonly { message: string; extensions?: Record<string, unknown> }[] }[];
  /** What it ended with: nothing, an error of GraphQL, or the event of the socket's end. */
  readonly ended: Promise<unknown>;
  hasEnded: boolean;
  stop(): void;
}

/** A client over WebSocket that does not come back by itself. */
export function connect(url: string, connectionParams: Record<string, unknown> = {}, headers = {}): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    // The gateway may listen on one of the two families only.
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    },
    connectionParams,
    retryAttempts: 0,
    lazy: true,
  });
}

/** Follows a subscription on a client. */
export function follow(client: Client, query: string, variables: Record<string, unknown> = {}): Followed {
  const got: Followed['got'] = [];
  let stop = (): void => {};
  const followed = { got, hasEnded: false, stop: () => stop() };
  const ended = new Promise<unknown>((resolve) => {
    const end = (why: unknown): void => {
      followed.hasEnded = true;
      resolve(why);
    };
    stop = client.subscribe(
      { query, variables },
      { next: (value) => void got.push(value as never), error: end, complete: () => end(undefined) },
    );
  });
  return Object.assign(followed, { ended });
}

/** How a socket ended: its close code and reason. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A socket that speaks the protocol by hand. */
export interface RawSocket {
  readonly socket: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the gateway says.
  readonly messages: any[];
  readonly closed: Promise<Closed>;
  send(message: unknown): void;
  /** Whether the gateway let it in. */
  acknowledged(): boolean;
}

/** Opens a socket and says who asks; nothing more is done by itself. */
export async function rawSocket(
  url: string,
  { init = {}, headers = {} }: { init?: object | null; headers?: Record<string, string> } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const messages: { type?: string }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  const send = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  if (init !== null) send({ type: 'connection_init', payload: init });
  return { socket, messages, closed, send, acknowledged: () => messages.some(({ type }) => type === 'connection_ack') };
}

/** How many subscriptions are open on a gateway, as its figures have it. */
export async function openSubscriptions(
  { url }: { readonly url: string },
  headers: Record<string, string> = {},
): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^wealthgraph_subscriptions (\d+)$/m.exec(text)?.[1]);
}
