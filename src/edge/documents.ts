import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertScopes, type Scope } from '../guard/scopes/index.ts';
import { CodedError } from '../platform/errors.ts';
import { admissionOf, refuse } from './doors.ts';
import { goneSignal } from './gone.ts';
import { type OperationSettings, openRequest, type RequestContext } from './operations.ts';
import { watchOperation } from './watch.ts';

/** How documents' content passes through. */
export interface DocumentTransfers {
  /** The largest upload, in bytes. */
  readonly maxBytes: number;
  /** Media types that may be uploaded. */
  readonly types: readonly string[];
  /** How many contents may pass at once. */
  readonly atOnce: number;
  /** Longest time for what goes before a download, and for an upload as a whole, in milliseconds. */
  readonly timeoutMs: number;
}

const PATH = '/documents/:id/content';

/** Points for one content: three calls to a platform that serve nobody else. */
const COST = 300;

/** How long a caller may take nothing of a download before it is given up, in milliseconds: a place must not be held for ever. */
const STALL_MS = 30_000;

/** When it makes sense to come again where all places are taken, in seconds. */
const BUSY_S = 2;

const NOT_FOUND = 'There is no such document that you may see.';

/**
 * `GET` and `PUT /documents/{id}/content`: a document's bytes pass through as they come, as fast as the slower side takes them, and are
 * never held whole. The id is the document's in the graph, and the same rules say who may see it. What is downloaded is for saving: it is
 * never shown in the gateway's own origin, whatever it claims to be.
 */
export async function documentDoor(
  app: FastifyInstance,
  options: OperationSettings & { readonly transfers: DocumentTransfers },
): Promise<void> {
  const { transfers, instruments, meter } = options;
  const settings = { ...options, timeoutMs: transfers.timeoutMs };
  let passing = 0;

  /** Does the work under the eyes of all instruments, for who may have it, while there is a place. */
  const pass = async (
    { request, reply, name, scope }: { request: FastifyRequest; reply: FastifyReply; name: string; scope: Scope },
    work: (context: RequestContext, id: string, done: () => void) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    const admission = admissionOf(request);
    const watch = watchOperation(instruments, { ...admission, headers: request.headers });
    let isPlaced = false;
    const done = (): void => {
      if (isPlaced) passing -= 1;
      isPlaced = false;
    };
    try {
      assertScopes(admission.caller, `${request.method} /documents`, [[scope]]);
      if (passing >= transfers.atOnce) throw busy();
      passing += 1;
      isPlaced = true;
      await meter.spendAgain(admission.caller, COST);
      const context = openRequest(settings, admission, watch, goneSignal(reply));
      const { id = '' } = request.params as { id?: string };
      const answer = await work(context, id, done);
      watch.end({ name, type: 'query', data: {}, codes: reply.statusCode < 400 ? [] : ['NOT_FOUND'] });
      return answer;
    } catch (error) {
      done();
      const code = error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR';
      watch.end({ name, codes: [code] });
      if (error instanceof CodedError) return refuse(reply.header('connection', 'close'), error);
      throw error;
    }
  };

  app.get(PATH, { exposeHeadRoute: false }, (request, reply) =>
    pass({ request, reply, name: 'documentDownload', scope: 'documents:read' }, async (context, id, done) => {
      const content = await context.documents.content(id);
      if (content === null) {
        done();
        return refused(reply, 404, 'NOT_FOUND', NOT_FOUND);
      }
      const { body, length, document } = content;
      body.once('close', done);
      reply.raw.setTimeout(STALL_MS, () => reply.raw.destroy());
      const { name, contentType } = document.wire.item;
      void reply.headers({
        'content-type': mediaType(contentType),
        'content-disposition': attachment(name),
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'private, no-store',
        ...(length === null ? {} : { 'content-length': String(length) }),
      });
      return reply.send(body);
    }),
  );

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // Looked at before a byte of the body is read.
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const fault = faultOf(request, transfers);
      return fault === null ? undefined : refused(reply, fault.status, 'BAD_USER_INPUT', fault.message);
    };
    scope.put(PATH, { onRequest }, (request, reply) =>
      pass({ request, reply, name: 'documentUpload', scope: 'documents:write' }, async (context, id, done) => {
        const length = Number(request.headers['content-length']);
        const contentType = essenceOf(request.headers['content-type']);
        const content = { body: request.body as Readable, length, contentType };
        const isStored = await context.write(({ documents }) => documents.putContent(id, content));
        done();
        return isStored ? reply.code(204).send() : refused(reply, 404, 'NOT_FOUND', NOT_FOUND);
      }),
    );
  });
}

/** What is wrong with an upload as its headers announce it. */
function faultOf(
  { headers }: FastifyRequest,
  { maxBytes, types }: DocumentTransfers,
): { status: number; message: string } | null {
  const length = headers['content-length'];
  if (!types.includes(essenceOf(headers['content-type'])))
    return { status: 415, message: `Send \`content-type\` with one of ${types.join(', ')}.` };
  if (length === undefined || !/^\d{1,15}$/.test(length))
    return {
      status: 411,
      message: 'Send `content-length`: an upload that is cut short must not pass for a whole one.',
    };
  if (Number(length) > maxBytes) return { status: 413, message: `The document is larger than ${maxBytes} bytes.` };
  return Number(length) === 0 ? { status: 400, message: 'The document is empty.' } : null;
}

function busy(): CodedError {
  const message = 'Too many documents are passing through at the moment.';
  return new CodedError('UPSTREAM_RATE_LIMITED', message, { retryAfter: BUSY_S });
}

/** What is left unread of an upload ends with its connection. */
function refused(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply
    .header('connection', 'close')
    .code(status)
    .send({ errors: [{ message, extensions: { code } }] });
}

/** A media type without its parameters. */
function essenceOf(type: string | undefined): string {
  return (type ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A media type as it may stand in a header; bytes where it is none. */
function mediaType(type: unknown): string {
  const essence = typeof type === 'string' ? essenceOf(type) : '';
  return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(essence) ? essence : 'application/octet-stream';
}

/** RFC 6266: for saving under this name, in plain letters and in UTF-8 (RFC 8187). */
function attachment(name: unknown): string {
  const text =
    typeof name === 'string'
      ? name
          .replace(/[\p{Cc}\p{Cs}]/gu, '')
          .slice(0, 150)
          .trim()
      : '';
  const plain = text.replace(/[^\w .()-]/g, '_') || 'document';
  const encoded = encodeURIComponent(text || 'document').replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
