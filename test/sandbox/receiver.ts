import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One delivery as it came in. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  raw: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  json: any;
}

/** Answers one delivery, in place of the usual 204. */
export type Reaction = (response: ServerResponse, received: Received) => void;

/** Someone who is called. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Answers of the next deliveries, used up one by one; `always` answers all the others. */
  readonly next: Reaction[];
  always: Reaction;
  stop(): Promise<void>;
}

/** For `expect.poll`: waits for what comes, and measures nothing. */
export const PATIENT = { timeout: 60_000, interval: 5 };

/** Answers with a status and nothing else. */
export function status(code: number, headers: Record<string, string> = {}): Reaction {
  return (response) => response.writeHead(code, headers).end();
}

/** Never answers. */
export const silence: Reaction = () => {};

/** Listens on loopback. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    // A body that breaks off is no delivery.
    const isWhole = await (async () => {
      for await (const part of request) parts.push(part as Buffer);
    })().then(
      () => true,
      () => false,
    );
    if (!isWhole) return;
    const raw = Buffer.concat(parts);
    const received = { path: request.url ?? '', headers: request.headers, raw, json: parsed(raw) };
    receiver.received.push(received);
    (receiver.next.shift() ?? receiver.always)(response, received);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    received: [],
    next: [],
    always: status(204),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** What the signature of these bytes must be. */
export function hmac(algorithm: string, secret: string, raw: Buffer): string {
  return createHmac(algorithm, secret).update(raw).digest('hex');
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}
