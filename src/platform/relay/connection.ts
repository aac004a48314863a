import type { UpstreamError } from '../errors.ts';
import type { System } from '../system.ts';
import { decodeCursor, encodeCursor, lazyHash, type Place } from './cursor.ts';
import { type PageArguments, pageRequest } from './window.ts';

type Lazy<T> = () => T | Promise<T>;

/** A page of a list in Relay's shape. What costs calls of its own is worked out only when it is selected. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: Lazy<boolean>;
    readonly hasPreviousPage: Lazy<boolean>;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: Lazy<number | null>;
  readonly missing: readonly System[];
  /** Why platforms are missing: to be reported beside the page, one error each. */
  readonly problems: readonly UpstreamError[];
}

/** What a page found, before it takes Relay's shape. */
export interface PageFound<T> {
  readonly entries: readonly { readonly place: Place; readonly node: T }[];
  readonly hasNextPage: Lazy<boolean>;
  readonly hasPreviousPage: Lazy<boolean>;
  readonly totalCount: Lazy<number | null>;
  readonly problems?: readonly UpstreamError[];
}

/** Gives a page Relay's shape; cursors are made where they are selected. @param hash the list's, from listHash */
export function connection<T>(hash: () => string, found: PageFound<T>): Connection<T> {
  const problems = found.problems ?? [];
  const { entries } = found;
  const cursor = (entry: { readonly place: Place } | undefined): string | null =>
    entry === undefined ? null : encodeCursor(hash(), entry.place);
  return {
    get edges() {
      return entries.map(({ place, node }) => ({ cursor: encodeCursor(hash(), place), node }));
    },
    nodes: entries.map(({ node }) => node),
    pageInfo: {
      hasNextPage: found.hasNextPage,
      hasPreviousPage: found.hasPreviousPage,
      get startCursor() {
        return cursor(entries[0]);
      },
      get endCursor() {
        return cursor(entries.at(-1));
      },
    },
    totalCount: found.totalCount,
    missing: [...new Set(problems.map((problem) => problem.system))],
    problems,
  };
}

/**
 * A page of a list that is wholly at hand.
 * @param list what the list is and its filter: a cursor of another list is refused
 * @param problems what could not be asked; the total is then unknown
 */
export function connectionOf<T>(
  list: { name: string; filter?: unknown },
  nodes: readonly T[],
  args: PageArguments,
  problems: readonly UpstreamError[] = [],
): Connection<T> {
  const hash = lazyHash(list.name, list.filter ?? null);
  const { count, backward, from } = pageRequest(args);
  const at = from === null ? null : decodeCursor(hash(), from).position;
  const limit = Math.min(at ?? nodes.length, nodes.length);
  const start = backward ? Math.max(0, limit - count) : at === null ? 0 : at + 1;
  const end = backward ? limit : Math.min(start + count, nodes.length);
  return connection(hash, {
    entries: nodes.slice(start, end).map((node, index) => ({ place: { section: 0, position: start + index }, node })),
    hasNextPage: () => end < nodes.length,
    hasPreviousPage: () => start > 0,
    totalCount: () => (problems.length > 0 ? null : nodes.length),
    problems,
  });
}
