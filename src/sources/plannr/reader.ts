import { limitFunction } from 'p-limit';
import { chunked } from '../../platform/batch.ts';
import { listTag, type Pace, type Tag, tagOf } from '../../platform/cache/index.ts';
import { UpstreamError } from '../../platform/errors.ts';
import type { Answer, Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import { type Page, type ReadPage, readAll } from '../../platform/paging/pages.ts';
import { isItem, type Wire } from '../../platform/wire.ts';
import { SourceCache } from '../caching.ts';
import { broughtOf, type Found, foundIn } from '../found.ts';
import { distinct, identified, type Query, queryString } from '../read.ts';

const SYSTEM = 'PLANNR';
/** The largest page (platform documentation: default 15, at most 500). */
const PAGE_CAP = 500;
/** Most ids in one call and most characters of a URL: not published, our own caution. */
const MAX_IDS = 100;
const MAX_IDS_LENGTH = 7_400;
/** Chunks of one list under way at once: the platform allows 500 calls a minute (platform documentation). */
const CHUNKS_IN_FLIGHT = 8;

/** About what a single thing takes, in bytes of JSON. */
const ONE_BYTES = 200;

/** What is read of a list. */
export interface ListOptions {
  readonly path: string;
  /** What an item is called in messages and tags. */
  readonly name: string;
  readonly pace: Pace;
  readonly include?: readonly string[];
  readonly filter?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What the list is about, besides the things in it. */
  readonly tags?: readonly Tag[];
  /** Where things are asked for by the ids of others: whose an item is, and what those of one id are called in tags. */
  readonly group?: {
    readonly kind: string;
    readonly idsOf: (item: Readonly<Record<string, unknown>>) => readonly unknown[];
  };
}

/** Reads Plannr's lists: Laravel's pages and envelopes end here. */
export class PlannrReader {
  readonly #baseUrl: string;
  readonly #send: Send;
  readonly #cache: SourceCache;

  constructor(baseUrl: string, send: Send, cache = new SourceCache(SYSTEM, null, [])) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#send = send;
    this.#cache = cache;
  }

  /** A whole list, kept as one. @param parallel pages under way at once */
  async all(scope: CallScope, options: ListOptions, parallel?: number): Promise<Wire[]> {
    const { name, pace, path, filter, include, tags = [] } = options;
    const id = JSON.stringify([path, filter, include]);
    const about = [listTag(SYSTEM, name), ...tags];
    const answer = await this.#cache.many<readonly unknown[]>(
      scope,
      {
        pace,
        kind: `${name}s`,
        resource: `${name}[]`,
        tagsOf: () => about,
        read: async (_, within) => {
          const { items, bytes } = await this.#whole(within, options, parallel);
          const own = items.flatMap((item) =>
            isItem(item) && typeof item.uuid === 'string' ? [tagOf(SYSTEM, name, item.uuid)] : [],
          );
          return { values: new Map([[id, { value: items, tags: [...about, ...own], bytes }]]) };
        },
      },
      [id],
    );
    const list = answer.values.get(id);
    if (list === undefined || list instanceof Error) throw list ?? new TypeError('a list got lost');
    return distinct(identified(scope, SYSTEM, name, 'uuid', list), 'uuid');
  }

  /** Everything of a list whose filter `filterName` holds one of these ids, in as few chunks as the limits allow, all at once. */
  async belongingTo(
    scope: CallScope,
    options: ListOptions,
    filterName: string,
    ids: readonly string[],
  ): Promise<Found> {
    const { name, pace, include = [], group } = options;
    const tagOfId = (id: string): Tag => tagOf(SYSTEM, group?.kind ?? name, id);
    const tagOfItem = (id: string): Tag => tagOf(SYSTEM, name, id);
    const answer = await this.#cache.many(
      scope,
      {
        pace,
        kind: group?.kind ?? `${name}s`,
        resource: `${name}?${filterName}&${include.join()}`,
        tagsOf: (id) => [tagOfId(id), listTag(SYSTEM, name)],
        read: (some, within) => {
          const whole = (chunk: readonly string[]) =>
            this.#whole(within, { ...options, filter: { ...options.filter, [filterName]: chunk } });
          const chunks = chunked(some, MAX_IDS, MAX_IDS_LENGTH);
          const readChunk =
            chunks.length > CHUNKS_IN_FLIGHT ? limitFunction(whole, { concurrency: CHUNKS_IN_FLIGHT }) : whole;
          const sorting = { idField: 'uuid', idsOf: group?.idsOf, tagOfAll: listTag(SYSTEM, name), tagOfId, tagOfItem };
          return broughtOf(chunks, readChunk, sorting, this.#cache.isKeeping);
        },
      },
      ids,
    );
    return foundIn(scope, SYSTEM, name, 'uuid', answer, this.#cache.isKeeping);
  }

  /** One thing that stands under `data`; null where Plannr has none. @param options the path holds `{uuid}` */
  async one(scope: CallScope, { path, name, pace }: ListOptions, uuid: string): Promise<unknown> {
    const read = async (within: CallScope): Promise<unknown> => {
      try {
        const { body } = await this.#get(within, path, path.replace('{uuid}', encodeURIComponent(uuid)), 1);
        return isItem(body) && 'data' in body ? body.data : body;
      } catch (error) {
        if (error instanceof UpstreamError && error.status === 404) return null;
        throw error;
      }
    };
    const tags = [tagOf(SYSTEM, name, uuid)];
    const answer = await this.#cache.many(
      scope,
      {
        pace,
        kind: `${name}s`,
        resource: name,
        tagsOf: () => tags,
        read: async (_, within) => ({
          values: new Map([[uuid, { value: await read(within), tags, bytes: ONE_BYTES }]]),
        }),
      },
      [uuid],
    );
    const value = answer.values.get(uuid);
    if (value instanceof Error) throw value;
    return value ?? null;
  }

  /** A whole list as it is, which is not kept. */
  async uncached(scope: CallScope, options: ListOptions): Promise<readonly unknown[]> {
    return (await this.#whole(scope, options)).items;
  }

  async #whole(
    scope: CallScope,
    options: ListOptions,
    parallel?: number,
  ): Promise<{ items: readonly unknown[]; bytes: number }> {
    let bytes = 0;
    const pages = this.#pages(scope, options, (length) => {
      bytes += length;
    });
    return { items: await readAll(pages, PAGE_CAP, parallel), bytes };
  }

  #pages(
    scope: CallScope,
    { path, include = [], filter = {} }: ListOptions,
    onAnswer: (length: number) => void,
  ): ReadPage<unknown> {
    const filters = Object.fromEntries(Object.entries(filter).map(([name, value]) => [`filter[${name}]`, value]));
    return async (pageNumber, pageSize) => {
      const query: Query = { ...filters, include, per_page: String(pageSize), page: String(pageNumber) };
      const template = path.replace(/[0-9a-f-]{36}/gi, '{uuid}');
      const batchSize = Math.max(0, ...Object.values(filter).map((ids) => (Array.isArray(ids) ? ids.length : 0)));
      const { body, length = 0 } = await this.#get(scope, template, `${path}${queryString(query)}`, batchSize);
      onAnswer(length);
      return unwrapped(scope, body);
    };
  }

  async #get(scope: CallScope, template: string, path: string, batchSize: number): Promise<Answer> {
    const url = `${this.#baseUrl}${path}`;
    // `/api/v1/plans/…` is of the domain `plans`.
    const domain = template.split('/')[3] ?? template;
    const call = { system: SYSTEM, template, domain, batchSize, method: 'GET', url, headers: {}, scope } as const;
    return this.#send(call);
  }
}

/** The page inside `{ data, links, meta }`; without `meta` the pages go on while `links.next` says so. */
function unwrapped(scope: CallScope, body: unknown): Page<unknown> {
  const data = isItem(body) ? body.data : undefined;
  if (!isItem(body) || !Array.isArray(data))
    throw new UpstreamError(
      'UPSTREAM_INVALID_DATA',
      { system: SYSTEM, traceId: scope.traceId },
      'sent a page without data.',
    );
  const meta = isItem(body.meta) ? body.meta : {};
  const page = { items: data, total: count(meta.total), pageSize: count(meta.per_page) };
  return isItem(body.links) && 'next' in body.links ? { ...page, isLast: body.links.next === null } : page;
}

function count(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
