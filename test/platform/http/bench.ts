import type { RequestListener } from 'node:http';
import type { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { UpstreamError } from '../../../src/platform/errors.ts';
import type { Answer, Call } from '../../../src/platform/http/send.ts';
import { createPool } from '../../../src/platform/http/transport.ts';
import { callScope, failureOf, listen, type TestServer } from '../helpers.ts';

/** What a server does with a request. */
export type Behaviour = RequestListener;

/** Answers. */
export const answering =
  (status: number, headers: Record<string, string> = {}, body = '{"ok":true}'): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

export const ok = answering(200);

/** Never answers. */
export const hanging: Behaviour = () => {};

/** Ends the connection without an answer. */
export const resetting: Behaviour = (request) => request.socket.resetAndDestroy();

/** Ends the connection in the middle of the body. */
export const cutting: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"items": [');
  setImmediate(() => response.destroy());
};

/** Sends the headers and a piece of the body, and then no more. */
export const stalling: Behaviour = (_request, response) => {
  response.writeHead(200);
  response.write('{"items": [');
};

/** A platform that does as it is told. */
export class Bench {
  /** What it was asked since the test began. */
  asked: string[] = [];
  #server: TestServer | undefined;
  #pool: Agent | undefined;
  #script: Behaviour[] = [];

  /** What to do with each request in turn; the last one holds for all that follow. */
  does(...script: [Behaviour, ...Behaviour[]]): void {
    this.#script = script;
  }

  get pool(): Agent {
    if (this.#pool === undefined) throw new TypeError('not open');
    return this.#pool;
  }

  /** A call to it. */
  call({ path = '/crm/v1/clients', scope = callScope(), ...rest }: Partial<Call> & { path?: string } = {}): Call {
    return {
      system: 'DYNAMIC_PLANNER',
      template: path,
      domain: path.split('/')[1] ?? '',
      batchSize: 0,
      method: 'GET',
      url: `${this.#server?.url}${path}`,
      headers: {},
      scope,
      ...rest,
    };
  }

  async open(): Promise<void> {
    this.#pool = createPool();
    this.#server = await listen((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      const [behaviour] = this.#script.length > 1 ? this.#script.splice(0, 1) : this.#script;
      behaviour?.(request, response);
    });
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
    await this.#server?.stop();
  }
}

/** A platform for the tests of one file. */
export function bench(): Bench {
  const one = new Bench();
  beforeAll(() => one.open());
  beforeEach(() => {
    one.asked = [];
    one.does(ok);
  });
  afterAll(() => one.close());
  return one;
}

/** How a call fails. */
export async function failure(sent: Promise<Answer>): Promise<UpstreamError> {
  const error = await failureOf(sent);
  if (error instanceof UpstreamError) return error;
  throw error;
}
