import type { Dispatcher } from 'undici';
import type { PlannrSettings, Settings } from '../config/index.ts';
import { createSharedRateLimiter } from '../platform/http/rate-shared.ts';
import { createRateLimiter, type RateLimiter } from '../platform/http/rate-window.ts';
import { createStack } from '../platform/http/stack.ts';
import { createPool } from '../platform/http/transport.ts';
import type { Log } from '../platform/log.ts';
import type { Redis } from '../platform/redis.ts';
import type { System } from '../platform/system.ts';
import type { CacheUse } from '../sources/caching.ts';
import type { DynamicPlannerContract } from '../sources/dynamic-planner/contract.ts';
import { createDynamicPlanner } from '../sources/dynamic-planner/index.ts';
import type { Sources } from '../sources/index.ts';
import { createPlannr } from '../sources/plannr/index.ts';

/**
 * Connections to one host beyond those that calls take turns for: the token endpoint may stand there too, and its calls take none. Documents
 * under way have connections of their own besides: a download gives its turn back when it begins.
 */
const SPARE_CONNECTIONS = 8;

/** What the platforms are reached by. */
export interface PlatformParts {
  readonly settings: Settings;
  readonly contract: DynamicPlannerContract;
  readonly redis: Redis | undefined;
  readonly cache: CacheUse | null;
  readonly log: Log;
}

/** The configured platforms, each behind its HTTP stack, over one pool of connections. */
export function openPlatforms({ settings, contract, redis, cache, log }: PlatformParts) {
  const pool: Dispatcher = createPool({
    connections: settings.upstream.concurrency + SPARE_CONNECTIONS + settings.documents.atOnce,
  });
  const { dynamicPlanner: dp, plannr } = settings;
  const stackOf = (system: System, rateLimiter?: RateLimiter) =>
    createStack({
      ...settings.upstream,
      system,
      pool,
      rateLimiter,
      onBreaker: ({ domain, state }) => log.warn({ system, domain, state }, 'a circuit breaker has changed'),
    });
  const stacks = {
    dynamicPlanner: stackOf('DYNAMIC_PLANNER'),
    plannr: stackOf('PLANNR', plannr && plannrRate(plannr, settings.redisTimeoutMs, redis, log)),
  };
  const sources: Sources = {
    dynamicPlanner: dp
      ? createDynamicPlanner({
          baseUrl: dp.baseUrl,
          credentials: dp.serviceAccount
            ? {
                tokenUrl: dp.tokenUrl,
                clientId: dp.serviceAccount.clientId,
                clientSecret: () => dp.serviceAccount?.clientSecret.reveal() ?? '',
                scope: dp.serviceAccount.scope,
              }
            : null,
          subscriptionKey: () => dp.subscriptionKey.reveal(),
          contract,
          stack: stacks.dynamicPlanner,
          cache,
        })
      : null,
    plannr: plannr
      ? createPlannr({
          baseUrl: plannr.baseUrl,
          accessToken: () => plannr.accessToken.reveal(),
          accountUuid: plannr.accountUuid,
          stack: stacks.plannr,
          cache,
        })
      : null,
  };
  return { sources, stacks: Object.values(stacks), stop: () => pool.destroy() };
}

/** Plannr's rate: of all nodes together where they have a Redis. */
function plannrRate(plannr: PlannrSettings, redisTimeoutMs: number, redis: Redis | undefined, log: Log): RateLimiter {
  const perMinute = plannr.ratePerMinute;
  if (redis === undefined) return createRateLimiter({ perMinute });
  const onError = () => log.warn("Plannr's rate is kept by this node alone while Redis can not be reached");
  return createSharedRateLimiter({ perMinute, redis, redisTimeoutMs, account: plannr.accessToken.reveal(), onError });
}
