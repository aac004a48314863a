import type { Readable } from 'node:stream';
import type { Call, Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { Found } from '../found.ts';
import type { DynamicPlannerReader } from './reader.ts';

/** A document's bytes as they come. Whoever has them reads them to the end or destroys them. */
export interface ContentStream {
  readonly body: Readable;
  /** Bytes; null where the platform does not say. */
  readonly length: number | null;
}

/** Bytes to be stored. */
export interface NewContent {
  readonly body: Readable;
  /** Bytes: a body of another length is refused. */
  readonly length: number;
  readonly contentType: string;
}

/** Clients' documents: what they are, and their bytes, which pass through and are never kept. */
export function documents(reader: DynamicPlannerReader, baseUrl: string, send: Send) {
  const { path } = reader.contract.resources.documentContent;
  const callOf = (scope: CallScope, id: string) =>
    ({
      system: 'DYNAMIC_PLANNER',
      template: path,
      domain: path.split('/')[1] ?? path,
      batchSize: 1,
      url: `${baseUrl.replace(/\/+$/, '')}${path.replace('{ids}', encodeURIComponent(id))}`,
      headers: {},
      scope,
    }) satisfies Omit<Call, 'method'>;

  return {
    /** What documents these clients have, without their bytes. */
    ofClients: (scope: CallScope, clientIds: readonly string[]): Promise<Found> =>
      reader.belongingTo(scope, 'documents', clientIds),

    /** A document's bytes. @throws UpstreamError, with status 404 where there is none */
    async content(scope: CallScope, id: string): Promise<ContentStream> {
      const { body, headers } = await send({ ...callOf(scope, id), method: 'GET', as: 'stream' });
      const length = headers['content-length'];
      return {
        body: body as Readable,
        length: typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : null,
      };
    },

    /** Puts bytes in the place of a document's. @throws UpstreamError */
    async putContent(scope: CallScope, id: string, { body, length, contentType }: NewContent): Promise<void> {
      const headers = { 'content-type': contentType, 'content-length': String(length) };
      await send({ ...callOf(scope, id), method: 'PUT', headers, body });
    },
  };
}
