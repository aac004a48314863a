import { documentContent } from '../people/documents.ts';
import { answer, type Call, type RouteTable } from '../server/route.ts';
import { newId, orNull, type Rules, readBody, text } from './body.ts';
import { type DpContext, now } from './context.ts';
import { absent, conflict } from './errors.ts';
import { pathIds } from './query.ts';
import type { DpStore } from './store.ts';
import type { DpDocument } from './wire.ts';

const RULES: Rules = {
  required: ['name'],
  checks: { name: text, type: orNull(text), contentType: text, createdBy: orNull(text) },
  readOnly: ['clientId', 'sizeBytes', 'createdAt'],
};

/**
 * Documents and their bytes. One is listed as soon as its PUT has named it, with no bytes; the content's PUT adds them.
 * A change or deletion of a document is told as a change of its client, for there is no topic of its own.
 */
export function documentRoutes({ store, page, tell }: DpContext): RouteTable {
  const tellClient = (clientId: string): void => {
    const resource = { type: 'client', id: clientId, href: `/crm/v1/clients/${clientId}` };
    tell({ topic: 'client.updated', resource, clientId, data: { changed: ['documents'] } });
  };
  return {
    'GET /crm/v1/clients/{clientIds}/documents': (call) =>
      page(call, store.documents.byAny('client', pathIds(call, 'clientIds'))),
    'PUT /crm/v1/clients/{id}/documents/{documentId}': (call) => {
      const clientId = call.params.id ?? '';
      if (!store.clients.has(clientId)) throw absent('client', clientId);
      const id = newId(call, 'documentId');
      const before = store.documents.get(id);
      if (before !== undefined && before.clientId !== clientId)
        throw conflict('This document belongs to another client.');
      const body = readBody(call, RULES, before === undefined);
      const document = { ...(before ?? blank(id, clientId)), ...body } as DpDocument;
      store.documents.set(id, document);
      if (before !== undefined) tellClient(clientId);
      else {
        const resource = { type: 'document', id, href: `/crm/v1/documents/${id}/content` };
        tell({ topic: 'client.document.created', resource, clientId, data: { clientId } });
      }
      return answer(before === undefined ? 201 : 200, document);
    },
    'DELETE /crm/v1/clients/{id}/documents/{documentId}': (call) => {
      const document = existing(store, call.params.documentId);
      if (document.clientId !== call.params.id) throw absent('document', document.id);
      store.documents.delete(document.id);
      store.contents.delete(document.id);
      tellClient(document.clientId);
      return answer(204);
    },
    'GET /crm/v1/documents/{id}/content': (call) => {
      const document = existing(store, call.params.id);
      const body = store.contents.get(document.id) ?? documentContent(document);
      return { status: 200, body, headers: { 'content-type': document.contentType } };
    },
    'PUT /crm/v1/documents/{id}/content': (call) => {
      const document = existing(store, call.params.id);
      store.contents.set(document.id, call.body);
      store.documents.set(document.id, {
        ...document,
        contentType: typeOf(call, document),
        sizeBytes: call.body.length,
      });
      tellClient(document.clientId);
      return answer(204);
    },
  };
}

function existing(store: DpStore, id = ''): DpDocument {
  const document = store.documents.get(id);
  if (document === undefined) throw absent('document', id);
  return document;
}

function blank(id: string, clientId: string): Partial<DpDocument> {
  const contentType = 'application/octet-stream';
  return { id, clientId, type: null, contentType, sizeBytes: 0, createdAt: now(), createdBy: null };
}

function typeOf(call: Call, document: DpDocument): string {
  return call.headers['content-type'] ?? document.contentType;
}
