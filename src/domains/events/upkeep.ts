import { Kept } from '../../platform/kept.ts';
import type { Log } from '../../platform/log.ts';
import type { Notes } from '../../platform/notes.ts';
import type { CallScope } from '../../platform/operation.ts';
import { wantedSubscriptions } from '../../sources/dynamic-planner/contract-webhooks.ts';
import type { DynamicPlanner } from '../../sources/dynamic-planner/index.ts';
import type { ReceivedEvent } from '../../sources/event.ts';
import type { Plannr } from '../../sources/plannr/index.ts';
import { catchUp } from './catch-up.ts';
import { plannrUrl, registerWithPlannr } from './plannr-registration.ts';
import { registerWithDynamicPlanner } from './registration.ts';
import { ToldSecrets } from './told-secrets.ts';

/** A platform whose events are wanted. */
export interface EventPlatform<S> {
  readonly source: S;
  /** The secrets that were set; the first is the one to register with. */
  readonly secrets: () => readonly string[];
}

/** What looking after the platforms' subscriptions takes. */
export interface EventUpkeepOptions {
  /** The gateway's own address, without a slash at its end; null where the platforms do not know it. */
  readonly publicUrl: string | null;
  readonly dynamicPlanner: EventPlatform<Pick<DynamicPlanner, 'contract' | 'hasServiceAccount' | 'pubsub'>> | null;
  readonly plannr: (EventPlatform<Pick<Plannr, 'webhooks'>> & { readonly events: readonly string[] }) | null;
  readonly accept: (events: readonly ReceivedEvent[]) => Promise<void>;
  readonly notes: Notes;
  readonly background: () => CallScope;
  /** How long the log keeps events, in milliseconds. */
  readonly keepMs: number;
  /** From one time to the next, in milliseconds; after a failure it comes sooner. */
  readonly everyMs: number;
  readonly log: Log;
}

/** Keeps the subscriptions as they are to be, and the log without gaps. */
export interface EventUpkeep {
  /** Takes what Plannr told an earlier run or another node, so that its events are accepted before the first round. Never fails. */
  recall(): Promise<void>;
  /** Begins, and says what can't be done. @returns when it was done for the first time, well or not */
  start(): Promise<void>;
  /** Does it now, or joins what is under way. */
  refresh(): Promise<void>;
  stop(): void;
  /** What Plannr signs with: what was set, and what it told when the gateway registered. */
  plannrSecrets(): readonly string[];
}

/** Registration first, then the history: so nothing falls in between. */
export function eventUpkeep(options: EventUpkeepOptions): EventUpkeep {
  const { publicUrl, plannr, accept, notes, background, keepMs, everyMs, log } = options;
  const dynamicPlanner = options.dynamicPlanner?.source.hasServiceAccount ? options.dynamicPlanner : null;
  const hasSecret = (options.dynamicPlanner?.secrets().length ?? 0) > 0;
  const readHistory =
    dynamicPlanner && catchUp({ pubsub: dynamicPlanner.source.pubsub, background, accept, notes, keepMs });
  const told = plannr === null || publicUrl === null ? null : new ToldSecrets(notes, plannrUrl(publicUrl));
  let isStopped = false;

  const ofDynamicPlanner = async (): Promise<void> => {
    // Without an address or a secret nobody waits for events: then no call is made for them either.
    if (dynamicPlanner === null || (publicUrl === null && !hasSecret)) return;
    const { pubsub, contract } = dynamicPlanner.source;
    const wanted = wantedSubscriptions(contract.webhooks);
    const present = await pubsub.subscriptions(background());
    const [secret] = dynamicPlanner.secrets();
    const isRegistering = publicUrl !== null && secret !== undefined;
    const registered = isRegistering
      ? registerWithDynamicPlanner(dynamicPlanner.source, present, wanted, secret, {
          publicUrl,
          background,
          notes,
          log,
        })
      : Promise.resolve();
    // What could not be registered is told of, but must not keep back what the others have missed.
    const [failure] = await Promise.allSettled([registered]);
    const there = new Set(present.map(({ id }) => id));
    const isThere = (id: string): boolean => there.has(id) || (isRegistering && failure.status === 'fulfilled');
    await readHistory?.([...wanted.keys()].filter(isThere));
    if (failure.status === 'rejected') throw failure.reason;
  };

  const ofPlannr = async (): Promise<void> => {
    if (plannr === null || publicUrl === null || told === null) return;
    const { source, events, secrets } = plannr;
    await registerWithPlannr(source, { publicUrl, events, told, hasSecret: secrets().length > 0, background, log });
  };

  const kept = new Kept<true>({
    load: async () => {
      const results = await Promise.allSettled([ofDynamicPlanner(), ofPlannr()]);
      const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      // What is cut off at the end is no failure.
      for (const err of isStopped ? [] : failures) log.warn({ err }, "the platforms' events could not be looked after");
      if (failures.length > 0) throw failures[0];
      return true;
    },
    refreshMs: everyMs,
    // Each failure was logged when it was seen.
    onError: () => {},
  });

  return {
    // What can't be read now is read in the first round.
    recall: async () => told?.recall().catch(() => {}),
    async start() {
      for (const reason of notDone(options, hasSecret))
        log.info({ reason }, 'no subscriptions to events are registered');
      if (publicUrl !== null || hasSecret) await kept.start();
    },
    refresh: () => (publicUrl !== null || hasSecret ? kept.refresh() : Promise.resolve()),
    stop() {
      isStopped = true;
      kept.stop();
    },
    plannrSecrets: () => [...new Set([...(plannr?.secrets() ?? []), ...(told?.all() ?? [])])],
  };
}

/** Why nothing is registered, where it is not. */
function notDone({ publicUrl, dynamicPlanner }: EventUpkeepOptions, hasSecret: boolean): string[] {
  if (publicUrl === null) return ['PUBLIC_URL is not set'];
  if (dynamicPlanner === null) return [];
  if (!dynamicPlanner.source.hasServiceAccount) return ['Dynamic Planner: there is no service account (DP_CLIENT_ID)'];
  return hasSecret ? [] : ['Dynamic Planner: DP_WEBHOOK_SECRET is not set'];
}
