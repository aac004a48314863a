import { hash } from 'node:crypto';
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import type { Admission } from '../guard/index.ts';
import {
  type Cache,
  callerScope,
  type Lifetimes,
  memoryStore,
  Reads,
  responseKey,
  type Tag,
} from '../platform/cache/index.ts';
import type { OperationType } from '../platform/operation-report.ts';

/** A whole answer: everything but its `extensions`, which are made anew each time. */
export interface KeptResponse {
  /** The body up to where the extensions begin, as it goes over the wire: text would be encoded anew each time. */
  readonly head: Buffer;
  readonly headers: readonly (readonly [string, string])[];
  readonly name: string | null;
  readonly type: OperationType;
  /** Points that the operation costs, each time. */
  readonly cost: number;
}

/** What an answer came to, once it is known. */
export interface Finished {
  readonly name: string | null;
  readonly type: OperationType;
  readonly cost: number;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly hasErrors: boolean;
}

/** What keeping whole answers takes. */
export interface ResponsesOptions {
  readonly cache: Cache;
  /** Room for them, in bytes. */
  readonly maxBytes: number;
  /** How long an answer is given again at most, in milliseconds. */
  readonly freshMs: number;
  /** Changes when what is always kept, and read by no call, was loaded anew. */
  readonly version: () => string;
  /** Milliseconds of the epoch. */
  readonly now?: () => number;
}

/** Something that was made, with the kinds of which nothing may have changed since. */
interface Made<T> {
  readonly value: T;
  readonly kinds: readonly Tag[];
}

/** The place of one thing that can be kept. */
export interface Slot<T> {
  /** What was kept there; undefined where there is nothing that holds. */
  readonly found: T | undefined;
  /** Takes down what is read. */
  readonly reads: Reads;
  /** Keeps it where all that it was made of can be kept. @param bytes of room that it takes */
  keep(value: T, bytes: number): Promise<void>;
}

/** One request's place among the kept answers. */
export interface Place {
  /** The answer that was given to the same question before; undefined where there is none that holds. */
  readonly found: KeptResponse | undefined;
  /** Takes down what the operation reads. */
  readonly reads: Reads;
  /** Keeps the answer where all that it was made of can be kept. */
  keep(response: HTTPGraphQLResponse, finished: Finished | undefined): Promise<void>;
}

/**
 * Whole answers, each for the caller whom it was given to and for as long as everything in it holds. An answer with errors or with stale
 * data, and a mutation's, is never kept.
 */
export class Responses {
  readonly #options: ResponsesOptions;
  readonly #store: ReturnType<typeof memoryStore>;

  constructor(options: ResponsesOptions) {
    this.#options = options;
    this.#store = memoryStore(options.maxBytes);
  }

  /** @returns null where the answer to such a request is not kept */
  async place(admission: Admission, request: HTTPGraphQLRequest): Promise<Place | null> {
    const question = questionOf(request);
    const slot = question === null ? null : await this.slot<KeptResponse>(admission, question);
    if (slot === null) return null;
    const { found, reads, keep } = slot;
    return {
      found,
      reads,
      keep: async (response, finished) => {
        if (finished === undefined || finished.hasErrors || finished.type !== 'query') return;
        const kept = keptOf(response, finished);
        if (kept !== null) await keep(kept, kept.head.length);
      },
    };
  }

  /**
   * The place of something that is made for a caller out of what is read, and holds as long as all of that does.
   * @param question everything that it depends on besides who asks
   * @param mostMs how long it holds at most, in milliseconds; as long as a whole answer unless told otherwise
   * @returns null where nothing is kept at the moment
   */
  async slot<T>(admission: Admission, question: string, mostMs = this.#options.freshMs): Promise<Slot<T> | null> {
    const position = await this.#options.cache.sync();
    if (position === null) return null;
    const { cache, version, now = Date.now } = this.#options;
    const { caller, upstreamToken } = admission;
    const atStart = version();
    const key = responseKey(callerScope(caller, upstreamToken), hash('sha256', `${atStart} ${question}`));
    const [entry] = await this.#store.get([key]);
    const made = entry?.value as Made<T> | undefined;
    const holds =
      entry !== undefined && now() < entry.readAt + entry.freshMs && cache.holds(entry.fence, entry.tags, made?.kinds);
    const reads = new Reads(position, now() + mostMs);
    return {
      found: holds ? made?.value : undefined,
      reads,
      keep: async (value, bytes) => {
        const whole = reads.whole;
        const left = whole === null ? 0 : whole.freshUntil - now();
        if (whole === null || left <= 0 || version() !== atStart) return;
        const lifetimes: Lifetimes = { freshMs: left, staleMs: 0, staleIfErrorMs: 0, absentMs: 0 };
        const { tags, kinds, fence } = whole;
        const entry = { value: { value, kinds }, fence, readAt: now(), freshMs: lifetimes.freshMs, tags };
        // They can take more room than what is kept.
        const tagBytes = tags.reduce((sum, tag) => sum + tag.length, 0);
        await this.#store.set([{ key, entry, ttlMs: Math.ceil(left), bytes: bytes + tagBytes }]);
      },
    };
  }
}

/** The bodies of kept answers end where the extensions begin. @param extensions as the answer has to have them this time */
export function bodyOf({ head }: KeptResponse, extensions: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.concat([head, Buffer.from(tailOf(extensions))]);
}

/** Everything that the answer depends on besides who asks; null where the server has more to do than to answer. */
function questionOf({ method, headers, body }: HTTPGraphQLRequest): string | null {
  if (method !== 'POST' || typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== 'string' || extensions != null) return null;
  return JSON.stringify([query, operationName, variables, headers.get('accept'), headers.get('content-type')]);
}

function keptOf({ body, headers, status }: HTTPGraphQLResponse, finished: Finished): KeptResponse | null {
  if (body.kind !== 'complete' || (status ?? 200) !== 200) return null;
  const tail = tailOf(finished.extensions);
  if (!body.string.endsWith(tail)) return null;
  const { name, type, cost } = finished;
  const kept = [...headers].filter(([header]) => header !== 'content-length');
  return { head: Buffer.from(body.string.slice(0, -tail.length)), headers: kept, name, type, cost };
}

function tailOf(extensions: Readonly<Record<string, unknown>>): string {
  return Object.keys(extensions).length === 0 ? '}' : `,"extensions":${JSON.stringify(extensions)}}`;
}
