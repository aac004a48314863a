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

/** The text of a `$skiptoken`. @param hash stands for the collection and its order */
export function tokenText(hash: string, { after, offset, shown, total }: PageToken): string {
  return Buffer.from(JSON.stringify([hash, offset, shown, after, total])).toString('base64url');
}

/** @param hash as it was given to `tokenText` @throws ODataError 400 where it is none that this service gave for this collection */
export function pageToken(hash: string, text: string): PageToken {
  try {
    const [own, offset, shown, after, total] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isWhole = own === hash && isCount(offset) && isCount(shown) && (total === null || isCount(total));
    if (isWhole && (after === null || typeof after === 'string')) return { offset, shown, after, total };
  } catch {
    // Told below.
  }
  throw foreignToken();
}

/** It is no token of this service, or one of another collection. */
export function foreignToken(): Error {
  return badRequest(
    '$skiptoken is none that this service gave for these entities in this order: follow @odata.nextLink as it is.',
    '$skiptoken',
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
