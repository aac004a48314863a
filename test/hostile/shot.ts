import type { HttpAnswer } from './answers.ts';
import type { Random } from './random.ts';

/** What goes over one connection, and how. */
export interface Shot {
  /** Written one after another; strings in UTF-8. */
  readonly pieces: readonly (string | Buffer)[];
  /** Between two pieces. */
  readonly pauseMs?: number;
  /**
   * What is done once all is written: wait for the answer, close the writing half and wait, or reset at once. `leave` waits as well, and then
   * leaves the connection as it is for a while.
   */
  readonly after?: 'wait' | 'end' | 'reset' | 'leave';
  /** What else is written after the answers so far; null for nothing now. @param written how often there was something */
  readonly next?: (answers: readonly HttpAnswer[], written: number) => string | Buffer | null;
  /** Answers that there may be at most; default 1. More are a split response. */
  readonly answers?: number;
  /** Whether there must be as many as that. */
  readonly all?: boolean;
  /** Whether the request is whole, so that it must be answered. Else the wait is short. */
  readonly whole?: boolean;
  /** Asked by HEAD: no answer has a body. */
  readonly head?: boolean;
  /** What is sent in frames, which hide it by their masks. */
  readonly said?: string;
  /** Messages, close frames or events that an answer which goes on must bring, unless the gateway ends it; default 0. */
  readonly replies?: number;
  /** After so many messages nothing more is read: it is only watched for a moment. */
  readonly deafAfter?: number;
}

/** What the generators know of the house that they attack. */
export interface Bait {
  /** The gateway's `host:port`. */
  readonly host: string;
  /** A header line `authorization: …`, or nothing. */
  readonly authorization: string;
  /** Global ids of things that are there. */
  readonly ids: readonly string[];
  /** A cursor of the list of clients. */
  readonly cursor: string;
  /** A server that nobody must ever call. */
  readonly canary: string;
}

/** A way to be hostile. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly make: (random: Random, bait: Bait) => Shot;
}

/** The head of a request with the caller's token, up to and with the empty line. */
export function head(bait: Bait, line: string, headers: readonly string[] = []): string {
  const lines = [`${line} HTTP/1.1`, `host: ${bait.host}`, ...headers];
  if (bait.authorization !== '' && !headers.some((header) => /^authorization/i.test(header)))
    lines.push(bait.authorization);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A request without a body that must be answered. */
export function get(bait: Bait, target: string, headers: readonly string[] = []): Shot {
  return { pieces: [head(bait, `GET ${target}`, headers)], whole: true };
}

/** A request with a body of the right length that must be answered. */
export function post(
  bait: Bait,
  body: string | Buffer,
  headers: readonly string[] = ['content-type: application/json'],
  target = '/graphql',
): Shot {
  const bytes = Buffer.from(body);
  const lines = [...headers, `content-length: ${bytes.length}`];
  return { pieces: [Buffer.concat([Buffer.from(head(bait, `POST ${target}`, lines)), bytes])], whole: true };
}

/** A longer target may not fit into what the server reads as a request's head (16 KB). */
const LONGEST_TARGET = 12_000;

/** A GraphQL request, mostly by POST. */
export function graphql(
  random: Random,
  bait: Bait,
  query: string,
  variables?: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Shot {
  if (query.length < 2_000 && random.chance(0.15)) {
    const search = new URLSearchParams({ query: wellFormed(query) });
    if (variables !== undefined) search.set('variables', JSON.stringify(variables));
    const shot = get(bait, `/graphql?${search}`, ['apollo-require-preflight: 1', 'accept: application/json']);
    // A head that is too large is refused, and the connection closed, before all of it was sent.
    return { ...shot, whole: String(search).length < LONGEST_TARGET };
  }
  return post(bait, JSON.stringify({ query, ...(variables && { variables }), ...more }));
}

/** Without lone surrogates, which no URL can hold. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
