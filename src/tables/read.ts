import type { Row } from './column.ts';
import type { TableRequest } from './request.ts';
import { rowsOf } from './walk/cells.ts';
import { type Walk, walk } from './walk/walk.ts';

/** The rows of a table that are asked for, with the cells of the columns to be written. */
export async function* readRows(
  request: Pick<TableRequest, 'columns' | 'read' | 'test'>,
  options: Walk,
): AsyncGenerator<readonly Row[]> {
  const rowOf = rowsOf(request.read);
  const width = request.columns.length;
  for await (const { entries } of walk(options)) {
    const rows: Row[] = [];
    for (const entry of entries) {
      const row = rowOf(entry);
      if (request.test(row)) rows.push(row.length === width ? row : row.slice(0, width));
    }
    if (rows.length > 0) yield rows;
  }
}
