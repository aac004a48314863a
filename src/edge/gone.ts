import type { FastifyReply } from 'fastify';

/** Aborted when the caller closed the connection before the answer was out. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const left = (): void => {
    if (!reply.raw.writableFinished) gone.abort();
  };
  // What has closed already says so no more.
  if (reply.raw.destroyed) left();
  else reply.raw.once('close', left);
  return gone.signal;
}
