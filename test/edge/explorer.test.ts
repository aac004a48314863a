import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import Fastify, { type FastifyInstance } from 'fastify';
import { getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/edge/examples.ts';
import { explorer } from '../../src/edge/explorer.ts';
import { loadSchema } from '../../src/tools/schema-files.ts';

const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8');
const EXAMPLES = await readExamples('.');
const TRICKY = `query Tricky { a(b: "\`\${0}</script>\\\\") }`;

interface AltairOptions {
  readonly endpointURL: string;
  readonly subscriptionsEndpoint: string;
  readonly subscriptionsProtocol: string;
  readonly initialSubscriptionRequestHandlerId: string;
  readonly initialWindows: readonly {
    initialName: string;
    initialQuery: string;
    initialVariables: string;
    initialSubscriptionRequestHandlerId: string;
  }[];
}

/** How Altair calls what the gateway speaks. */
const OVER_WEBSOCKET = { initialSubscriptionRequestHandlerId: 'graphql-ws' };

interface Stored {
  readonly key: string;
  readonly value: unknown;
}

let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify();
  await app.register(explorer, {
    endpoint: '/graphql',
    examples: [
      { name: 'Book', query: BOOK, variables: '{ "first": 25 }' },
      { name: 'Tricky', query: TRICKY },
    ],
  });
  await app.ready();
});

afterAll(() => app.close());

/** Runs the script that the page loads after Altair, in a pretended browser. @param protocol of the page */
async function runOptions(protocol = 'http:'): Promise<{
  options: AltairOptions;
  store: (record: Stored) => Stored;
  /** What a client of a socket is given of a message. */
  receive: (subprotocol: string, data: string) => unknown[];
  /** What Altair shows of a connection that has ended. */
  ended: (code: number, reason: string) => unknown;
}> {
  const script = (await app.inject('/explorer/initial_options.js')).body;
  class IDBObjectStore {
    put(record: Stored): Stored {
      return record;
    }
  }
  class WebSocket {
    readonly protocol: string;
    #take: (event: { data: string; origin: string }) => void = () => {};
    constructor(subprotocol: string) {
      this.protocol = subprotocol;
    }
    set onmessage(take: (event: { data: string }) => void) {
      this.#take = take;
    }
    receive(data: string): void {
      this.#take({ data, origin: 'ws://a.test' });
    }
  }
  class CloseEvent {
    readonly code: number;
    readonly reason: string;
    constructor(code: number, reason: string) {
      this.code = code;
      this.reason = reason;
    }
  }
  const made: AltairOptions[] = [];
  const AltairGraphQL = { init: (given: AltairOptions) => made.push(given) };
  vm.runInNewContext(script, { IDBObjectStore, AltairGraphQL, WebSocket, CloseEvent, location: { protocol } });
  const [options] = made;
  if (options === undefined) throw new Error('Altair was not started');
  return {
    options,
    store: (record) => new IDBObjectStore().put(record),
    receive(subprotocol, data) {
      const socket = new WebSocket(subprotocol);
      const given: unknown[] = [];
      socket.onmessage = (event) => given.push(event.data);
      socket.receive(data);
      return given;
    },
    ended: (code, reason) => (new CloseEvent(code, reason) as { message?: unknown }).message,
  };
}

describe('the explorer', () => {
  it('redirects to the path under which its relative assets resolve', async () => {
    const reply = await app.inject('/explorer');
    expect(reply.statusCode).toBe(302);
    expect(new URL(reply.headers.location ?? '', 'http://a.test/explorer').pathname).toBe('/explorer/');
    expect((await app.inject('/explorer/')).headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('serves every asset that its page names, from its own origin', async () => {
    const { body } = await app.inject('/explorer/');
    expect(body).toContain('<base href="./">');
    const named = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = '']) => path);
    const urls = named.map((path) => new URL(path, 'http://a.test/explorer/'));
    expect(urls.length).toBeGreaterThan(10);
    for (const url of urls) {
      expect(url.origin).toBe('http://a.test');
      expect((await app.inject(url.pathname)).statusCode, url.pathname).toBe(200);
    }
    const fonts = (await app.inject('/explorer/styles.css')).body.matchAll(/url\("?([^")]+)"?\)/g);
    const loaded = [...fonts].map(([, path = '']) => path).filter((path) => !/^(#|data:)/.test(path));
    expect(loaded.length).toBeGreaterThan(0);
    for (const path of loaded) expect((await app.inject(`/explorer/${path}`)).statusCode, path).toBe(200);
  });

  it('forbids the browser to load anything from elsewhere, on every reply', async () => {
    for (const path of ['/explorer/', '/explorer/main.js', '/explorer/initial_options.js', '/explorer/nothing']) {
      const policy = String((await app.inject(path)).headers['content-security-policy']);
      const directives = policy.split('; ').map((each) => each.split(' '));
      expect(directives).toContainEqual(['default-src', "'self'"]);
      expect(directives).toContainEqual(['script-src', "'self'"]);
      expect(directives).toContainEqual(['connect-src', "'self'"]);
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    }
    expect((await app.inject('/explorer/')).body).not.toMatch(/<script(?![^>]*\ssrc=)/);
  });

  it('loads the examples as tabs, the first one in front, which is last', async () => {
    const { options } = await runOptions();
    expect(options.endpointURL).toBe('/graphql');
    expect(options.initialWindows).toEqual([
      { initialName: 'Tricky', initialQuery: TRICKY, initialVariables: '{}', ...OVER_WEBSOCKET },
      { initialName: 'Book', initialQuery: BOOK, initialVariables: '{ "first": 25 }', ...OVER_WEBSOCKET },
    ]);
  });

  it('subscribes on its own origin, as safely as the page itself came, in the examples and in new tabs', async () => {
    for (const [page, socket] of [
      ['http:', 'ws:'],
      ['https:', 'wss:'],
    ]) {
      const { options } = await runOptions(page);
      expect(options).toMatchObject({
        subscriptionsEndpoint: '/graphql',
        subscriptionsProtocol: socket,
        ...OVER_WEBSOCKET,
      });
    }
  });

  it('leaves no answer and no token in the browser, and nothing that seems to run', async () => {
    const { store } = await runOptions();
    const query = {
      query: '{ a }',
      responses: [{ content: 'Ada' }, { content: 'Grace' }],
      responseHeaders: { b: 'c' },
      subscriptionConnectionParams: '{"authorization":"Bearer t0ken"}',
      requestHandlerAdditionalParams: '{"authorization":"Bearer t0ken"}',
      additionalParams: '{"authorization":"Bearer t0ken"}',
      isSubscribed: true,
    };
    const headers = [{ key: 'authorization', value: 'Bearer t0ken' }];
    const authorization = { type: 'bearer', data: { token: 't0ken' }, result: { headers: { authorization: 't0ken' } } };
    const layout = { title: 'Events', isLoading: true };
    const value = JSON.stringify({ query, headers, authorization, layout, variables: { variables: '{}' } });
    const kept = store({ key: '[wealthgraph_]::windows::1', value });
    expect(JSON.parse(String(kept.value))).toEqual({
      query: {
        query: '{ a }',
        responses: [],
        responseHeaders: {},
        subscriptionConnectionParams: '{}',
        requestHandlerAdditionalParams: '{}',
        additionalParams: '{}',
        isSubscribed: false,
      },
      headers: [],
      authorization: { type: 'none', result: { headers: {} } },
      layout: { title: 'Events', isLoading: false },
      variables: { variables: '{}' },
    });
    for (const other of [
      { key: '[wealthgraph_]::settings', value: '{"theme":"dark"}' },
      { key: '[wealthgraph_]::windows::1::schema', value: '{"sdl":"type Query { a: Int }"}' },
    ])
      expect(store(other)).toEqual(other);
  });

  it('shows why a subscription is refused or ended, where Altair would not', async () => {
    const { receive, ended } = await runOptions();
    const errors = [{ message: 'no such cursor' }];
    const refusal = JSON.stringify({ id: '1', type: 'error', payload: errors });
    expect(receive('graphql-transport-ws', refusal).map((data) => JSON.parse(String(data)))).toEqual([
      { id: '1', type: 'next', payload: { errors } },
      { id: '1', type: 'complete' },
    ]);
    const answer = JSON.stringify({ id: '1', type: 'next', payload: { data: { a: 1 } } });
    expect(receive('graphql-transport-ws', answer)).toEqual([answer]);
    for (const other of [refusal, 'no JSON']) expect(receive('graphql-ws', other)).toEqual([other]);
    expect(ended(1001, 'The gateway stops.')).toBe('The gateway stops. (1001)');
    expect(ended(1006, '')).toBe('The connection was lost. (1006)');
    expect(ended(4401, 'Send a token.')).toMatch(/^Send a token\. \(4401\)\nHeaders .* connection parameter/s);
  });

  it("does not serve Altair's own page nor its frame for scripts", async () => {
    for (const path of ['index.html', 'iframe-sandbox/index.html', 'iframe-sandbox/sandbox.png', '%69ndex.html']) {
      expect((await app.inject(`/explorer/${path}`)).statusCode, path).toBe(404);
    }
  });
});

describe('the examples', () => {
  it.each(EXAMPLES)('$name asks for what the graph has', ({ query, variables }) => {
    expect(validate(loadSchema(), parse(query))).toEqual([]);
    expect(JSON.parse(variables ?? '{}')).toBeTypeOf('object');
  });

  it('show a query first, and a subscription', () => {
    const operations = EXAMPLES.map(({ query }) => getOperationAST(parse(query))?.operation);
    expect(operations).toEqual(['query', 'subscription']);
  });
});
