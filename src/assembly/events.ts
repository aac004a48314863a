import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import { EventFeed } from '../domains/events/feed.ts';
import { createIntake } from '../domains/events/intake.ts';
import { dynamicPlannerSenders, plannrSender } from '../domains/events/senders.ts';
import { type EventUpkeep, eventUpkeep } from '../domains/events/upkeep.ts';
import type { WebhookOptions } from '../edge/webhooks.ts';
import type { Cache, Tag } from '../platform/cache/index.ts';
import { openEmbeddedLog, redisLog } from '../platform/events/index.ts';
import type { Log } from '../platform/log.ts';
import { fileNotes, type Notes, redisNotes } from '../platform/notes.ts';
import type { CallScope } from '../platform/operation.ts';
import type { Redis } from '../platform/redis.ts';
import type { DynamicPlannerContract } from '../sources/dynamic-planner/contract.ts';
import type { PlatformEvent, ReceivedEvent } from '../sources/event.ts';
import type { Sources } from '../sources/index.ts';

const DAY_MS = 86_400_000;
const MEGABYTE = 1_048_576;
const SECRET_BYTES = 32;

/** What events need of the other parts. */
export interface EventParts {
  readonly settings: Settings;
  readonly contract: DynamicPlannerContract;
  readonly redis: Redis | undefined;
  readonly cache: Cache;
  readonly sources: Sources;
  readonly background: () => CallScope;
  readonly log: Log;
}

/** The events as they are followed, their doors, and what looks after the platforms' subscriptions. */
export interface Events {
  readonly feed: EventFeed;
  readonly doors: WebhookOptions<unknown>;
  /** Where the platforms post to, without a slash at its end; null where they do not know the gateway. */
  address(): string | null;
  /** Begins to look after the subscriptions. @param ownUrl where the gateway listens; the sandbox posts there where PUBLIC_URL is not set */
  start(ownUrl: string): Promise<void>;
  refresh(): Promise<void>;
  /** Told of what was taken in. */
  onAccepted(listener: (events: readonly PlatformEvent[]) => void): void;
  stop(): Promise<void>;
}

/** @throws LogUnavailable where the log's file can't be had */
export async function openEvents(parts: EventParts): Promise<Events> {
  const { settings, contract, redis, cache, sources, background, log } = parts;
  const { webhooks, events, publicUrl } = settings;
  const isSandbox = settings.sandbox !== undefined;
  const eventLog = await openLog(settings, redis, log);
  const listeners: ((events: readonly PlatformEvent[]) => void)[] = [];
  const drop = (tags: readonly Tag[]): Promise<void> => cache.drop(tags);
  const feed = new EventFeed({
    log: eventLog,
    drop,
    onError: (error) => log.warn({ err: error }, 'the feed of events'),
  });
  const intake = createIntake({
    log: eventLog,
    drop,
    onAccepted: (accepted) => {
      for (const listener of listeners) listener(accepted);
    },
  });
  const made = randomBytes(SECRET_BYTES).toString('hex');
  const known = webhooks.dynamicPlannerSecrets.map((secret) => secret.reveal());
  // The sandbox is given a secret of this one run.
  const secrets = known.length === 0 && isSandbox ? [made] : known;
  const plannrSecrets = webhooks.plannrSecrets.map((secret) => secret.reveal());
  let address: string | null = publicUrl ?? null;
  const upkeepAt = (url: string | null): EventUpkeep =>
    eventUpkeep({
      publicUrl: url,
      dynamicPlanner: sources.dynamicPlanner && { source: sources.dynamicPlanner, secrets: () => secrets },
      plannr: sources.plannr && {
        source: sources.plannr,
        secrets: () => plannrSecrets,
        events: webhooks.plannrEvents,
      },
      accept: (received) => intake.accept(received),
      notes: notesOf(settings, redis),
      background,
      keepMs: events.keepDays * DAY_MS,
      everyMs: 1_000 * events.catchUpSeconds,
      log,
    });
  let upkeep = publicUrl === undefined ? undefined : upkeepAt(publicUrl);
  // Not waited for: Redis may not be there yet, and a file has long been read when the doors open.
  void upkeep?.recall();

  return {
    feed,
    address: () => address,
    doors: {
      dynamicPlanner: sources.dynamicPlanner && dynamicPlannerSenders(contract, () => secrets),
      plannr: sources.plannr && plannrSender('plannr', () => upkeep?.plannrSecrets() ?? plannrSecrets),
      // What the doors hand over is what the senders above have read.
      accept: (received) => intake.accept(received as readonly ReceivedEvent[]),
      bodyBytes: webhooks.bodyBytes,
    },
    onAccepted: (listener) => void listeners.push(listener),
    start(ownUrl) {
      address = publicUrl ?? (isSandbox ? ownUrl : null);
      upkeep ??= upkeepAt(address);
      return upkeep.start();
    },
    refresh: async () => upkeep?.refresh(),
    async stop() {
      upkeep?.stop();
      feed.stop();
      await eventLog.stop();
    },
  };
}

/** In Redis where there is one, of all nodes together; else in a file below DATA_DIR, of this one alone. */
async function openLog({ events, dataDir }: Settings, redis: Redis | undefined, log: Log) {
  const options = {
    retention: {
      maxAgeMs: events.keepDays * DAY_MS,
      maxEntries: events.keepMax,
      maxBytes: events.keepMegabytes * MEGABYTE,
    },
    onError: (error: unknown) => log.warn({ err: error }, 'the log of events'),
  };
  if (redis === undefined) return openEmbeddedLog<PlatformEvent>(join(dataDir, 'events'), options);
  return redisLog<PlatformEvent>(redis, {
    ...options,
    onWarning: (warning) => log.warn({ warning }, 'events can be lost'),
  });
}

function notesOf({ dataDir }: Settings, redis: Redis | undefined): Notes {
  return redis === undefined
    ? fileNotes(join(dataDir, 'events', 'notes.json'))
    : redisNotes(redis, 'wealthgraph:events:notes');
}
