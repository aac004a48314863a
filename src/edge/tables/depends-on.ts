import type { FastifyReply } from 'fastify';

/** Says which headers of the request an answer depends on, beside those that are said already: CORS names `Origin`. */
export function dependsOn(reply: FastifyReply, headers: string): void {
  const said = reply.getHeader('vary');
  void reply.header('vary', said === undefined ? headers : `${said}, ${headers}`);
}
