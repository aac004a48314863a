import type { UpstreamError } from '../errors.ts';
import type { CallScope } from '../operation.ts';
import type { System } from '../system.ts';
import type { Lifetimes } from './entry.ts';
import { type CacheKey, cacheKey, type UpstreamScope } from './scope.ts';
import type { Tag } from './tags.ts';

/** What something is kept as. */
export interface CachedKind {
  /** Whose view of the platform it is. */
  readonly scope: UpstreamScope;
  /** What it is and what it comes with: `finances+cashflows`. */
  readonly resource: string;
  readonly lifetimes: Lifetimes;
}

/** A value that was read, with the tags of everything in it and about what it takes, in bytes of JSON. */
export interface Item<T> {
  readonly value: T;
  readonly tags: readonly Tag[];
  readonly bytes: number;
}

/** What one read brought. */
export interface Brought<T> {
  /** By id, for every id that was asked for: a value (null is kept as absent), or why it can't be had. */
  readonly values: ReadonlyMap<string, Item<T> | UpstreamError>;
  /** What came and belongs to none of the ids. While there is some, nothing of this read is kept: it would not be there the next time. */
  readonly loose?: readonly unknown[];
  /** Other things that came along, and can be found by their own ids. */
  readonly along?: readonly (Item<unknown> & { readonly of: CachedKind; readonly id: string })[];
}

/** A read of things of one kind by id, through the cache. */
export interface CachedRead<T> extends CachedKind {
  readonly system: System;
  /** The resource without what it comes with, for measures. */
  readonly kind: string;
  /** Tags that an id's entry will have, as far as they are known before it is read. */
  readonly tagsOf: (id: string) => readonly Tag[];
  /** Asks the platform. @throws UpstreamError where nothing can be had */
  readonly read: (ids: readonly string[], scope: CallScope) => Promise<Brought<T>>;
}

/** What a read through the cache gives: for every id a value, or why it can't be had. */
export interface Answer<T> {
  readonly values: ReadonlyMap<string, T | UpstreamError>;
  readonly loose: readonly unknown[];
}

/** The key of one thing of a kind. */
export function keyOf({ scope, resource }: CachedKind, id: string): CacheKey {
  return cacheKey(scope, resource, id);
}
