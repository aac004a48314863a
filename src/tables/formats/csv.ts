import type { Cell, Column, Row } from '../column.ts';
import type { Format } from './format.ts';
import { type TextLayout, textPieces } from './text.ts';

/**
 * What a spreadsheet may run: text that begins with `=`, `+`, `-`, `@`, their wide and small variants, a tab or a line's end (OWASP, "CSV
 * Injection"). Blanks and invisible characters before them count for nothing, as some programs drop those. Apostrophes before them are
 * counted in, so that one less always gives the text back.
 */
const RUNS = /^'*(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫])/u;

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * RFC 4180: a header line, commas, CRLF after every line, quotes where they are needed; UTF-8 without a byte order mark.
 *
 * - Null is an empty cell, empty text is `""`. In a table of one column null is `""` too: an empty line is passed over by many readers.
 * - Booleans are `true` and `false`, numbers and decimals plain; dates and timestamps as the graph has them.
 * - Text that a spreadsheet would run as a formula has an apostrophe before it, also where it looks like a number ("-5", "+44 20 …").
 * - NUL and halves of surrogate pairs become U+FFFD: the first ends a cell or the whole file for many readers, the other is no UTF-8.
 *
 * A program that cuts lines elsewhere than at commas (Excel in a country that writes decimals with a comma) makes other cells of a line than
 * were written, which nothing in the file can prevent: import the file there rather than opening it by a double click.
 */
export const csv: Format = csvFormat(false);

/** The same with a byte order mark, by which Excel recognises UTF-8 when a file is opened by a double click. */
export const csvWithBom: Format = csvFormat(true);

function csvFormat(bom: boolean): Format {
  return {
    extension: 'csv',
    // RFC 7111 makes UTF-8 the default, but HTTP clients that go by RFC 2616 take text for Latin 1.
    mediaType: 'text/csv; charset=utf-8',
    write: (columns, batches) => textPieces(layoutOf(columns, bom), batches),
  };
}

/** Cells of their own kind are written here and not by a library, whose lists and objects for each row were a third of all memory that an export asked for. */
function layoutOf(columns: readonly Column[], bom: boolean): TextLayout {
  const isDecimal = columns.map(({ type }) => type === 'decimal');
  const nothing = columns.length === 1 ? '""' : '';
  const cellOf = (cell: Cell, index: number): string => {
    if (cell === null) return nothing;
    if (typeof cell !== 'string') return String(cell);
    return isDecimal[index] === true && DECIMAL.test(cell) ? cell : quoted(harmless(cell));
  };
  const lineOf = (row: Row): string => {
    let line = '';
    for (let index = 0; index < columns.length; index++)
      line += (index === 0 ? '' : ',') + cellOf(row[index] ?? null, index);
    return `${line}\r\n`;
  };
  return {
    head: `${bom ? '\u{feff}' : ''}${columns.map(({ name }) => quoted(name)).join(',')}\r\n`,
    lines: (rows) => rows.map(lineOf).join(''),
    tail: '',
  };
}

/** RFC 4180, section 2: quotes around what holds a comma, a quote or a line's end, and quotes within doubled; around empty text, which is not null. */
function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(text: string): string {
  // Nearly all cells: what begins with a letter or a digit can't be run.
  if (/^[\dA-Za-z][\x20-\x7e]*$/.test(text)) return text;
  const whole = text.toWellFormed().replaceAll('\0', '\u{fffd}');
  return RUNS.test(whole) ? `'${whole}` : whole;
}
