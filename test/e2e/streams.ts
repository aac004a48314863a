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
