import { hash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { within } from '../../platform/deadline.ts';
import { CodedError } from '../../platform/errors.ts';

/** What a budget takes. */
export interface BudgetOptions {
  /** Points that one caller may spend in a minute. */
  readonly pointsPerMinute: number;
  /**
   * A connected client of `@redis/client` 5 (or `redis` 5), by which all nodes share the budget; best with `disableOfflineQueue`. Without
   * one, each node counts for itself.
   */
  readonly redis?: unknown;
  /** How long Redis is waited for, in milliseconds. */
  readonly redisTimeoutMs?: number;
  /** Told when Redis could not be asked, at most once a second. */
  readonly onError?: (error: unknown) => void;
}

/** What is left after spending. */
export interface Spent {
  readonly remaining: number;
  /** Milliseconds until the budget is whole again. */
  readonly resetMs: number;
}

/** Points per caller and minute. The minute begins with a caller's first operation. */
export interface Budget {
  /**
   * Spends points; what is refused spends none.
   * @param callerKeys who spends, or several budgets that must all have the points; only their hashes leave the process
   * @param cost points, rounded up
   * @throws CodedError BUDGET_EXCEEDED, with `retryAfter` in whole seconds in its details
   */
  spend(callerKeys: string | readonly string[], cost: number): Promise<Spent>;
}

const MINUTE_S = 60;

/** How long Redis is left alone after it failed, in milliseconds. */
const REST_MS = 1_000;

/**
 * Adds the points where they fit, all in one step, and tells what stands there then, or would. The library's own script adds in any case,
 * so that one operation that is too dear would use up what is left for others.
 */
const SPEND = `
local spent = tonumber(redis.call('get', KEYS[1]) or '0') + tonumber(ARGV[1])
local ttl = redis.call('pttl', KEYS[1])
if spent <= tonumber(ARGV[3]) then
  redis.call('set', KEYS[1], spent, 'PX', ttl > 0 and ttl or 1000 * ARGV[2])
end
return {spent, ttl > 0 and ttl or 1000 * ARGV[2]}
`;

type Consume = (key: string, points: number) => Promise<RateLimiterRes>;

/** A budget in memory, or in Redis with memory behind it: while Redis fails, each node counts for itself. */
export function createBudget({ pointsPerMinute, redis, redisTimeoutMs = 50, onError }: BudgetOptions): Budget {
  const common = { points: pointsPerMinute, duration: MINUTE_S, keyPrefix: 'wealthgraph:budget' };
  const memory = inMemory(new RateLimiterMemory(common));
  const shared = redis === undefined ? undefined : inRedis(common, redis, redisTimeoutMs);
  const consume = shared === undefined ? memory : withInsurance(shared, memory, onError ?? (() => {}));
  return {
    async spend(callerKeys, cost) {
      const points = Math.max(0, Math.ceil(cost));
      const spent: { readonly key: string; readonly left: RateLimiterRes }[] = [];
      try {
        for (const key of [callerKeys].flat().map(hashOf)) spent.push({ key, left: await consume(key, points) });
      } catch (error) {
        for (const { key } of spent) await consume(key, -points);
        if (error instanceof RateLimiterRes) throw exceeded(cost, pointsPerMinute, error);
        throw error;
      }
      const [least] = spent.map(({ left }) => left).sort((a, b) => a.remainingPoints - b.remainingPoints);
      return { remaining: least?.remainingPoints ?? 0, resetMs: least?.msBeforeNext ?? 0 };
    },
  };
}

function hashOf(callerKey: string): string {
  return hash('sha256', callerKey, 'base64url');
}

/** One after another, so that nothing comes between looking and spending. */
function inMemory(limiter: RateLimiterMemory): Consume {
  let last: Promise<unknown> = Promise.resolve();
  const attempt: Consume = async (key, points) => {
    const { consumedPoints, msBeforeNext } = (await limiter.get(key)) ?? new RateLimiterRes(0, limiter.msDuration, 0);
    if (consumedPoints + points <= limiter.points) return limiter.consume(key, points);
    throw new RateLimiterRes(0, msBeforeNext, consumedPoints + points);
  };
  return (key, points) => {
    const spent = last.then(() => attempt(key, points));
    last = spent.catch(() => {});
    return spent;
  };
}

function inRedis(
  common: { points: number; duration: number; keyPrefix: string },
  client: unknown,
  timeoutMs: number,
): Consume {
  const limiter = new RateLimiterRedis({
    ...common,
    storeClient: client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    customIncrTtlLuaScript: SPEND,
  });
  return async (key, points) => {
    const result = await within(limiter.consume(key, points), timeoutMs);
    if (Number.isFinite(result.consumedPoints) && Number.isFinite(result.msBeforeNext)) return result;
    throw new TypeError('Redis did not answer with numbers');
  };
}

/** Asks the first, and the second where the first fails or does not answer; then leaves the first alone for a moment. */
function withInsurance(first: Consume, second: Consume, onError: (error: unknown) => void): Consume {
  let restUntil = 0;
  return async (key, points) => {
    if (performance.now() < restUntil) return second(key, points);
    try {
      return await first(key, points);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      restUntil = performance.now() + REST_MS;
      onError(error);
      return second(key, points);
    }
  };
}

function exceeded(cost: number, pointsPerMinute: number, { msBeforeNext }: RateLimiterRes): CodedError {
  const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  const figures = `${Math.ceil(cost).toLocaleString('en-GB')} points, and ${pointsPerMinute.toLocaleString('en-GB')} may be spent in a minute`;
  return new CodedError(
    'BUDGET_EXCEEDED',
    cost > pointsPerMinute
      ? `The operation costs ${figures}: it can't be run. Ask for less at once.`
      : `The operation costs ${figures}, of which too few are left. Try again in ${retryAfter} seconds, or ask for less.`,
    { measured: Math.ceil(cost), limit: pointsPerMinute, retryAfter },
  );
}
