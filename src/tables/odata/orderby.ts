import type { Column, Row } from '../column.ts';
import { badRequest, notImplemented } from './errors.ts';
import { compareValues, readerOf, type Value } from './filter/values.ts';

/** One of the properties that rows are put in order by. */
export interface OrderTerm {
  readonly property: string;
  readonly isDescending: boolean;
}

/** An `$orderby` on rows of certain columns. */
export interface OrderBy {
  readonly terms: readonly OrderTerm[];
  /** Negative, zero or positive as the first row, of all the columns in their order, comes before, with or after the second. */
  readonly compare: (a: Row, b: Row) => number;
}

const TERM = /^([\p{L}_][\p{L}\p{Nd}_]*)(?:\s+(asc|desc))?$/iu;
/** More is no order that anybody looks at. */
const MOST_TERMS = 20;

/**
 * Reads an `$orderby` (OData 4.01 Protocol, section 11.2.6.2): null comes first where ascending and last where descending, texts
 * are compared by code point, decimals exactly, times as instants. A second term on the same property changes nothing.
 * @throws ODataError 400 where it is malformed or of an unknown property, 501 on expressions
 */
export function orderByOf(text: string, columns: readonly Column[]): OrderBy {
  const pieces = text.split(',').map((piece) => piece.trim());
  if (pieces.length > MOST_TERMS) throw badRequest(`$orderby may have ${MOST_TERMS} properties.`, '$orderby');
  const terms = pieces.map((piece) => termOf(piece, columns));
  const keysOf = keyReader(terms, columns);
  const compare = (a: Row, b: Row) => {
    const [left, right] = [keysOf(a), keysOf(b)];
    for (const [i, { isDescending }] of terms.entries()) {
      const order = compareKeys(left[i] ?? null, right[i] ?? null);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  };
  return { terms, compare };
}

/** Reads the values that a row is put in order by: once for each row, since sorting compares it many times. */
function keyReader(terms: readonly OrderTerm[], columns: readonly Column[]): (row: Row) => readonly Value[] {
  const readers = terms.map(({ property }) => {
    const index = columns.findIndex((column) => column.property === property);
    const read = readerOf(columns[index]?.type ?? 'text');
    return (row: Row) => read(row[index]);
  });
  const known = new WeakMap<Row, readonly Value[]>();
  return (row) => {
    const found = known.get(row) ?? readers.map((read) => read(row));
    known.set(row, found);
    return found;
  };
}

function compareKeys(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareValues(a, b);
}

function termOf(piece: string, columns: readonly Column[]): OrderTerm {
  const [, property, direction] = TERM.exec(piece) ?? [];
  if (property === undefined) {
    if (piece === '') throw badRequest('$orderby has an empty part. Write $orderby=name,other desc.', '$orderby');
    throw notImplemented('An expression or path in $orderby', 'Name properties, each with asc or desc.', '$orderby');
  }
  if (!columns.some((column) => column.property === property))
    throw badRequest(
      `$orderby names "${property}", which is no property of the entity set. See $metadata.`,
      '$orderby',
    );
  return { property, isDescending: direction?.toLowerCase() === 'desc' };
}
