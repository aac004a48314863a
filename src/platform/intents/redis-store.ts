import { randomUUID } from 'node:crypto';
import { within } from '../deadline.ts';
import type { Redis } from '../redis.ts';
import { isItem } from '../wire.ts';
import { type Found, type IntentStore, IntentsUnavailable, KEEP_MS } from './store.ts';

/** Whoever is at work says so so many times in this time, in milliseconds, and counts as gone when nothing was heard for all of it. */
const BEATS = 10;
const LEASE_MS = 10_000;

/** Looks, and writes down where there is none, in one step. The second key says who is at work on it. */
const BEGIN = `
local found = redis.call('get', KEYS[1])
if found then return {found, redis.call('exists', KEYS[2])} end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('set', KEYS[2], ARGV[3], 'PX', ARGV[4])
return nil
`;

/** Looks at both in one step: between two, the work could end, or begin. */
const LOOK = `
local found = redis.call('get', KEYS[1])
return found and {found, redis.call('exists', KEYS[2])}
`;

/** Goes on being at work on it, also where the lease ran out meanwhile. */
const BEAT = `
local who = redis.call('get', KEYS[2])
if not who or who == ARGV[1] then redis.call('set', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
return 1
`;

/** Ends the work: with another text, with none, or as it stands. */
const END = `
if ARGV[2] == 'settle' and redis.call('exists', KEYS[1]) == 1 then redis.call('set', KEYS[1], ARGV[3], 'KEEPTTL') end
if ARGV[2] == 'forget' then redis.call('del', KEYS[1]) end
if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('del', KEYS[2]) end
return 1
`;

/** How intents are kept in Redis. */
export interface RedisIntentsOptions {
  /** Longest wait for an answer, in milliseconds. */
  readonly waitMs?: number;
  /** What the keys begin with. */
  readonly prefix?: string;
  /** After so many milliseconds without a word, whoever is at work counts as gone. */
  readonly leaseMs?: number;
}

/**
 * The intents of all gateways that share a Redis. They are as durable as it is: with `appendfsync always` nothing is lost.
 */
export function redisIntents(
  redis: Redis,
  { waitMs = 2_000, prefix = 'wealthgraph:intent', leaseMs = LEASE_MS }: RedisIntentsOptions = {},
): IntentStore {
  const me = randomUUID();
  const beats = new Map<string, NodeJS.Timeout>();
  // One slot of a cluster for both.
  const keysOf = (id: string): string[] => [`${prefix}:{${id}}`, `${prefix}:{${id}}:at-work`];
  const ask = async (script: string, id: string, ...args: string[]): Promise<unknown> => {
    try {
      return await within(redis.eval(script, { keys: keysOf(id), arguments: args }), waitMs);
    } catch (error) {
      throw new IntentsUnavailable(error);
    }
  };
  const end = async (id: string, how: 'settle' | 'forget' | 'abandon', text = ''): Promise<void> => {
    clearInterval(beats.get(id));
    beats.delete(id);
    await ask(END, id, me, how, text);
  };
  /** What was to be sent, of those that this node is at work on: `settle` writes it again. */
  const inputs = new Map<string, string>();

  return {
    async begin(id, input) {
      const text = JSON.stringify({ input, result: null });
      const answer = await ask(BEGIN, id, text, String(KEEP_MS), me, String(leaseMs));
      if (Array.isArray(answer)) return foundIn(answer[0], answer[1] === 1);
      inputs.set(id, input);
      const beat = (): void => void ask(BEAT, id, me, String(leaseMs)).catch(() => undefined);
      beats.set(id, setInterval(beat, leaseMs / BEATS).unref());
      return null;
    },
    async find(id) {
      const answer = await ask(LOOK, id);
      return Array.isArray(answer) ? foundIn(answer[0], answer[1] === 1) : null;
    },
    settle: (id, result) =>
      end(id, 'settle', JSON.stringify({ input: inputs.get(id), result })).finally(() => inputs.delete(id)),
    forget: (id) => end(id, 'forget').finally(() => inputs.delete(id)),
    abandon: (id) => end(id, 'abandon').finally(() => inputs.delete(id)),
    async stop() {
      for (const timer of beats.values()) clearInterval(timer);
      beats.clear();
    },
  };
}

function foundIn(text: unknown, isAtWork: boolean): Found {
  const written: unknown = JSON.parse(String(text));
  if (!isItem(written) || typeof written.input !== 'string') throw new IntentsUnavailable();
  return { input: written.input, result: typeof written.result === 'string' ? written.result : null, isAtWork };
}
