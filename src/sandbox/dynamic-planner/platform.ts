import { randomUUID } from 'node:crypto';
import type { RouteTable } from '../server/route.ts';
import type { Platform } from '../server/serve.ts';
import { Auth, TOKEN_PATH } from './auth.ts';
import { clientRoutes } from './clients.ts';
import type { DpContext } from './context.ts';
import { documentRoutes } from './documents.ts';
import { errorBody } from './errors.ts';
import type { Tell } from './events.ts';
import { financeRoutes } from './finances.ts';
import { organisationRoutes } from './organisation.ts';
import { profilingRoutes } from './profiling.ts';
import { pubsubRoutes } from './pubsub.ts';
import { pager } from './query.ts';
import { relationshipRoutes } from './relationships.ts';
import type { DpStore } from './store.ts';
import { valuationRoutes } from './valuations.ts';

/** The platform's behaviour and routes over a store. `pageCap`: items a page at most. */
export function dynamicPlanner(
  store: DpStore,
  tell: Tell,
  pageCap: number,
  tokenLifetimeSeconds: number,
): { platform: Platform; routes: RouteTable; expireTokens: () => void } {
  const auth = new Auth(tokenLifetimeSeconds);
  const context: DpContext = { store, page: pager(pageCap), tell };
  return {
    platform: {
      guard: (call) => auth.check(call),
      headers: (call) => ({
        'x-dt-requestid': randomUUID(),
        'x-dt-traceid': call.headers['x-dt-traceid'] ?? randomUUID(),
      }),
      error: errorBody,
    },
    routes: {
      [`POST ${TOKEN_PATH}`]: (call) => auth.token(call),
      ...clientRoutes(context),
      ...relationshipRoutes(context),
      ...organisationRoutes(context),
      ...documentRoutes(context),
      ...financeRoutes(context),
      ...valuationRoutes(context),
      ...profilingRoutes(context),
      ...pubsubRoutes(context),
    },
    expireTokens: () => auth.expireAll(),
  };
}
