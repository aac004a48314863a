import * as kind from './kinds.ts';
import type { Setting } from './setting.ts';

/** The settings of what the platforms tell by themselves. */
export const EVENT_SETTINGS = [
  {
    name: 'DP_WEBHOOK_SECRET',
    group: 'Events',
    kind: kind.secrets,
    secret: true,
    description:
      'What Dynamic Planner signs its events with: long and random. Several, separated by commas, are accepted while they change; the ' +
      'first is the one that subscriptions are registered with. Without it none is registered and none is accepted.',
  },
  {
    name: 'PLANNR_WEBHOOK_SECRET',
    group: 'Events',
    kind: kind.secrets,
    secret: true,
    description:
      'What Plannr signs its events with, separated by commas where there are several: the `signing_secret` of a webhook that was made by ' +
      'hand. Not needed where the gateway registers itself (PUBLIC_URL): it keeps the one that it is told then, in DATA_DIR or Redis.',
  },
  {
    name: 'PLANNR_EVENTS',
    group: 'Events',
    kind: kind.list,
    default:
      'account.created,account.updated,account.deleted,circle.created,circle.updated,circle.deleted,plan.created,plan.updated,plan.deleted',
    description:
      'The events that Plannr is asked to post, by name, separated by commas. Those of accounts, circles and plans keep the cache fresh; ' +
      'others (`task.completed`, `fact-find.completed`) pass through to subscribers. Unknown names are for the platform to refuse.',
  },
  {
    name: 'WEBHOOK_BODY_BYTES',
    group: 'Events',
    kind: kind.whole(1_000, 16_777_216),
    default: '262144',
    description: 'Largest body of an event, in bytes (1000 to 16777216).',
  },
  {
    name: 'EVENTS_KEEP_DAYS',
    group: 'Events',
    kind: kind.whole(1, 3_650),
    default: '30',
    description: 'How long events are kept, in days (1 to 3650), unless there are too many before.',
  },
  {
    name: 'EVENTS_KEEP_MAX',
    group: 'Events',
    kind: kind.whole(1, 1_000_000_000),
    default: '1000000',
    description: 'Most events that are kept (1 to 1000000000); the oldest go first.',
  },
  {
    name: 'EVENTS_KEEP_MB',
    group: 'Events',
    kind: kind.whole(1, 1_000_000),
    default: '1024',
    description:
      'Most megabytes of events that are kept (1 to 1000000), as JSON text; the oldest go first. The store needs up to three times as much.',
  },
  {
    name: 'EVENTS_CATCH_UP_SECONDS',
    group: 'Events',
    kind: kind.whole(1, 86_400),
    default: '300',
    description:
      "How often the platforms' subscriptions are looked after and Dynamic Planner's history is read for events that did not arrive, in " +
      'seconds (1 to 86400).',
  },
  {
    name: 'SUBSCRIPTIONS_MAX',
    group: 'Events',
    kind: kind.whole(1, 1_000_000),
    default: '20000',
    description:
      'Most connections that stay (WebSocket, server-sent events) of one node (1 to 1000000). Mind `ulimit -n`.',
  },
  {
    name: 'SUBSCRIPTIONS_PER_CALLER',
    group: 'Events',
    kind: kind.whole(1, 1_000_000),
    default: '1000',
    description: 'Most of them that one caller may have on one node (1 to 1000000).',
  },
  {
    name: 'SUBSCRIPTION_QUEUE',
    group: 'Events',
    kind: kind.whole(1, 1_000_000),
    default: '1000',
    description:
      'A connection is closed with 4408 and the cursor to go on from when so many events have arrived while its client took nothing ' +
      '(1 to 1000000).',
  },
  {
    name: 'SUBSCRIPTION_RECHECK_SECONDS',
    group: 'Events',
    kind: kind.whole(1, 3_600),
    default: '30',
    description:
      'How often it is looked whether the credential of a connection that stays would still be let in, in seconds (1 to 3600). A token that ' +
      'expires closes it at once.',
  },
] as const satisfies readonly Setting[];
