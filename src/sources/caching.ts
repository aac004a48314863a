import { hash } from 'node:crypto';
import {
  type Answer,
  type Brought,
  type Cache,
  type CachedKind,
  type CachedRead,
  type Lifetimes,
  type LifetimesByPace,
  type Pace,
  type UpstreamScope,
  upstreamScope,
} from '../platform/cache/index.ts';
import type { CallScope } from '../platform/operation.ts';
import type { System } from '../platform/system.ts';

/** The cache that sources read through, and how long things are good. */
export interface CacheUse {
  readonly cache: Cache;
  readonly lifetimes: LifetimesByPace;
}

/** What is read, as the cache has to know it. */
export interface Reading<T> extends Pick<CachedRead<T>, 'resource' | 'kind' | 'tagsOf' | 'read'> {
  readonly pace: Pace;
}

/** One platform's way through the cache, or past it where there is none. */
export class SourceCache {
  readonly #system: System;
  readonly #use: CacheUse | null;
  readonly #identity: readonly string[];
  /** What is read with the gateway's own token. */
  readonly #own: UpstreamScope;

  /** @param identity what the platform's answers depend on besides the caller's token: address, account, contract */
  constructor(system: System, use: CacheUse | null, identity: readonly string[]) {
    this.#system = system;
    this.#use = use;
    this.#identity = identity;
    this.#own = this.#scopeOf('own');
  }

  #scopeOf(whose: string): UpstreamScope {
    return upstreamScope(this.#system, ...this.#identity, whose);
  }

  /** Whether anything is kept at all. */
  get isKeeping(): boolean {
    return this.#use !== null;
  }

  /** Reads things by their ids, each at most once at a time. */
  async many<T>(call: CallScope, { pace, ...reading }: Reading<T>, ids: readonly string[]): Promise<Answer<T>> {
    if (ids.length === 0) return { values: new Map(), loose: [] };
    if (this.#use === null) return plain(await reading.read(ids, call));
    const kind = this.kind(call, reading.resource, pace);
    return this.#use.cache.many(call, { ...reading, ...kind, system: this.#system }, ids);
  }

  /** What something is kept as that comes along with another read. */
  kind(call: CallScope, resource: string, pace: Pace): CachedKind {
    const { upstreamToken } = call;
    const lifetimes = this.#use?.lifetimes[pace] ?? NEVER;
    return {
      scope: upstreamToken === undefined ? this.#own : this.#scopeOf(hash('sha256', upstreamToken, 'base64url')),
      resource,
      // What a token could read must not outlive the token by more than it must.
      lifetimes: upstreamToken === undefined ? lifetimes : { ...lifetimes, staleMs: 0, staleIfErrorMs: 0 },
    };
  }
}

const NEVER: Lifetimes = { freshMs: 0, staleMs: 0, staleIfErrorMs: 0, absentMs: 0 };

function plain<T>({ values, loose = [] }: Brought<T>): Answer<T> {
  return {
    values: new Map([...values].map(([id, one]) => [id, one instanceof Error ? one : one.value])),
    loose,
  };
}
