import type { FastifyRequest } from 'fastify';

/** A host and a port, as a `Host` header may have them (RFC 9110, section 7.2). */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

/** Tells under which address a caller knows the gateway: that which is set, else where the request came to. */
export function urlBy(publicUrl: string | undefined): (request: FastifyRequest) => string {
  return ({ protocol, host, socket }) =>
    publicUrl ?? `${protocol}://${HOST.test(host) ? host : `localhost:${socket.localPort}`}`;
}
