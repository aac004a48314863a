import type { Brought, CachedKind, CachedRead, Item, Lifetimes } from '../../../src/platform/cache/index.ts';
import { listTag, type Tag, tagOf, upstreamScope } from '../../../src/platform/cache/index.ts';
import { UpstreamError } from '../../../src/platform/errors.ts';
import type { CallScope } from '../../../src/platform/operation.ts';

/** A thing as the made-up platform shows it to someone. */
export interface Thing {
  readonly id: string;
  readonly whose: string;
  readonly version: number;
}

/** One call to the platform. */
export interface Call {
  readonly whose: string;
  readonly ids: readonly string[];
  readonly scope: CallScope;
}

/** Nothing is asked for twice while the clock stands; the windows lie far enough apart to be told from each other. */
export const LIFETIMES: Lifetimes = { freshMs: 60_000, staleMs: 60_000, staleIfErrorMs: 600_000, absentMs: 10_000 };

const SYSTEM = 'DYNAMIC_PLANNER';

/** The tag of a made-up thing. */
export const thingTag = (id: string): Tag => tagOf(SYSTEM, 'thing', id);
/** The tag of all lists of such things. */
export const THINGS: Tag = listTag(SYSTEM, 'thing');

/** A platform of made-up things, which can be changed, held up and broken. */
export class Platform {
  /** Every call, in the order in which they began. */
  readonly calls: Call[] = [];
  /** Ids of things that do not exist. */
  readonly absent = new Set<string>();
  /** What every call fails with from now on. */
  failure: UpstreamError | undefined;
  readonly #versions = new Map<string, number>();
  #held: (() => void)[] = [];
  #isHolding = false;

  /** What a thing is worth now. */
  version(id: string): number {
    return this.#versions.get(id) ?? 0;
  }

  change(id: string): void {
    this.#versions.set(id, this.version(id) + 1);
  }

  /** From now on calls look at what there is, and then hang. */
  hold(): void {
    this.#isHolding = true;
  }

  /** How many calls hang. */
  get held(): number {
    return this.#held.length;
  }

  /** Lets one of the hanging calls answer with what it saw. */
  release(index = 0): void {
    this.#held.splice(index, 1)[0]?.();
  }

  /** Lets all answer, and holds no more. */
  releaseAll(): void {
    this.#isHolding = false;
    for (const go of this.#held.splice(0)) go();
  }

  async read(whose: string, ids: readonly string[], scope: CallScope): Promise<(Thing | null)[]> {
    this.calls.push({ whose, ids, scope });
    const failure = this.failure;
    const seen = ids.map((id) => (this.absent.has(id) ? null : { id, whose, version: this.version(id) }));
    if (this.#isHolding) await this.#hang(scope.signal);
    if (failure !== undefined) throw failure;
    return seen;
  }

  /** Hangs until it is released, or nobody waits any more. */
  #hang(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#held.push(resolve);
      signal.addEventListener('abort', () => {
        this.#held = this.#held.filter((go) => go !== resolve);
        reject(signal.reason);
      });
    });
  }
}

/** How a thing is kept for someone. */
export const kindOf = (whose: string, lifetimes = LIFETIMES): CachedKind => ({
  scope: upstreamScope(SYSTEM, whose),
  resource: 'things',
  lifetimes,
});

/** Reads things by id, as a platform shows them to someone. */
export function things(platform: Platform, whose = 'own', lifetimes = LIFETIMES): CachedRead<Thing | null> {
  return {
    ...kindOf(whose, lifetimes),
    system: SYSTEM,
    kind: 'things',
    tagsOf: (id) => [thingTag(id), THINGS],
    read: async (ids, scope): Promise<Brought<Thing | null>> => {
      const found = await platform.read(whose, ids, scope);
      return { values: new Map(ids.map((id, index) => [id, item(found[index] ?? null, id)])) };
    },
  };
}

/** Reads lists of things by their members, joined by commas; every member can then be found by its own id. */
export function lists(platform: Platform, whose = 'own', lifetimes = LIFETIMES): CachedRead<readonly Thing[]> {
  return {
    ...kindOf(whose, lifetimes),
    resource: 'things[]',
    system: SYSTEM,
    kind: 'things',
    tagsOf: () => [THINGS],
    read: async ([list = ''], scope): Promise<Brought<readonly Thing[]>> => {
      const found = (await platform.read(whose, list.split(','), scope)).filter((thing) => thing !== null);
      const tags = [THINGS, ...found.map(({ id }) => thingTag(id))];
      const of = kindOf(whose, lifetimes);
      return {
        values: new Map([[list, { value: found, tags, bytes: 100 * found.length }]]),
        along: found.map((thing) => ({ ...item(thing, thing.id), id: thing.id, of })),
      };
    },
  };
}

const item = <T>(value: T, id: string): Item<T> => ({ value, tags: [thingTag(id)], bytes: 100 });

export const failing = (code: ConstructorParameters<typeof UpstreamError>[0]): UpstreamError =>
  new UpstreamError(code, { system: SYSTEM }, 'is not well.');
