import { parseIdOf, type Ref } from '../../platform/relay/ids.ts';
import type { System } from '../../platform/system.ts';
import type { PlatformEvent } from '../../sources/event.ts';

/** Which events are wanted; all where nothing is said. */
export interface EventFilter {
  /** In the platforms' words. */
  readonly topics?: readonly string[] | null | undefined;
  /** Global ids of clients. */
  readonly clientIds?: readonly string[] | null | undefined;
  readonly systems?: readonly System[] | null | undefined;
}

/** The link index as it is at the moment: which account is which person. */
export interface Links {
  readonly current: { clientOf(accountUuid: string): string | null } | undefined;
}

/**
 * Tells which events fit. A client is meant whichever of its platforms an event is of.
 * @param links null where there is one platform only
 * @throws BadInput where an id is not that of a client
 */
export function fitting(
  { topics, clientIds, systems }: EventFilter,
  links: Links | null,
): (event: PlatformEvent) => boolean {
  const wantedTopics = topics == null ? null : new Set(topics);
  const wantedSystems = systems == null ? null : new Set(systems);
  const wantedClients = clientIds?.map((id): Ref => refOf(id)) ?? null;
  return (event) => {
    if (wantedTopics !== null && !wantedTopics.has(event.topic)) return false;
    if (wantedSystems !== null && !wantedSystems.has(event.system)) return false;
    if (wantedClients === null) return true;
    const concerned = new Set(event.clientIds.map((id) => personOf({ system: event.system, id }, links)));
    return wantedClients.some((client) => concerned.has(personOf(client, links)));
  };
}

function refOf(id: string): Ref {
  const { system, parts } = parseIdOf('Client', id);
  return { system, id: parts[0] ?? '' };
}

/** One name for one person, whose account or record it may be. */
function personOf({ system, id }: Ref, links: Links | null): string {
  const person = system === 'PLANNR' ? links?.current?.clientOf(id) : null;
  return person == null ? `${system}:${id.toLowerCase()}` : `DYNAMIC_PLANNER:${person.toLowerCase()}`;
}
