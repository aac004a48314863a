import type { RouteTable } from '../server/route.ts';
import type { Platform } from '../server/serve.ts';
import { accountRoutes } from './accounts.ts';
import { checkAccess, LOGINS_PATH, logins, RateLimit } from './auth.ts';
import type { PlannrContext, PlannrTell } from './context.ts';
import { errorBody } from './errors.ts';
import { planRoutes } from './plans.ts';
import { pager } from './query.ts';
import type { PlannrStore } from './store.ts';
import { valuationRoutes } from './valuations.ts';
import { webhookRoutes } from './webhooks.ts';

/** The platform's behaviour and routes over a store. `ratePerMinute`: null for no limit; `baseUrl`: for page links. */
export function plannr(
  store: PlannrStore,
  tell: PlannrTell,
  pageCap: number,
  ratePerMinute: number | null,
  baseUrl: () => string,
): { platform: Platform; routes: RouteTable } {
  const context: PlannrContext = { store, page: pager(pageCap, baseUrl), tell };
  const limit = new RateLimit(ratePerMinute);
  return {
    platform: {
      guard: (call) => {
        limit.count();
        checkAccess(call);
      },
      headers: () => limit.headers(),
      error: errorBody,
    },
    routes: {
      [`GET ${LOGINS_PATH}`]: logins,
      ...accountRoutes(context),
      ...planRoutes(context),
      ...valuationRoutes(context),
      ...webhookRoutes(context),
    },
  };
}
