import { type UpstreamError, upstreamErrorOf } from '../../platform/errors.ts';
import { wantedSubscriptions } from '../../sources/dynamic-planner/contract-webhooks.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { EventSubscriptionModel, EventTopicModel } from './model.ts';
import { plannrUrl } from './plannr-registration.ts';
import { dynamicPlannerUrl } from './registration.ts';

const DYNAMIC_PLANNER = { system: 'DYNAMIC_PLANNER' } as const;
const PLANNR = { system: 'PLANNR' } as const;

/** What several platforms gave, and what kept some of them from giving theirs. */
export interface Gathered<T> {
  /** Null where no platform that was asked gave anything. */
  readonly items: readonly T[] | null;
  readonly problems: readonly UpstreamError[];
}

/** Who may be told of the platforms' subscriptions. */
export interface SubscriptionVisibility {
  readonly everything: boolean;
  readonly plannrAlone: boolean;
}

/**
 * What the platforms can tell of: those topics first that a platform lists, then those that are wanted and that it did not list.
 * @param plannrEvents the events that Plannr is asked for: it lists none
 */
export async function topicsOf(
  operation: SourcedOperation,
  plannrEvents: readonly string[],
): Promise<Gathered<EventTopicModel>> {
  const { dynamicPlanner, plannr } = operation.sources;
  const ofPlannr =
    plannr === null ? [] : plannrEvents.map((topic) => ({ ...PLANNR, topic, description: null, isWanted: true }));
  if (dynamicPlanner === null) return { items: ofPlannr, problems: [] };
  const subscriptions = [...wantedSubscriptions(dynamicPlanner.contract.webhooks).values()];
  const wanted = new Set(subscriptions.map(({ topic }) => topic));
  const listed = await settled(operation.waves.run(() => dynamicPlanner.pubsub.topics(operation)));
  const known = 'problem' in listed ? [] : listed.items;
  const names = new Set(known.map(({ name }) => name));
  return {
    items: [
      ...known.map(({ name, description }) => ({
        ...DYNAMIC_PLANNER,
        topic: name,
        description,
        isWanted: wanted.has(name),
      })),
      // What is wanted is known without the platform.
      ...[...wanted]
        .filter((topic) => !names.has(topic))
        .map((topic) => ({ ...DYNAMIC_PLANNER, topic, description: null, isWanted: true })),
      ...ofPlannr,
    ],
    problems: 'problem' in listed ? [listed.problem] : [],
  };
}

/**
 * The subscriptions that the platforms have, whoever made them. They are the firm's and no unit's: Dynamic Planner's are for callers who see
 * everything, Plannr's also for those who see who is in Plannr alone.
 * @param publicUrl the gateway's own address; null where the platforms do not know it
 * @returns null items for callers who may be told of none
 */
export async function subscriptionsOf(
  operation: SourcedOperation,
  visible: SubscriptionVisibility,
  publicUrl: string | null,
): Promise<Gathered<EventSubscriptionModel>> {
  const { dynamicPlanner, plannr } = operation.sources;
  const ofDynamicPlanner = async (): Promise<EventSubscriptionModel[]> =>
    ((await dynamicPlanner?.pubsub.subscriptions(operation)) ?? []).map(({ id, topic, callbackUrl, status }) => ({
      ...DYNAMIC_PLANNER,
      id,
      topics: topic === null ? [] : [topic],
      isActive: status === null ? null : status.toLowerCase() === 'active',
      ...addressOf(callbackUrl, publicUrl === null ? null : dynamicPlannerUrl(publicUrl, id)),
    }));
  const ofPlannr = async (): Promise<EventSubscriptionModel[]> =>
    ((await plannr?.webhooks.list(operation)) ?? []).map(({ uuid, url, events }) => ({
      ...PLANNR,
      id: uuid,
      topics: events,
      isActive: null,
      ...addressOf(url, publicUrl === null ? null : plannrUrl(publicUrl)),
    }));
  const asked = [
    ...(dynamicPlanner !== null && visible.everything ? [ofDynamicPlanner] : []),
    ...(plannr !== null && visible.plannrAlone ? [ofPlannr] : []),
  ];
  const parts = await Promise.all(asked.map((read) => settled(operation.waves.run(read))));
  const given = parts.flatMap((part) => ('problem' in part ? [] : [part.items]));
  return {
    items: given.length === 0 ? null : given.flat(),
    problems: parts.flatMap((part) => ('problem' in part ? [part.problem] : [])),
  };
}

/**
 * Where a subscription posts. Of what is not ours the host alone is told: other programs' addresses are often secrets in themselves, not
 * only in their query but in the path (`/hooks/<token>`).
 */
function addressOf(url: string | null, own: string | null): Pick<EventSubscriptionModel, 'url' | 'isOurs'> {
  if (url !== null && url === own) return { url: hrefOf(url), isOurs: true };
  return { url: url === null ? null : (httpUrl(url)?.origin ?? null), isOurs: false };
}

/** An address without what may be secret in it. */
function hrefOf(url: string): string | null {
  const parsed = httpUrl(url);
  return parsed === null ? null : `${parsed.origin}${parsed.pathname}`;
}

function httpUrl(url: string): URL | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && ['http:', 'https:'].includes(parsed.protocol) ? parsed : null;
}

async function settled<T>(read: Promise<readonly T[]>): Promise<{ items: readonly T[] } | { problem: UpstreamError }> {
  try {
    return { items: await read };
  } catch (error) {
    return { problem: upstreamErrorOf(error) };
  }
}
