import { OutOfTime } from '../deadline.ts';
import { type ErrorCode, UpstreamError } from '../errors.ts';
import type { CacheOutcome } from '../observer.ts';
import type { CallScope } from '../operation.ts';
import type { System } from '../system.ts';
import type { Drops } from './drops.ts';
import type { Entry } from './entry.ts';
import { Flight } from './flight.ts';
import { type CachedRead, keyOf } from './read.ts';
import type { CacheKey } from './scope.ts';
import type { Tag } from './tags.ts';

/** What a read brought: for every id an entry, or why it can't be had; and what belongs to none of them. */
export interface Landed {
  readonly entries: ReadonlyMap<string, Entry | UpstreamError>;
  readonly loose: readonly unknown[];
}

/** How a read ends that had too little time, or that nobody waited for. */
const ENDED_EARLY: ReadonlySet<ErrorCode> = new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);

type Fill = (
  scope: CallScope,
  read: CachedRead<unknown>,
  ids: readonly string[],
  fence: number | null,
) => Promise<Landed>;

/** The reads under way: however many ask for one thing at once, it is read once. */
export class Flights {
  readonly #drops: Drops;
  readonly #fill: Fill;
  readonly #flights = new Map<CacheKey, Flight<Landed>>();

  constructor(drops: Drops, fill: Fill) {
    this.#drops = drops;
    this.#fill = fill;
  }

  /** Whether something is being read. */
  has(key: CacheKey): boolean {
    return this.#flights.has(key);
  }

  /** Joins what is under way, and begins to read the rest. @param fence null where nobody can tell what was dropped */
  async land(
    scope: CallScope,
    read: CachedRead<unknown>,
    ids: readonly string[],
    fence: number | null,
  ): Promise<[Landed, CacheOutcome][]> {
    const joined = new Map<Flight<Landed>, string[]>();
    const own: string[] = [];
    for (const id of ids) {
      const flight = this.#flights.get(keyOf(read, id));
      const fits = flight !== undefined && !flight.isCancelled && this.#suits(flight, read.tagsOf(id), fence);
      if (fits) joined.set(flight, [...(joined.get(flight) ?? []), id]);
      else own.push(id);
    }
    const begun = own.length === 0 ? undefined : this.begin(scope, read, own, fence);
    const landings = [...joined].map(async ([flight, some]): Promise<[Landed, CacheOutcome][]> => {
      const landed = await landedOr(flight, scope, read.system, some);
      const isAnothers = failedInTime(landed) && (flight.isCancelled || flight.wasPressedMoreThan(scope));
      if (!isAnothers || scope.signal.aborted)
        return [[{ entries: only(landed.entries, some), loose: landed.loose }, 'shared']];
      for (const id of some) this.#forget(keyOf(read, id), flight);
      return this.land(scope, read, some, fence);
    });
    if (begun !== undefined)
      landings.push(landedOr(begun, scope, read.system, own).then((landed) => [[landed, 'miss']]));
    return (await Promise.all(landings)).flat();
  }

  /** Begins to read; who asks for the same meanwhile joins. */
  begin(scope: CallScope, read: CachedRead<unknown>, ids: readonly string[], fence: number | null): Flight<Landed> {
    const keys = ids.map((id) => keyOf(read, id));
    // Where no read under way can be joined, those who come meanwhile share the next one.
    const before = fence === null ? keys.flatMap((key) => this.#flights.get(key) ?? []) : [];
    const fill = (shared: CallScope): Promise<Landed> => this.#fill(shared, read, ids, fence);
    const flight = new Flight<Landed>(scope, fence, fill, [...new Set(before)]);
    for (const key of keys) this.#flights.set(key, flight);
    void flight.settled().then(() => {
      for (const key of keys) this.#forget(key, flight);
    });
    return flight;
  }

  /** What began before a drop must not be given to who asks behind it; nor what has begun at all, where drops are not known. */
  #suits(flight: Flight<Landed>, tags: readonly Tag[], fence: number | null): boolean {
    if (fence === null) return !flight.hasBegun;
    return flight.fence !== null && this.#drops.holdsKinds(flight.fence, tags);
  }

  #forget(key: CacheKey, flight: Flight<Landed>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

/** What a flight brings to one who waits; where it fails, the failure stands at each id. What is no failure of a platform is thrown on. */
async function landedOr(
  flight: Flight<Landed>,
  scope: CallScope,
  system: System,
  ids: readonly string[],
): Promise<Landed> {
  const failed = (error: UpstreamError): Landed => ({ entries: new Map(ids.map((id) => [id, error])), loose: [] });
  const { traceId } = scope;
  try {
    return await flight.join(scope);
  } catch (error) {
    if (error instanceof UpstreamError) return failed(error);
    if (error instanceof OutOfTime)
      return failed(new UpstreamError('UPSTREAM_TIMEOUT', { system, traceId }, 'did not answer in time.'));
    if (scope.signal.aborted || flight.isCancelled)
      return failed(new UpstreamError('UPSTREAM_UNAVAILABLE', { system, traceId }, 'was not waited for.'));
    throw error;
  }
}

function failedInTime({ entries }: Landed): boolean {
  return [...entries.values()].some((one) => one instanceof UpstreamError && ENDED_EARLY.has(one.code));
}

function only(entries: Landed['entries'], ids: readonly string[]): Landed['entries'] {
  return new Map(
    ids.flatMap((id) => {
      const one = entries.get(id);
      return one === undefined ? [] : [[id, one]];
    }),
  );
}
