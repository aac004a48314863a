import { badRequest } from '../errors.ts';

/** Where the next page of a collection begins. */
export interface PageToken {
  /** The cursor after which the page of the outermost list was read; null at the start. */
  readonly after: string | null;
  /** Rows since there, also those that are not shown. */
  readonly offset: number;
  /** Entities that were shown on the pages before. */
  readonly shown: number;
  /** How many there are in all; null where that was not asked for. */
  readonly total: number | null;
}

/** The text of a `$skiptoken`. */
export function tokenText({ after, offset, shown, total }: PageToken): string {
  return Buffer.from(JSON.stringify([offset, shown, after, total])).toString('base64url');
}

/** @throws ODataError 400 where it is none that this service gave */
export function pageToken(text: string): PageToken {
  try {
    const [offset, shown, after, total] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isWhole = isCount(offset) && isCount(shown) && (total === null || isCount(total));
    if (isWhole && (after === null || typeof after === 'string')) return { offset, shown, after, total };
  } catch {
    // Told below.
  }
  throw foreignToken();
}

/** It is no token of this service, or one of another collection. */
export function foreignToken(): Error {
  return badRequest('$skiptoken is none that this service gave: follow @odata.nextLink as it is.', '$skiptoken');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
