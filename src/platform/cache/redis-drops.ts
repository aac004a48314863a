import { randomUUID } from 'node:crypto';
import { inTurns, type Patience } from '../patience.ts';
import type { Redis } from '../redis.ts';
import { type DropLog, Drops } from './drops.ts';
import type { Tag } from './tags.ts';

/** One hash tells the position and the mark of the last drop; one stream has the last drops by their positions. */
const META = 'wealthgraph:drops:position';
const STREAM = 'wealthgraph:drops';
/** Drops that are known one by one; who was away for longer trusts nothing from before. */
const MOST_DROPS = 10_000;
/** How long a drop waits until all nodes can see it, and when it is tried again after that, in milliseconds. */
const DROP_WAIT_MS = 1_000;
const RETRY_MS = 500;

/**
 * Where Redis has lost the sequence, or has gone back behind what a node has seen (a replica that was promoted), even if others have come
 * in the place of what was lost, which the marks tell, it begins anew, at the time
 * of day in milliseconds: that is behind every position before, as long as there is less than one drop in a millisecond. So no position
 * ever comes twice, and all that was kept before is behind what is known.
 */
const ANEW = `
local function anew(seen, mark)
  local time = redis.call('TIME')
  local position = math.max(time[1] * 1000 + math.floor(time[2] / 1000), seen + 1)
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'position', string.format('%.0f', position), 'mark', mark)
  return position, mark
end
`;

/** What was dropped behind a position. KEYS: META, STREAM. ARGV: the position seen, its mark, a new mark. */
const SYNC = `
${ANEW}
local seen = tonumber(ARGV[1])
local known = redis.call('HMGET', KEYS[1], 'position', 'mark')
local position, mark = tonumber(known[1] or '-1'), known[2] or ''
local found = {}
if position > seen then found = redis.call('XRANGE', KEYS[2], string.format('%.0f-0', seen), '+') end
local markThere = position == seen and mark or ARGV[2]
if found[1] and found[1][1] == string.format('%.0f-0', seen) then markThere = table.remove(found, 1)[2][4] end
if position < seen or position < 0 or markThere ~= ARGV[2] then
  position, mark = anew(seen, ARGV[3])
  found = {}
end
local drops = {}
for _, entry in ipairs(found) do drops[#drops + 1] = {entry[1], entry[2][2]} end
return {position, mark, drops}
`;

/** Adds a drop. KEYS: META, STREAM. ARGV: the tags as JSON, how many drops are kept, its mark. */
const DROP = `
${ANEW}
if redis.call('HEXISTS', KEYS[1], 'position') == 0 then anew(0, ARGV[3]) end
local position = redis.call('HINCRBY', KEYS[1], 'position', 1)
redis.call('HSET', KEYS[1], 'mark', ARGV[3])
local id = string.format('%.0f-0', position)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], id, 'tags', ARGV[1], 'mark', ARGV[3])
return position
`;

/** The drop log of all nodes that share a Redis. @param waitMs how long a drop waits for Redis before it goes on behind its caller */
export function redisDropLog(redis: Redis, patience: Patience): DropLog {
  const drops = new Drops();
  const stopped = new AbortController();
  /** Of the last drop seen. */
  let mark = '';
  let unsent = 0;
  let next: { readonly tags: Set<Tag>; readonly sent: Promise<void> } | undefined;
  let sending: Promise<void> = Promise.resolve();
  let queued: Promise<number | null> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const ask = async (): Promise<number | null> => {
    try {
      const reply = await patience.ask(() =>
        redis.eval(SYNC, { keys: [META, STREAM], arguments: [String(drops.position), mark, randomUUID()] }),
      );
      const [position, nowMark, found] = reply as [number, string, [id: string, tags: string][]];
      mark = nowMark;
      if (position > drops.position) {
        const entries = found.map(([id, tags]) => [Number.parseInt(id, 10), JSON.parse(tags) as string[]] as const);
        // What lies between the last position seen and the first that is still known may have been anything.
        const first = entries[0]?.[0] ?? position + 1;
        if (first > drops.position + 1) drops.forgetBefore(first - 1);
        for (const [at, tags] of entries) drops.note(at, tags);
      }
      // A drop of this node that Redis does not have yet has no position to compare with.
      return unsent > 0 ? null : drops.position;
    } catch {
      return null;
    }
  };

  const send = async (tags: ReadonlySet<Tag>): Promise<void> => {
    while (!stopped.signal.aborted) {
      const members = [JSON.stringify([...tags]), String(MOST_DROPS), randomUUID()];
      try {
        await patience.insist(() => redis.eval(DROP, { keys: [META, STREAM], arguments: members }));
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  };

  /** Drops that come while one is being sent leave together behind it. */
  const batch = (): NonNullable<typeof next> => {
    const tags = new Set<Tag>();
    unsent += 1;
    sending = sending.then(async () => {
      next = undefined;
      await send(tags);
      unsent -= 1;
    });
    return { tags, sent: sending };
  };

  return {
    drops,
    /** One question for all who ask at once; but never an answer to a question that was under way before. */
    sync() {
      queued ??= running.then(() => {
        queued = undefined;
        const asked = ask();
        running = asked;
        return asked;
      });
      return queued;
    },
    async drop(tags) {
      next ??= batch();
      for (const tag of tags) next.tags.add(tag);
      await inTurns(next.sent, DROP_WAIT_MS).catch(() => undefined);
    },
    stop: () => stopped.abort(),
  };
}
