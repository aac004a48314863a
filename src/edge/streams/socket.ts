import type { WebSocket } from 'ws';

/** Silence after which a connection is asked whether it is still there, and how long it has to say so, in milliseconds. */
const PING_MS = 15_000;
/** The longest reason that is given, in bytes: a close frame has room for 123 (RFC 6455 section 5.5). */
const REASON_BYTES = 120;

/** Resolves when it is out, or never can be: a socket that fails has closed, and is told of there. */
export function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    return socket.send(text, () => resolve());
  });
}

/**
 * Ends a socket that says nothing when it is asked. One that is still taking what was sent before is there: it has not come to the question
 * yet.
 * @returns stops asking
 */
export function pinging(socket: WebSocket): () => void {
  let isThere = true;
  let unsent = 0;
  socket.on('pong', () => {
    isThere = true;
  });
  const timer = setInterval(() => {
    const isTaking = unsent > 0 && socket.bufferedAmount < unsent;
    unsent = socket.bufferedAmount;
    if (!isThere && !isTaking) return socket.terminate();
    isThere = false;
    return socket.ping();
  }, PING_MS).unref();
  return () => clearInterval(timer);
}

/** Counts what messages hold while they are taken. @returns null where one more would hold too much */
export function holding(most: number): (size: number, take: () => Promise<void>) => Promise<void> | null {
  let held = 0;
  return (size, take) => {
    if (held + size > most) return null;
    held += size;
    return take().finally(() => {
      held -= size;
    });
  };
}

/** A reason that fits into a close frame; some quote what the caller sent. */
export function shortReason(reason = ''): string {
  return Buffer.from(reason).subarray(0, REASON_BYTES).toString();
}
