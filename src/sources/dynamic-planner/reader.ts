import { chunked } from '../../platform/batch.ts';
import { type Item, listTag, type Tag, tagOf } from '../../platform/cache/index.ts';
import { UpstreamError } from '../../platform/errors.ts';
import type { Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import { type Page, type ReadPage, readAll, readWindow, type Stretch } from '../../platform/paging/pages.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import { SourceCache } from '../caching.ts';
import { broughtOf, type Found, foundIn } from '../found.ts';
import { distinct, identified, joined, type Query, queryString } from '../read.ts';
import type { DynamicPlannerContract, Resource } from './contract.ts';
import { KINDS } from './kinds.ts';
import { type Rename, renaming } from './rename.ts';

const SYSTEM = 'DYNAMIC_PLANNER';
/** What a URL holds besides the ids: host, path and other parameters. */
const URL_ALLOWANCE = 600;

/** Reads Dynamic Planner's lists: pages, chunks of ids and envelopes end here. */
export class DynamicPlannerReader {
  readonly contract: DynamicPlannerContract;
  readonly #baseUrl: string;
  readonly #send: Send;
  readonly #cache: SourceCache;
  /** Caps that turned out lower than the contract tells. */
  readonly #lowerCaps = new Map<Resource, number>();

  constructor(
    baseUrl: string,
    contract: DynamicPlannerContract,
    send: Send,
    cache = new SourceCache(SYSTEM, null, []),
  ) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.contract = contract;
    this.#send = send;
    this.#cache = cache;
  }

  /** A whole list. @param parallel pages under way at once */
  async all(scope: CallScope, resource: Resource, query: Query = {}, parallel?: number): Promise<Wire[]> {
    const items = await readAll(this.#keptPages(scope, resource, query), this.cap(resource), parallel);
    return distinct(identified(scope, SYSTEM, resource, 'id', items), 'id');
  }

  /** A window of a list, by absolute position; broken items stay in, so that positions hold. */
  window(scope: CallScope, resource: Resource, query: Query, offset: number, count: number): Promise<Stretch<unknown>> {
    return readWindow(this.#keptPages(scope, resource, query), offset, count, this.cap(resource));
  }

  /** One page of a list for these ids, for those who page by themselves. */
  page(
    scope: CallScope,
    resource: Resource,
    ids: readonly string[],
    query: Query,
    pageNumber: number,
  ): Promise<Page<unknown>> {
    return this.#keptPages(scope, resource, query, ids)(pageNumber, this.cap(resource));
  }

  /**
   * Everything of a resource that belongs to these ids: in as few chunks as the limits on ids and URLs allow, all at once, each with
   * its further pages. What comes with two chunks is here once.
   * @param parameter the query parameter that takes the ids, where the path does not
   * @param perId items that an id can have: where it is 1 a chunk never needs a second page
   */
  async belongingTo(
    scope: CallScope,
    resource: Resource,
    ids: readonly string[],
    { parameter = 'ids', query = {}, perId }: { parameter?: 'ids' | 'clientIds'; query?: Query; perId?: 1 } = {},
  ): Promise<Found> {
    const { pace, item, group, idsOf } = KINDS[resource];
    const tagOfId = (id: string): Tag => tagOf(SYSTEM, group ?? item, id);
    const tagOfItem = (id: string): Tag => tagOf(SYSTEM, item, id);
    const answer = await this.#cache.many(
      scope,
      {
        pace,
        kind: resource,
        resource: `${resource}${queryString(query)}`,
        tagsOf: (id) => [tagOfId(id), listTag(SYSTEM, item)],
        read: (some, within) => {
          const cap = this.cap(resource);
          const chunks = this.chunks(resource, some, perId === 1 ? cap : undefined);
          const readChunk = async (chunk: readonly string[]) => {
            let bytes = 0;
            const lists = this.#lists(resource).map(async ({ path, type }) => {
              const onAnswer = ({ length }: { readonly length: number }): void => {
                bytes += length;
              };
              const pages = this.#pages(within, resource, query, chunk, parameter, onAnswer, path);
              const items = await readAll(bounded(pages, within, resource, perId && chunk.length), cap);
              return type === undefined ? items : items.map((item) => (isItem(item) ? { type, ...item } : item));
            });
            return { items: (await Promise.all(lists)).flat(), bytes };
          };
          const sorting = { idField: 'id', idsOf, tagOfAll: listTag(SYSTEM, item), tagOfId, tagOfItem };
          return broughtOf(chunks, readChunk, sorting, this.#cache.isKeeping);
        },
      },
      ids,
    );
    return foundIn(scope, SYSTEM, resource, 'id', answer, this.#cache.isKeeping);
  }

  /** Ids in chunks that one call can take. */
  chunks(resource: Resource, ids: readonly string[], atMost = Number.POSITIVE_INFINITY): string[][] {
    const { maxIds = this.contract.maxIds, maxPathIdsLength } = this.contract.resources[resource];
    return chunked(ids, Math.min(maxIds, atMost), maxPathIdsLength ?? this.contract.maxUrlLength - URL_ALLOWANCE);
  }

  /** Pages past the cache. @param ids stand in the path, or in the query */
  pages(scope: CallScope, resource: Resource, ids: readonly string[], query: Query): ReadPage<unknown> {
    return this.#pages(scope, resource, query, ids, 'ids', () => {});
  }

  /** The largest page of a resource, as far as is known by now. */
  cap(resource: Resource): number {
    return this.#lowerCaps.get(resource) ?? this.contract.resources[resource].pageCap ?? this.contract.pageCap;
  }

  /** Pages of a list, kept as they are: whoever asks for the same window asks for the same pages. */
  #keptPages(scope: CallScope, resource: Resource, query: Query, ids: readonly string[] = []): ReadPage<unknown> {
    const { pace, item, group } = KINDS[resource];
    const tags = [listTag(SYSTEM, item), ...ids.map((id) => tagOf(SYSTEM, group ?? item, id))];
    const search = queryString({ ids, ...query });
    return async (pageNumber, pageSize) => {
      const id = `${search} ${pageNumber} ${pageSize}`;
      const { values } = await this.#cache.many<Page<unknown>>(
        scope,
        {
          pace,
          kind: resource,
          resource: `${resource}[]`,
          tagsOf: () => tags,
          read: async (_, within) => {
            let bytes = 0;
            const read = this.#pages(within, resource, query, ids, 'ids', (answer) => {
              bytes += answer.length;
            });
            const page = await read(pageNumber, pageSize);
            const items = page.items.flatMap((one) => this.#itemOf(resource, one, bytes / page.items.length));
            const value = { value: page, tags: [...tags, ...items.flatMap((one) => one.tags)], bytes };
            // A page of whole records brings what is asked for by id as well.
            const isPlain = group === undefined && query[this.contract.parameters.fields] === undefined;
            const of = this.#cache.kind(within, resource, pace);
            return { values: new Map([[id, value]]), along: isPlain ? items.map((one) => ({ ...one, of })) : [] };
          },
        },
        [id],
      );
      const page = values.get(id);
      if (page === undefined || page instanceof Error) throw page ?? new TypeError('a page got lost');
      return page;
    };
  }

  /** An item as it is kept under its own id. */
  #itemOf(resource: Resource, item: unknown, bytes: number): (Item<unknown> & { readonly id: string })[] {
    const id = isItem(item) ? item.id : undefined;
    return typeof id === 'string'
      ? [{ id, value: [item], tags: [tagOf(SYSTEM, KINDS[resource].item, id)], bytes }]
      : [];
  }

  /** The lists that a resource is spread over: one, or one for each type of item. */
  #lists(resource: Resource): readonly { readonly path: string; readonly type?: string }[] {
    const { path, ...rest } = this.contract.resources[resource];
    const byType = 'byType' in rest ? rest.byType : undefined;
    return byType === undefined ? [{ path }] : Object.entries(byType).map(([type, own]) => ({ path: own, type }));
  }

  #pages(
    scope: CallScope,
    resource: Resource,
    query: Query,
    ids: readonly string[],
    parameter: 'ids' | 'clientIds',
    onAnswer: (answer: { readonly length: number }) => void,
    path = this.contract.resources[resource].path,
  ): ReadPage<unknown> {
    const { parameters, resources } = this.contract;
    const { fields } = resources[resource];
    const rename = renaming(fields);
    const inPath = path.includes('{ids}');
    return async (pageNumber, pageSize) => {
      const search = queryString({
        ...(inPath ? {} : { [parameters[parameter]]: ids }),
        ...query,
        [parameters.pageSize]: String(pageSize),
        [parameters.pageNumber]: String(pageNumber),
      });
      const answer = await this.#send({
        system: SYSTEM,
        template: path,
        domain: path.split('/')[1] ?? path,
        batchSize: ids.length,
        method: 'GET',
        url: `${this.#baseUrl}${path.replace('{ids}', joined(ids))}${search}`,
        headers: {},
        scope,
      });
      onAnswer({ length: answer.length ?? 0 });
      const page = this.#unwrapped(scope, answer.body, rename);
      if (page.pageSize !== null && page.pageSize > 0 && page.pageSize < Math.min(pageSize, this.cap(resource)))
        this.#lowerCaps.set(resource, page.pageSize);
      return page;
    };
  }

  /** The page inside the envelope, or a bare array. */
  #unwrapped(scope: CallScope, body: unknown, rename: Rename): Page<unknown> {
    if (Array.isArray(body)) return { items: body.map(rename), total: null, pageSize: null };
    const { items, pageSize, totalCount } = this.contract.envelope;
    const list = isItem(body) ? body[items] : undefined;
    if (!isItem(body) || !Array.isArray(list))
      throw new UpstreamError(
        'UPSTREAM_INVALID_DATA',
        { system: SYSTEM, traceId: scope.traceId },
        `sent a page without a list called "${items}" (see DP_CONTRACT_FILE).`,
      );
    return { items: list.map(rename), total: countOf(body[totalCount]), pageSize: countOf(body[pageSize]) };
  }
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

/** A list of things by their ids can't have more items than ids: a longer one is another list, and must not be read to its end. */
function bounded(
  read: ReadPage<unknown>,
  scope: CallScope,
  resource: Resource,
  atMost: number | undefined,
): ReadPage<unknown> {
  return async (pageNumber, pageSize) => {
    const page = await read(pageNumber, pageSize);
    if (atMost === undefined || (page.total ?? page.items.length) <= atMost) return page;
    throw new UpstreamError(
      'UPSTREAM_INVALID_DATA',
      { system: SYSTEM, traceId: scope.traceId },
      `gave more ${resource} than were asked for by id: it may not know the parameter that takes the ids (see DP_CONTRACT_FILE).`,
    );
  };
}
