import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Sockets that may wait to be let in. Who means well says who asks at once: it is the others who wait long. */
const MOST_WAITING = 1_000;
/** What one of them may send until it is let in, in bytes, framing included: as much as HTTP takes of headers, and to spare. */
const MOST_BYTES = 64 * 1024;

/**
 * Sockets of those who have not said who they are, or were refused and stay. They cost nobody's share of connections, so they are few and
 * may say little; where one too many comes, the one that has waited longest goes.
 */
export class Waiting {
  readonly #sockets = new Set<WebSocket>();
  readonly #most: number;

  constructor(most = MOST_WAITING) {
    this.#most = most;
  }

  /** @param stream the socket's own @returns told that it waits no more */
  add(socket: WebSocket, stream: Duplex): () => void {
    const [oldest] = this.#sockets;
    if (this.#sockets.size >= this.#most && oldest !== undefined) {
      this.#sockets.delete(oldest);
      oldest.terminate();
    }
    this.#sockets.add(socket);
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) socket.terminate();
    };
    stream.on('data', count);
    const done = (): void => {
      this.#sockets.delete(socket);
      stream.off('data', count);
    };
    socket.once('close', done);
    return done;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Ends them all. */
  end(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
