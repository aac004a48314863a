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
  const { entries } = found;
  const nodes = entries.map(({ node }) => node);
  return new Page(hash, nodes, (index) => entries[index]?.place, found);
}

/** A page: most are read for their nodes alone, so the rest is made when it is asked for. */
class Page<T> implements Connection<T> {
  readonly nodes: readonly T[];
  readonly problems: readonly UpstreamError[];
  readonly missing: readonly System[];
  readonly totalCount: Lazy<number | null>;
  readonly #hash: () => string;
  readonly #placeAt: (index: number) => Place | undefined;
  readonly #ends: Pick<PageFound<T>, 'hasNextPage' | 'hasPreviousPage'>;

  /** @param placeAt the place of a node by its index in the page */
  constructor(
    hash: () => string,
    nodes: readonly T[],
    placeAt: (index: number) => Place | undefined,
    found: Omit<PageFound<T>, 'entries'>,
  ) {
    this.nodes = nodes;
    this.problems = found.problems ?? [];
    this.missing = [...new Set(this.problems.map((problem) => problem.system))];
    this.totalCount = found.totalCount;
    this.#hash = hash;
    this.#placeAt = placeAt;
    this.#ends = found;
  }

  get edges(): Connection<T>['edges'] {
    return this.nodes.map((node, index) => ({ cursor: this.#cursor(index) ?? '', node }));
  }

  get pageInfo(): Connection<T>['pageInfo'] {
    const { hasNextPage, hasPreviousPage } = this.#ends;
    const cursor = (index: number) => this.#cursor(index);
    const last = this.nodes.length - 1;
    return {
      hasNextPage,
      hasPreviousPage,
      get startCursor() {
        return cursor(0);
      },
      get endCursor() {
        return cursor(last);
      },
    };
  }

  #cursor(index: number): string | null {
    const place = this.#placeAt(index);
    return place === undefined ? null : encodeCursor(this.#hash(), place);
  }
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
  return new Page(
    hash,
    start === 0 && end === nodes.length ? nodes : nodes.slice(start, end),
    (index) => (index >= 0 && index < end - start ? { section: 0, position: start + index } : undefined),
    {
      hasNextPage: () => end < nodes.length,
      hasPreviousPage: () => start > 0,
      totalCount: () => (problems.length > 0 ? null : nodes.length),
      problems,
    },
  );
}
