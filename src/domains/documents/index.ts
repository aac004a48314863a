import { batched } from '../../platform/batch.ts';
import { UpstreamError } from '../../platform/errors.ts';
import { type Connection, connectionOf } from '../../platform/relay/connection.ts';
import { globalId, parseIdOf, type Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import type { Wire } from '../../platform/wire.ts';
import type { ContentStream } from '../../sources/dynamic-planner/documents.ts';
import { grouped, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { DocumentModel } from './model.ts';

export { write } from './write.ts';

/** What documents need of the other domains. */
export interface DocumentNeeds {
  /** Null where there is no such client that the caller may see. */
  readonly clients: { byRef(ref: Ref): Promise<object | null> };
}

/** A document and its bytes. */
export interface DocumentContent extends ContentStream {
  readonly document: DocumentModel;
}

/** Clients' documents. */
export function open(operation: SourcedOperation, _kept: unknown, needs: DocumentNeeds) {
  const source = operation.sources.dynamicPlanner;

  const ofClients = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => grouped(ids, source === null ? NOTHING : await source.documents.ofClients(operation, ids)),
    () => [],
  );

  const ofClient = async (clientId: string): Promise<DocumentModel[]> =>
    (await ofClients.load(clientId)).map((wire) => ({ id: String(wire.item.id), clientId, wire }));

  /** One of a client's documents; null where there is none that the caller may see. */
  const get = async (clientId: string, id: string): Promise<DocumentModel | null> => {
    const client = await needs.clients.byRef({ system: 'DYNAMIC_PLANNER', id: clientId });
    if (client === null) return null;
    return (await ofClient(clientId)).find((document) => document.id === id) ?? null;
  };

  /** @throws BadInput where the id is no document's */
  const byGlobalId = (id: string): Promise<DocumentModel | null> => {
    const [clientId = '', documentId = ''] = parseIdOf('Document', id, 2).parts;
    return get(clientId, documentId);
  };

  return {
    get,
    byGlobalId,

    /** Where the bytes are had and put, as a reference relative to the gateway's root. */
    contentUrl: ({ clientId, id }: DocumentModel): string =>
      `/documents/${globalId('Document', 'DYNAMIC_PLANNER', clientId, id)}/content`,

    /** A page of a client's documents. @throws BadInput */
    async page(clientId: string, args: PageArguments): Promise<Connection<DocumentModel>> {
      pageRequest(args);
      return connectionOf({ name: `documents of ${clientId}` }, await ofClient(clientId), args);
    },

    /** A document's bytes by its global id; null where there is none that the caller may see. @throws BadInput, UpstreamError */
    async content(id: string): Promise<DocumentContent | null> {
      const document = await byGlobalId(id);
      if (source === null || document === null) return null;
      try {
        return { document, ...(await source.documents.content(operation, document.id)) };
      } catch (error) {
        // It was deleted after the list was read.
        if (error instanceof UpstreamError && error.status === 404) return null;
        throw error;
      }
    },
  };
}
