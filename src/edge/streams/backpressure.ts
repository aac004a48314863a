import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What may wait to be sent on one socket before nothing more is read from it, in bytes. */
export const MOST_UNSENT = 1024 * 1024;

/**
 * Reads no more from a caller who asks and does not take the answers: also what costs nothing to ask (pings, refusals) fills memory. It goes
 * on when all is out; one that takes nothing is ended by what asks whether it is still there.
 */
export function readNoFasterThanSent(socket: WebSocket, stream: Duplex): void {
  socket.on('message', () => {
    if (socket.isPaused || socket.bufferedAmount <= MOST_UNSENT) return;
    socket.pause();
    stream.once('drain', () => socket.resume());
  });
}
