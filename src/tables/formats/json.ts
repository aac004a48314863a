import type { Cell, Column, Row } from '../column.ts';
import type { Format } from './format.ts';
import { textPieces } from './text.ts';

/** Makes a row's JSON object: keys in the order of the columns, decimals as text and so exact, all else as the graph's JSON has it. */
function objects(columns: readonly Column[]): (row: Row) => string {
  // Written key by key: an object would put keys that look like numbers first.
  const keys = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = '';
    for (let index = 0; index < keys.length; index++) text += keys[index] + jsonOf(row[index] ?? null);
    return `${text}}`;
  };
}

/** Halves of surrogate pairs become U+FFFD: JSON may spell them, but many readers refuse them (RFC 8259, section 8.2). */
function jsonOf(cell: Cell): string {
  return JSON.stringify(typeof cell === 'string' ? cell.toWellFormed() : cell);
}

/** A JSON object a line, each line ended by a line feed. */
export const ndjson: Format = {
  extension: 'ndjson',
  mediaType: 'application/x-ndjson',
  write(columns, batches) {
    const object = objects(columns);
    const lines = (rows: readonly Row[]) => `${rows.map(object).join('\n')}\n`;
    return textPieces({ head: '', lines, tail: '' }, batches);
  },
};

/** One JSON array of objects. What broke off has no closing bracket, and is no JSON. */
export const jsonArray: Format = {
  extension: 'json',
  mediaType: 'application/json',
  write(columns, batches) {
    const object = objects(columns);
    const lines = (rows: readonly Row[], isFirst: boolean) => (isFirst ? '' : ',\n') + rows.map(object).join(',\n');
    return textPieces({ head: '[', lines, tail: ']\n' }, batches);
  },
};
