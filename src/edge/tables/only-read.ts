import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Refuses every method that would write at these URLs, before a body is read: whatever stands in it, nothing is written. */
export function refuseWrites(
  app: FastifyInstance,
  urls: readonly string[],
  refuse: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  for (const url of urls)
    app.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url, onRequest: refuse, handler: refuse });
}
