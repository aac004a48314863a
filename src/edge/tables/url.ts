import type { FastifyRequest } from 'fastify';

/** A host and a port, as a `Host` header may have them (RFC 9110, section 7.2). */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

/** Tells under which address a caller knows the gateway: that which is set, else where the request came to. */
export function urlBy(publicUrl: string | undefined): (request: FastifyRequest) => string {
  return ({ protocol, host, socket }) =>
    publicUrl ?? `${protocol}://${HOST.test(host) ? host : `localhost:${socket.localPort}`}`;
}

/** The path of a request's URL, and what follows its "?", both as they were sent. */
export function splitUrl(url: string): readonly [path: string, search: string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}
