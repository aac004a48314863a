import type { Row, RowBatches } from '../column.ts';

/** Bytes that make a piece worth handing on: what sockets and compressors take at a time. */
export const PIECE_BYTES = 65_536;

/** Rows that are made into text at a time. */
const ROWS_AT_ONCE = 100;

/** A format that is text: what stands before, between and after the rows. */
export interface TextLayout {
  readonly head: string;
  /** Some rows, at least one. @param isFirst whether no row was written before */
  lines(rows: readonly Row[], isFirst: boolean): string;
  readonly tail: string;
}

/**
 * Writes rows as UTF-8, in pieces of about 64 KiB (the last one is smaller, and one holds whole rows however long they are).
 * Batches are asked for only while a piece is wanted; who stops reading ends them; the tail is written after the last row only.
 * @throws what the batches throw
 */
export async function* textPieces(layout: TextLayout, batches: RowBatches): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  let text = layout.head;
  let isFirst = true;
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += ROWS_AT_ONCE) {
      text += layout.lines(batch.slice(start, start + ROWS_AT_ONCE), isFirst);
      isFirst = false;
      // Characters are counted, not bytes: near enough, and free.
      if (text.length < PIECE_BYTES) continue;
      yield encoder.encode(text);
      text = '';
    }
  }
  yield encoder.encode(text + layout.tail);
}
