import { hash, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Admission } from '../../guard/index.ts';
import { kindOf } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Column, Row } from '../../tables/column.ts';
import type { Format } from '../../tables/formats/format.ts';
import type { Slot } from '../responses.ts';
import { dependsOn } from './depends-on.ts';
import { type Outlet, sendBytes } from './stream.ts';

/** Room that the note of an unchanged table takes, in bytes. */
const NOTE_BYTES = 200;

/** Where a table goes. */
export interface Destination extends Outlet {
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
 * Sends a table, or says that it has not changed.
 * @throws CodedError before anything is sent
 */
export async function sendTable(to: Destination, table: Outgoing): Promise<FastifyReply> {
  const { request, reply, slot } = to;
  const { name, format, columns, admission } = table;
  const own = {
    'content-type': format.mediaType,
    'content-disposition': `attachment; filename="${name}.${format.extension}"`,
    'accept-ranges': 'none',
  };
  dependsOn(reply, 'Accept, Accept-Encoding, Authorization, X-API-Key');
  void reply.header('cache-control', 'private, no-cache');
  if (request.method === 'HEAD') return headOnly(reply, own);
  if (slot != null && slot.found !== undefined && names(request.headers['if-none-match'], slot.found))
    return reply.header('etag', slot.found).code(304).send();
  const etag = slot?.found ?? `W/"${hash('sha256', randomUUID(), 'base64url').slice(0, 22)}"`;
  const line = exportLine(to, table);
  const whole = async (): Promise<void> => slot?.keep(etag, NOTE_BYTES);
  return sendBytes(to, {
    caller: admission.caller,
    onStopped: line.stopped,
    bytes: () => line.written(format.write(columns, line.counted(table.rows())), whole),
    headers: {
      ...(slot != null && { etag }),
      ...own,
    },
    isPacked: format.extension === 'parquet',
  });
}

/** RFC 9110, section 9.3.2: nobody knows how long it is before it was made, and then nothing is said of it. */
function headOnly(reply: FastifyReply, headers: Readonly<Record<string, string>>): FastifyReply {
  reply.headers(headers).hijack();
  reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders).end();
  return reply;
}

/** RFC 9110, section 13.1.2: weak comparison. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;
}

/** A table's line in the log: how much of it went out, and how that ended. */
function exportLine({ log, reply }: Destination, { name, format, admission }: Outgoing) {
  const startedAt = performance.now();
  let rows = 0;
  let bytes = 0;
  let outcome = 'left';
  return {
    /** The gateway breaks it off: nobody has left. */
    stopped(): void {
      outcome = 'stopped';
    },
    async *counted(batches: AsyncGenerator<readonly Row[]>): AsyncGenerator<readonly Row[]> {
      for await (const batch of batches) {
        rows += batch.length;
        yield batch;
      }
    },
    async *written(chunks: AsyncIterable<Uint8Array>, onWhole: () => Promise<void>): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
        outcome = 'whole';
        await onWhole();
      } catch (error) {
        if (!reply.raw.destroyed) outcome = error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR';
        throw error;
      } finally {
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
