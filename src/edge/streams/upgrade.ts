import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';

/** Header fields of an offer to change protocols; the others are those of the request itself. */
const OF_THE_OFFER: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/** Whether a request asks to change to WebSocket. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Answers a request as if it did not offer another protocol, which a server may pass over (RFC 9110 section 7.8): some clients offer HTTP/2
 * on every first request, bodies and all. Node asks whoever listens for upgrades about all of them.
 */
export function passOver(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (OF_THE_OFFER.has(lower)) continue;
    lines.push(`${name}: ${lower === 'connection' ? withoutOffer(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options
    .filter((option) => option.toLowerCase() !== 'upgrade' && !OF_THE_OFFER.has(option.toLowerCase()))
    .join(', ');
}

/** Answers a request to upgrade with a line of HTTP, and ends the connection. */
export function refuseUpgrade(socket: Duplex, line: string): void {
  socket.on('error', () => socket.destroy());
  // Nobody reads what still comes: without this the other side could keep it open for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Why a request to upgrade is not taken, as a line of HTTP; null where it is. @param isFull no connection is taken now */
export function refusalOf(request: IncomingMessage, corsOrigins: readonly string[], isFull: boolean): string | null {
  const path = (request.url ?? '').split('?')[0];
  if (path !== '/graphql') return '404 Not Found';
  if (!isAllowedOrigin(request, corsOrigins)) return '403 Forbidden';
  // Nothing else is spoken here; a socket that could say nothing is not opened.
  if (handleProtocols(request.headers['sec-websocket-protocol'] ?? '') === false) return '400 Bad Request';
  return isFull ? '503 Service Unavailable' : null;
}

/** A browser tells which page connects, and no browser asks first, as it does for HTTP of other origins (RFC 6455 section 10.2). */
export function isAllowedOrigin({ headers }: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
