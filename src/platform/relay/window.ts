import { BadInput } from '../errors.ts';

/** The most items that one page of a connection may hold. */
export const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** Relay's paging arguments as GraphQL gives them. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A checked request for a page: so many items behind a cursor, or so many before one. */
export interface PageRequest {
  readonly count: number;
  readonly backward: boolean;
  /** The cursor to start from; null for the list's own end. */
  readonly from: string | null;
}

/**
 * Checks paging arguments. `last` goes before `first`, which has a default.
 * @throws BadInput that says what is allowed
 */
export function pageRequest({ first, after, last, before }: PageArguments): PageRequest {
  const backward = last !== null && last !== undefined;
  const name = backward ? 'last' : 'first';
  const count = (backward ? last : first) ?? DEFAULT_PAGE;
  if (!Number.isInteger(count) || count < 1 || count > MAX_PAGE)
    throw new BadInput(`\`${name}\` is ${count}; it must be from 1 to ${MAX_PAGE}.`);
  if (before != null && !backward) throw new BadInput('`before` goes with `last`; give `after` with `first`.');
  if (after != null && backward) throw new BadInput('`after` goes with `first`; give `before` with `last`.');
  return { count, backward, from: (backward ? before : after) ?? null };
}
