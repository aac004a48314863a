import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScopeRules } from '../../guard/scopes/index.ts';
import { entitiesContext, propertyContext } from '../../tables/odata/context.ts';
import { cellJson, collectionChunks, entityBody, propertyBody } from '../../tables/odata/entity-json.ts';
import { notFound } from '../../tables/odata/errors.ts';
import { metadataJson } from '../../tables/odata/metadata-json.ts';
import { metadataXml } from '../../tables/odata/metadata-xml.ts';
import type { EntityModel } from '../../tables/odata/model.ts';
import { type Options, optionsOf } from '../../tables/odata/options.ts';
import { type Resource, readByPost, resourceOf } from '../../tables/odata/path.ts';
import { nextQuery, queryOf } from '../../tables/odata/query.ts';
import {
  type Preferences,
  preferencesOf,
  type Representation,
  representationOf,
} from '../../tables/odata/representation.ts';
import { serviceDocument } from '../../tables/odata/service.ts';
import { countOf, NOBODY, readEntity, readPage, readRelated, readRow } from '../../tables/odata/source/collection.ts';
import { MOST_SORTED, type ReadScope } from '../../tables/odata/source/entities.ts';
import { modelFor, type SetSource } from '../../tables/odata/source/sets.ts';
import { admissionOf } from '../doors.ts';
import { type AskerOptions, askerFor, readerOf } from './asker.ts';
import { dependsOn } from './depends-on.ts';
import { lackingOf } from './lacking.ts';
import { assertMayRead } from './may-read.ts';
import { asODataError, ROOT, refuseMethod, refuseOData } from './odata-errors.ts';
import { refuseWrites } from './only-read.ts';
import { sendBytes } from './stream.ts';
import type { Transfers } from './transfers.ts';
import { splitUrl } from './url.ts';

/** What the OData service takes. */
export interface ODataOptions extends AskerOptions {
  readonly rules: ScopeRules;
  readonly tableTransfers: Transfers;
  /** Takes defects that come to light when an answer has begun. */
  readonly logError: (errorId: string, error: unknown) => void;
  readonly sets: ReadonlyMap<string, SetSource>;
  /** The gateway's own address as callers know it, without a slash at the end. */
  readonly urlOf: (request: FastifyRequest) => string;
}

/** The most entities on a page: it is written while it is read, and each page costs reading a little twice. */
const PAGE_SIZE = 5_000;

/** OData v4, read-only, below `/odata/v4`. */
export async function odataDoor(app: FastifyInstance, options: ODataOptions): Promise<void> {
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    dependsOn(reply, 'Accept, Accept-Encoding, Authorization, X-API-Key, Prefer');
    void reply.header('cache-control', 'private, no-store');
    try {
      return await answer(options, request, reply);
    } catch (error) {
      const told = asODataError(error);
      if (told === null || reply.raw.headersSent) throw error;
      return refuseOData(reply, told, error);
    }
  };
  app.get(ROOT, handle);
  app.get(`${ROOT}/*`, handle);
  refuseWrites(app, [ROOT, `${ROOT}/*`], async ({ method, url }, reply) => {
    const lacking = method === 'POST' ? readByPost(splitUrl(url)[0].slice(ROOT.length)) : null;
    return lacking === null ? refuseMethod(reply) : refuseOData(reply, lacking);
  });
}

/** What one request comes with. */
interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly model: EntityModel;
  readonly scope: ReadScope & { readonly representation: Representation };
  readonly options: Options;
  readonly preferences: Preferences;
  readonly search: string;
  readonly transfers: Transfers;
  readonly logError: ODataOptions['logError'];
}

async function answer(options: ODataOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const admission = admissionOf(request);
  assertMayRead(request, admission.caller, ROOT);
  const preferences = preferencesOf(request.headers);
  void reply.header('odata-version', preferences.version);
  const model = modelFor(options.sets, lackingOf(options.rules, admission.caller));
  const [path = '', search = ''] = splitUrl(request.url);
  const resource = resourceOf(path.slice(ROOT.length), model);
  const query = queryOf(search);
  const kind = resource.kind === 'metadata' ? preferences.metadata : 'data';
  // A count and a raw value are plain text, whatever else is accepted (OData 4.01 Protocol, sections 11.2.5 and 11.2.10).
  const isPlain = resource.kind === 'count' || resource.kind === 'value';
  const [format, accept] = isPlain ? [] : [query.options.get('$format'), request.headers.accept];
  const representation = representationOf(kind, format, accept);
  const root = `${options.urlOf(request)}${ROOT}/`;
  void reply.header('content-type', representation.mediaType);
  if (!('set' in resource)) {
    if (resource.kind === 'service') return reply.send(serviceDocument(root, model, representation));
    return reply.send(representation.format === 'xml' ? metadataXml(model) : metadataJson(model));
  }
  const reader = readerOf(request, reply);
  const scope = { sources: options.sets, representation, root, ask: askerFor(options, reader) };
  const own = optionsOf(query, OPTIONS_OF[resource.kind], resource.set, { model, now: Date.now() });
  const { tableTransfers: transfers, logError } = options;
  const asked = { request, reply, model, scope, options: own, preferences, search, transfers, logError };
  // A collection is counted while it is on its way.
  if (resource.kind === 'collection') return sendCollection(asked, resource as Of<'collection'>);
  const end = asked.transfers.begin(admission.caller, () => reply.raw.destroy());
  try {
    return await ANSWERS[resource.kind](asked, resource as never);
  } finally {
    end();
  }
}

const OPTIONS_OF = {
  collection: 'collection',
  count: 'count',
  entity: 'one',
  related: 'one',
  property: 'one',
  value: 'one',
} as const;

type Kind = keyof typeof OPTIONS_OF;
type Of<K extends Kind> = Resource & { readonly kind: K };

const ANSWERS: {
  readonly [K in Exclude<Kind, 'collection'>]: (asked: Asked, resource: Of<K>) => Promise<FastifyReply>;
} = {
  async count({ reply, scope, options }, { set, origin }) {
    return reply
      .type('text/plain; charset=utf-8')
      .send(String(await countOf(scope, { set, options, origin: throughOf(origin) })));
  },

  async entity({ reply, scope, options }, { set, key }) {
    const entity = await readEntity(scope, set, key, options);
    if (entity === null) throw notFound(NOBODY);
    return reply.send(entityBody(entity, entitiesContext(scope.root, set, options, true), scope.representation));
  },

  async related({ reply, scope, options }, { set, origin }) {
    const entity = await readRelated(scope, { set, options, origin: { ...origin, link: origin.navigation } });
    if (entity === undefined) throw notFound(NOBODY);
    // OData 4.01 Protocol, section 11.2.8: what is linked to nothing has no content.
    if (entity === null) return reply.code(204).removeHeader('content-type').send();
    return reply.send(entityBody(entity, entitiesContext(scope.root, set, options, true), scope.representation));
  },

  async property({ reply, scope, options }, { set, key, column, index }) {
    const row = await readRow(scope, set, key, { ...options, select: [column] });
    if (row === null) throw notFound(NOBODY);
    const cell = row[index] ?? null;
    if (cell === null) return reply.code(204).removeHeader('content-type').send();
    const context = propertyContext(scope.root, set, key, column);
    return reply.send(propertyBody(cell, column.type, context, scope.representation));
  },

  async value({ reply, scope, options }, { set, key, column, index }) {
    const row = await readRow(scope, set, key, { ...options, select: [column] });
    if (row === null) throw notFound(NOBODY);
    const cell = row[index] ?? null;
    if (cell === null) return reply.code(204).removeHeader('content-type').send();
    const text = typeof cell === 'string' ? cell : cellJson(cell, column.type, { ieee754: false });
    return reply.type('text/plain; charset=utf-8').send(text);
  },
};

async function sendCollection(asked: Asked, { set, origin }: Of<'collection'>): Promise<FastifyReply> {
  const { request, reply, scope, options, preferences, search, transfers, logError } = asked;
  const collection = { set, options, origin: throughOf(origin) };
  // What is put in order is held at once anyhow, and would be read anew for each page.
  const usual = options.orderBy === null ? PAGE_SIZE : MOST_SORTED;
  const size = preferences.maxPageSize === null ? usual : Math.min(preferences.maxPageSize, PAGE_SIZE);
  if (preferences.maxPageSize !== null) void reply.header('preference-applied', `odata.maxpagesize=${size}`);

  async function* bytes(): AsyncGenerator<Uint8Array> {
    const page = await readPage(scope, collection, size);
    const [path] = splitUrl(request.url);
    const nextLink = (): string | null => {
      const token = page.next();
      return token === null ? null : `${scope.root}${path.slice(ROOT.length + 1)}?${nextQuery(search, token)}`;
    };
    const context = entitiesContext(scope.root, set, options, false);
    const batches = await begun(page.batches);
    for await (const text of collectionChunks(batches, { context, count: page.total, nextLink }, scope.representation))
      yield Buffer.from(text);
  }

  return sendBytes(
    { request, reply, transfers, logError },
    { caller: admissionOf(request).caller, bytes, headers: {} },
  );
}

/** The same, whose first part has been read: what fails by then can still be told. */
async function begun<T>(source: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  let next = await source.next();
  return (async function* () {
    try {
      for (; next.done !== true; next = await source.next()) yield next.value;
    } finally {
      await source.return(undefined);
    }
  })();
}

function throughOf(origin: Of<'collection'>['origin']) {
  return origin === null ? null : { ...origin, link: origin.navigation };
}
