import { Agent, type Dispatcher, errors, request } from 'undici';
import { OutOfTime } from '../deadline.ts';
import { InvalidAnswer } from './faults.ts';
import type { Answer, Call, Send } from './send.ts';

/** The largest answer that is read, in bytes: a page of 500 plans with all fields is well under 4 MB. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** How the pool connects. Times are milliseconds; a call's own share of its deadline bounds them all. */
export interface PoolOptions {
  /** Connections to one host; what is more waits for one. */
  readonly connections?: number;
  /** Until a connection stands. */
  readonly connectMs?: number;
  /** Until the headers of an answer are there. */
  readonly headersMs?: number;
  /** Between two pieces of a body. */
  readonly bodyMs?: number;
}

/** A connection pool for all upstream calls. */
export function createPool({
  connections = 64,
  connectMs = 5_000,
  headersMs = 30_000,
  bodyMs = 15_000,
}: PoolOptions = {}): Agent {
  return new Agent({
    connections,
    connect: { timeout: connectMs },
    headersTimeout: headersMs,
    bodyTimeout: bodyMs,
    keepAliveTimeout: 30_000,
  });
}

/** Makes calls over a pool. Redirects are not followed: a token must not leave for another host. */
export function transport(pool: Dispatcher): Send {
  return async ({ method, url, headers, body, as, scope }: Call): Promise<Answer> => {
    try {
      const response = await request(url, {
        dispatcher: pool,
        method,
        headers,
        signal: scope.signal,
        ...(body === undefined ? {} : { body }),
      });
      const { statusCode: status } = response;
      if (as === 'stream' && status >= 200 && status < 300)
        return { status, headers: response.headers, body: response.body };
      const text = await readBounded(response);
      return { status, headers: response.headers, body: parse(text, status), length: text.length };
    } catch (error) {
      const isLate = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
      throw isLate ? new OutOfTime('', { cause: error }) : error;
    }
  };
}

async function readBounded({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (Number(headers['content-length']) > MAX_BODY_BYTES) {
    // Given up unread, the body fails: nobody is to hear of it.
    body.on('error', () => {}).destroy();
    throw new InvalidAnswer('too large');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new InvalidAnswer('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An error answer may be anything (a proxy's page, say); a good one must be JSON. */
function parse(text: string, status: number): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    if (status >= 400) return null;
    throw new InvalidAnswer('not JSON');
  }
}
