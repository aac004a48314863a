import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../platform/caller.ts';
import { CodedError } from '../../platform/errors.ts';
import { compressed, encodingOf } from '../../tables/compression.ts';
import type { Transfers } from './transfers.ts';

/** Where bytes go that are made while they are sent. */
export interface Outlet {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly transfers: Transfers;
  /** Takes defects that come to light when an answer has begun. */
  readonly logError: (errorId: string, error: unknown) => void;
}

/** What is sent. */
export interface Streamed {
  readonly caller: Caller;
  /** Begins to make it. */
  readonly bytes: () => AsyncGenerator<Uint8Array>;
  /** Headers of the answer, and of no refusal. */
  readonly headers: Readonly<Record<string, string>>;
  /** Told when it is broken off because the gateway stops. */
  readonly onStopped?: () => void;
  /** Whether it is compressed in itself. */
  readonly isPacked?: boolean;
}

/**
 * Sends bytes as fast as their reader takes them, compressed where that is asked for. What goes wrong before the first bytes are there is an
 * answer of its own; afterwards it breaks the connection off, so that nobody takes a part for the whole (RFC 9112, section 8). Whoever goes,
 * or takes nothing for too long, ends the making.
 * @throws what making them throws, before anything is sent
 */
export async function sendBytes(
  to: Outlet,
  { caller, bytes, headers, onStopped, isPacked = false }: Streamed,
): Promise<FastifyReply> {
  const { request, reply, transfers } = to;
  const breakOff = (): void => reset(reply);
  const onBroken = (error: unknown): void => {
    if (!(error instanceof CodedError) && !reply.raw.destroyed) to.logError(request.id, error);
    breakOff();
  };
  let stalled: NodeJS.Timeout | undefined;
  const onOffered = (): void => {
    stalled = setTimeout(breakOff, transfers.stalledMs).unref();
  };
  const onTaken = (): void => clearTimeout(stalled);
  const end = transfers.begin(caller, () => {
    onStopped?.();
    breakOff();
  });
  const encoding = isPacked ? null : encodingOf(textOf(request.headers['accept-encoding']));
  const plain = bytes();
  const parts = (encoding === null ? plain : compressed(plain, encoding))[Symbol.asyncIterator]();
  try {
    const first = await parts.next();
    if (encoding !== null) void reply.header('content-encoding', encoding);
    return await reply
      .headers(headers)
      .send(Readable.from(outgoing(first, parts, { onBroken, onOffered, onTaken }), { objectMode: false }));
  } catch (error) {
    // Nobody is there to be told, and whatever failed then failed by that.
    if (reply.raw.destroyed) return reply;
    throw error;
  } finally {
    // Whose connection closed before the first bytes has begun nothing that would end by itself.
    await parts.return?.();
    onTaken();
    end();
  }
}

/** Ends a connection so that it can't be taken for a regular end, which for HTTP/1.0 is all that tells that a body is whole. */
function reset({ raw }: FastifyReply): void {
  raw.socket?.resetAndDestroy();
}

/** Bytes, whose first have been made. @param on told when the rest fails, when bytes wait to be taken, and when they were */
async function* outgoing(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
  on: { readonly onBroken: (error: unknown) => void; readonly onOffered: () => void; readonly onTaken: () => void },
): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await rest.next().catch(broken)) {
    on.onOffered();
    try {
      yield next.value;
    } finally {
      on.onTaken();
    }
  }
  // All is made, but the last of it may still lie here.
  on.onOffered();

  function broken(error: unknown): never {
    on.onBroken(error);
    throw error;
  }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
