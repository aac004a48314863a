import { createHash, randomUUID } from 'node:crypto';
import { Patience } from '../patience.ts';
import type { Redis } from '../redis.ts';
import { allowed, type Plan, type Rate, type RateLimiter, RateWindow, WINDOW_MS, type Wish } from './rate-window.ts';

/** What sharing a rate takes. */
export interface SharedRateOptions extends Rate {
  readonly redis: Pick<Redis, 'eval' | 'zRem'>;
  /** By what the platform counts: its account, or token. Only a hash of it leaves the process. */
  readonly account: string;
  /** Told when Redis could not be asked, at most once a second. */
  readonly onError: (error: unknown) => void;
  /** How long Redis is waited for, in milliseconds. Default 50. */
  readonly redisTimeoutMs?: number;
}

/**
 * Plans a call among those of all nodes, by Redis's own clock, all in one step. Arguments: how many are allowed in a window, the window,
 * the wait that the node's own calls ask for, the longest wait, and a name for the call. Gives whether it is planned, and the wait.
 */
const PLAN = `
local limit, window, own, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local wait = own
local first = redis.call('ZRANGE', KEYS[1], -limit, -limit, 'WITHSCORES')
if first[2] and redis.call('ZCARD', KEYS[1]) >= limit then wait = math.max(wait, first[2] + window - now) end
if wait > most then return {0, wait} end
redis.call('ZADD', KEYS[1], now + wait, ARGV[5])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[1], last[2] - now + window)
return {1, wait}
`;

/**
 * A limiter that all nodes share. Each also keeps to the rate by itself, so that a call never costs more than a bounded wait for Redis, and
 * what was sent still counts when Redis is lost. While it is, each node has the whole rate.
 */
export function createSharedRateLimiter(options: SharedRateOptions): RateLimiter {
  const { redis, account, windowMs = WINDOW_MS } = options;
  const window = new RateWindow(options);
  const patience = new Patience({ waitMs: options.redisTimeoutMs ?? 50, onError: options.onError });
  const key = `wealthgraph:rate:${createHash('sha256').update(account).digest('base64url')}`;
  const shared = async (wish: Wish, ownMs: number, name: string): Promise<[isPlanned: boolean, waitMs: number]> => {
    const figures = [allowed(options, wish), windowMs, Math.ceil(ownMs), Math.floor(wish.mostMs)].map(String);
    const answer: unknown = await redis.eval(PLAN, { keys: [key], arguments: [...figures, name] });
    const [planned, waitMs] = Array.isArray(answer) ? answer : [];
    if (typeof planned === 'number' && typeof waitMs === 'number') return [planned === 1, waitMs];
    throw new TypeError('Redis did not answer with numbers');
  };
  return {
    async plan(wish): Promise<Plan> {
      const own = window.plan(wish);
      if (own.at === null) return { isPlanned: false, waitMs: own.waitMs };
      const name = randomUUID();
      try {
        const [isPlanned, waitMs] = await patience.ask(() => shared(wish, own.waitMs, name));
        if (!isPlanned) {
          window.cancel(own.at);
          return { isPlanned, waitMs };
        }
        const at = window.postpone(own.at, waitMs - own.waitMs);
        const cancel = () => {
          window.cancel(at);
          void redis.zRem(key, name).catch(() => {});
        };
        return { isPlanned, waitMs, cancel };
      } catch {
        const { at, waitMs } = own;
        return { isPlanned: true, waitMs, cancel: () => window.cancel(at) };
      }
    },
  };
}
