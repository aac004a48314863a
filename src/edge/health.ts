import type { FastifyInstance } from 'fastify';

/** `/health/live`: the process answers. `/health/ready`: what is loaded at the start is there, and it is not shutting down. */
export async function healthDoor(app: FastifyInstance, { isReady }: { isReady: () => boolean }): Promise<void> {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
}
