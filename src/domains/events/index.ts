import {
  decodeCursor,
  encodeCursor,
  ForeignPosition,
  type LogEntry,
  type Position,
} from '../../platform/events/index.ts';
import type { Connection } from '../../platform/relay/connection.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import type { PlatformEvent } from '../../sources/event.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { EventFeed } from './feed.ts';
import { type EventFilter, fitting, type Links } from './filter.ts';
import { Follower } from './follower.ts';
import type { EventModel, EventSubscriptionModel, EventTopicModel } from './model.ts';
import { type Gathered, subscriptionsOf, topicsOf } from './upstream.ts';

/** Entries that are read at once, and that one operation looks through at most: few of them may be the caller's. */
const STRIDE = 200;
const MOST_READ = 10_000;

/** What keeping events takes. */
export interface KeepOptions {
  readonly events: EventFeed;
  /** Where the platforms post to this gateway, without a slash at its end; null where they do not know it. */
  readonly eventAddress: () => string | null;
  /** The events that Plannr is asked for. */
  readonly plannrEvents: readonly string[];
}

/** What events need of the other domains. */
export interface EventNeeds {
  readonly organisation: {
    visibility(): Promise<{
      readonly everything: boolean;
      readonly byPlatform: boolean;
      readonly plannrAlone: boolean;
      includes(unitId: string | null): boolean;
    }>;
  };
  readonly clients: { byRef(ref: Ref): Promise<{ readonly ref: Ref } | null> };
  readonly plans: { byRef(ref: Ref): Promise<{ readonly ref: Ref } | null> };
}

export const keep = ({ events, eventAddress, plannrEvents }: KeepOptions) => ({
  feed: events,
  address: eventAddress,
  plannrEvents,
});

/** The position in a cursor that a caller gives. @throws ForeignPosition where it is none */
function positionIn(cursor: string): Position {
  const position = decodeCursor(cursor);
  if (position === undefined) throw new ForeignPosition();
  return position;
}

/** The platforms' events, as far as the caller may see them. */
export function open(
  operation: SourcedOperation,
  kept: { events: ReturnType<typeof keep>; clients: Links | null },
  needs: EventNeeds,
) {
  // The log grows without a word.
  operation.reads?.leaveOut();
  const { clients, plans, organisation } = needs;

  const anyClient = async ({ system, clientIds }: PlatformEvent): Promise<{ readonly ref: Ref } | null> => {
    const found = await Promise.all(clientIds.map((id) => clients.byRef({ system, id })));
    return found.find((client) => client !== null) ?? null;
  };

  /** Whether the caller may know of an event: by its unit where it names one, else by whom or what it concerns. */
  const isVisible = async (event: PlatformEvent): Promise<boolean> => {
    const visible = await organisation.visibility();
    if (visible.everything) return true;
    const { system, organisationUnitId, planId } = event;
    if (organisationUnitId !== null && !visible.byPlatform) return visible.includes(organisationUnitId);
    if ((await anyClient(event)) !== null) return true;
    if (event.clientIds.length > 0) return false;
    if (planId !== null) return (await plans.byRef({ system, id: planId })) !== null;
    return visible.plannrAlone && !visible.byPlatform;
  };

  return {
    /** The event, null where the caller may not know of it. */
    seen: async ({ position, value }: LogEntry<PlatformEvent>): Promise<EventModel | null> =>
      (await isVisible(value)) ? { cursor: encodeCursor(position), event: value } : null,

    /** The first client that it concerns and that the caller may see. */
    clientRef: async ({ event }: EventModel): Promise<Ref | null> => (await anyClient(event))?.ref ?? null,

    /** The plan that it concerns. */
    planRef: ({ event: { system, planId } }: EventModel): Ref | null =>
      planId === null ? null : { system, id: planId },

    /**
     * The events that fit, from now on or from behind a cursor on. Who may see each is not judged here: it can change while they are
     * followed.
     * @throws BadInput; TrimmedAway where what follows the cursor is not kept any more; LogUnavailable
     */
    follow: (filter: EventFilter, after: string | null): Promise<Follower> =>
      follow(kept.events.feed, fitting(filter, kept.clients), after),

    /** What the platforms can tell of. */
    topics: (): Promise<Gathered<EventTopicModel>> => topicsOf(operation, kept.events.plannrEvents),

    /** The subscriptions that the platforms have, as far as the caller may be told of them. */
    subscriptions: async (): Promise<Gathered<EventSubscriptionModel>> =>
      subscriptionsOf(operation, await organisation.visibility(), kept.events.address()),

    /** A page of the log, oldest first. @throws BadInput; TrimmedAway where what follows the cursor is not kept any more */
    async page(
      topics: readonly string[] | null,
      args: Pick<PageArguments, 'first' | 'after'>,
    ): Promise<Connection<EventModel>> {
      const { count, from } = pageRequest(args);
      const wanted = topics === null ? null : new Set(topics);
      const found: EventModel[] = [];
      let after = from === null ? null : positionIn(from);
      // Looked up first: what comes meanwhile is for the next page.
      const start = after ?? (await kept.events.feed.log.bounds()).last;
      let more = true;
      for (let read = 0; more && found.length <= count && read < MOST_READ; read += STRIDE) {
        const entries: readonly LogEntry<PlatformEvent>[] = await kept.events.feed.log.read(after, STRIDE);
        more = entries.length === STRIDE;
        const fits = entries.filter(({ value }) => wanted === null || wanted.has(value.topic));
        const seen = await Promise.all(fits.map(({ value }) => isVisible(value)));
        found.push(
          ...fits
            .filter((_, index) => seen[index])
            .map(({ position, value }) => ({ cursor: encodeCursor(position), event: value })),
        );
        after = entries.at(-1)?.position ?? after;
      }
      const nodes = found.slice(0, count);
      // Where little of the log is the caller's, the next page goes on where this one stopped looking.
      const end = found.length > count ? nodes.at(-1)?.cursor : encodeCursor(after ?? start);
      return {
        edges: nodes.map((node) => ({ cursor: node.cursor, node })),
        nodes,
        pageInfo: {
          hasNextPage: () => found.length > count || more,
          hasPreviousPage: () => from !== null,
          startCursor: nodes[0]?.cursor ?? null,
          endCursor: end ?? from,
        },
        totalCount: () => null,
        missing: [],
        problems: [],
      };
    },
  };
}

/** Holds nothing of the operation that began it: it may go on for days. */
async function follow(feed: EventFeed, fits: ReturnType<typeof fitting>, after: string | null) {
  const position = after === null ? (await feed.log.bounds()).last : positionIn(after);
  // What is wrong with the cursor is told now, not with the first event.
  if (after !== null) await feed.log.read(position, 1);
  return new Follower(feed, position, ({ value }) => fits(value));
}
