import { hash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from '../../guard/index.ts';
import { kindOf } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Column, Row } from '../../tables/column.ts';
import { compressed, encodingOf } from '../../tables/compression.ts';
import type { Format } from '../../tables/formats/format.ts';
import type { Slot } from '../responses.ts';
import { begun } from './stream.ts';
import type { Transfers } from './transfers.ts';

/** How long a reader may leave a table lying, in milliseconds: one that takes nothing any more holds others up. */
const STALLED_MS = 120_000;
/** Room that the note of an unchanged table takes, in bytes. */
const NOTE_BYTES = 200;

/** Where a table goes. */
export interface Destination {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly transfers: Transfers;
  readonly log: Pick<Log, 'info'>;
  /** Where it is noted that the table holds; none where that can't be told. */
  readonly slot?: Slot<string> | null | undefined;
}

/** A table to be sent. */
export interface Outgoing {
  readonly name: string;
  readonly format: Format;
  readonly columns: readonly Column[];
  readonly admission: Admission;
  /** Begins to read it. */
  readonly rows: () => AsyncGenerator<readonly Row[]>;
}

/**
 * Sends a table as fast as its reader takes it. What goes wrong before the first row is an answer of its own; afterwards it breaks the
 * connection off, so that nobody takes a part for the whole (RFC 9112, section 8).
 * @throws CodedError before anything is sent
 */
export async function sendTable(to: Destination, table: Outgoing): Promise<FastifyReply> {
  const { request, reply, transfers, slot } = to;
  const { name, format, columns, admission } = table;
  void reply
    .header('vary', 'Accept, Accept-Encoding, Authorization, X-API-Key')
    .header('cache-control', 'private, no-cache');
  if (slot != null && slot.found !== undefined && names(request.headers['if-none-match'], slot.found))
    return reply.header('etag', slot.found).code(304).send();
  const etag = slot?.found ?? `W/"${hash('sha256', randomUUID(), 'base64url').slice(0, 22)}"`;
  const end = transfers.begin(admission.caller);
  try {
    const line = exportLine(to, table);
    const rows = await begun(line.counted(table.rows()));
    const whole = async (): Promise<void> => slot?.keep(etag, NOTE_BYTES);
    const bytes = line.written(
      watched(format.write(columns, rows), () => reply.raw.destroy()),
      whole,
      end,
    );
    const encoding = format.extension === 'parquet' ? null : encodingOf(acceptedEncoding(request));
    if (encoding !== null) void reply.header('content-encoding', encoding);
    if (slot != null) void reply.header('etag', etag);
    return await reply
      .type(format.mediaType)
      .header('content-disposition', `attachment; filename="${name}.${format.extension}"`)
      .send(encoding === null ? Readable.from(bytes, { objectMode: false }) : compressed(bytes, encoding));
  } catch (error) {
    end();
    throw error;
  }
}

/** RFC 9110, section 13.1.2: weak comparison. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;
}

function acceptedEncoding({ headers }: FastifyRequest): string | undefined {
  const value = headers['accept-encoding'];
  return typeof value === 'string' ? value : undefined;
}

/** @param onStalled the reader has taken nothing for too long */
async function* watched<T>(source: AsyncIterable<T>, onStalled: () => void): AsyncGenerator<T> {
  for await (const chunk of source) {
    const timer = setTimeout(onStalled, STALLED_MS);
    timer.unref();
    try {
      yield chunk;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A table's line in the log: how much of it went out, and how that ended. */
function exportLine({ log }: Destination, { name, format, admission }: Outgoing) {
  const startedAt = performance.now();
  let rows = 0;
  let bytes = 0;
  return {
    async *counted(batches: AsyncGenerator<readonly Row[]>): AsyncGenerator<readonly Row[]> {
      for await (const batch of batches) {
        rows += batch.length;
        yield batch;
      }
    },
    async *written(
      chunks: AsyncIterable<Uint8Array>,
      onWhole: () => Promise<void>,
      onEnd: () => void,
    ): AsyncGenerator<Uint8Array> {
      let outcome = 'left';
      try {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
        outcome = 'whole';
        await onWhole();
      } catch (error) {
        outcome = error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR';
        throw error;
      } finally {
        onEnd();
        const ms = Math.round(performance.now() - startedAt);
        const { caller, traceId } = admission;
        log.info(
          { table: name, format: format.extension, rows, bytes, ms, outcome, caller: kindOf(caller), traceId },
          'table',
        );
      }
    },
  };
}
