import { Agent, type Dispatcher, errors, request } from 'undici';
import { onAbort } from '../abort.ts';
import { Cancelled, OutOfTime } from '../deadline.ts';
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
  return (call: Call): Promise<Answer> => (call.as === 'stream' ? streamed(pool, call) : collected(pool, call));
}

function collected(pool: Dispatcher, { method, url, headers, body, scope: { signal } }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Cancelled('', { cause: signal.reason });
    const { origin, pathname, search } = new URL(url);
    const collector = new Collector(signal, resolve, reject);
    const path = `${pathname}${search}`;
    pool.dispatch({ origin, path, method, headers, ...(body === undefined ? {} : { body }) }, collector);
  });
}

/** The body of a good answer as it comes; one that says what is wrong is read whole. */
async function streamed(pool: Dispatcher, { method, url, headers, body, scope: { signal } }: Call): Promise<Answer> {
  try {
    const sent = body === undefined ? {} : { body };
    const response = await request(url, { dispatcher: pool, method, headers, signal, ...sent });
    const { statusCode: status } = response;
    if (status >= 200 && status < 300) return { status, headers: response.headers, body: response.body };
    const text = await readBounded(response);
    return { status, headers: response.headers, body: parse(text, status), length: text.length };
  } catch (error) {
    const isLate = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
    throw isLate ? new OutOfTime('', { cause: error }) : error;
  }
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

/** Collects one answer. A stream for each body, as `request` of undici makes it, would cost more than the rest of a call. */
class Collector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #stopListening: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #status = 0;
  #headers: Answer['headers'] = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;

  /** @param signal aborted when nobody waits for the answer any more */
  constructor(signal: AbortSignal, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stopListening = onAbort(signal, () => this.#giveUp(new Cancelled('', { cause: signal.reason })));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection.
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStart(_controller: unknown, status: number, headers: Answer['headers']): void {
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > MAX_BODY_BYTES) this.#giveUp(new InvalidAnswer('too large'));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_BODY_BYTES) this.#giveUp(new InvalidAnswer('too large'));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#stopListening();
    if (this.#failure !== undefined) return;
    const text = (this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks))?.toString('utf8') ?? '';
    try {
      const body = parse(text, this.#status);
      this.#resolve({ status: this.#status, headers: this.#headers, body, length: text.length });
    } catch (error) {
      this.#reject(error);
    }
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#stopListening();
    const isLate = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
    this.#reject(isLate ? new OutOfTime('', { cause: error }) : error);
  }

  /** Whoever waits is told at once; the connection is let go of. */
  #giveUp(failure: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#stopListening();
    this.#reject(failure);
    this.#controller?.abort(failure);
  }
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
