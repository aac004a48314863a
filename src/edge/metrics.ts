import type { FastifyInstance } from 'fastify';
import { assertScopes } from '../guard/scopes/index.ts';
import { CodedError } from '../platform/errors.ts';
import type { Metrics } from '../platform/metrics.ts';
import { refuse } from './doors.ts';

/**
 * `/metrics` in Prometheus' text format, for who holds `metrics:read`. It is one of the doors for local programs: without an admission it
 * is such a one that asks.
 */
export async function metricsDoor(app: FastifyInstance, { metrics }: { metrics: Metrics }): Promise<void> {
  app.get('/metrics', async ({ admission }, reply) => {
    try {
      if (admission !== null) assertScopes(admission.caller, '/metrics', [['metrics:read']]);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      metrics.refused(error.code);
      return refuse(reply, error);
    }
    return reply
      .header('content-type', metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.text());
  });
}
