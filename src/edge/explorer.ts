import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair, renderInitSnippet } from 'altair-static';
import type { FastifyInstance } from 'fastify';

// The query explorer: Altair from the altair-static package, served from our own origin. Nothing comes from elsewhere, and
// the policy below forbids the browser to try.

/** A query that the explorer opens in a tab of its own. */
export interface Example {
  readonly name: string;
  readonly query: string;
  /** Its variables as JSON text. */
  readonly variables?: string;
}

export interface ExplorerOptions {
  /** Path of the GraphQL endpoint on the page's own origin, for example `/graphql`. */
  readonly endpoint: string;
  readonly examples: readonly Example[];
}

// Altair sets styles from code, hence 'unsafe-inline' for styles; scripts are files of ours alone. `connect-src 'self'` covers
// WebSockets to our own origin too.
const POLICY = Object.entries({
  'default-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  'object-src': "'none'",
  'frame-src': "'none'",
  'frame-ancestors': "'none'",
  'base-uri': "'self'",
  'form-action': "'none'",
})
  .map(([directive, sources]) => `${directive} ${sources}`)
  .join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Most of Altair's file names stay the same from version to version, so a browser asks again each time.
  'cache-control': 'no-cache',
};

const OPTIONS_SCRIPT = 'initial_options.js';

// Altair keeps its tabs in the browser's IndexedDB from visit to visit. Answers, and what a subscription has told, hold personal data;
// headers and what a subscription connects with hold tokens. All that is taken out of what it stores; the queries stay. That something
// runs ends with the page, and is not stored either: the tab would wait for it for ever.
const FORGOTTEN = {
  responses: [],
  responseHeaders: {},
  subscriptionConnectionParams: '{}',
  requestHandlerAdditionalParams: '{}',
  additionalParams: '{}',
  isSubscribed: false,
};

const FORGET = `
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (record, ...key) {
  return put.call(this, withoutPersonalData(record), ...key);
};
function withoutPersonalData(record) {
  const isTab = String(record?.key).includes('::windows::') && !record.key.endsWith('::schema');
  if (typeof record?.value !== 'string' || !isTab) return record;
  const tab = JSON.parse(record.value);
  const query = { ...tab.query, ...${JSON.stringify(FORGOTTEN)} };
  const authorization = { type: 'none', result: { headers: {} } };
  const layout = { ...tab.layout, isLoading: false };
  return { ...record, value: JSON.stringify({ ...tab, query, layout, authorization, headers: [] }) };
}
`;

// Altair would give a WebSocket the page's own protocol, which older browsers do not take: `ws` beside `http`, `wss` beside `https`.
const CONNECT = `
const { init } = AltairGraphQL;
AltairGraphQL.init = (options) => init({ ...options, subscriptionsProtocol: location.protocol.replace('http', 'ws') });
`;

/** How Altair calls the protocol `graphql-transport-ws`: by its library. */
const SUBSCRIBE_BY = 'graphql-ws';

/** Serves the explorer at `/explorer/`, with a redirect from `/explorer`. */
export async function explorer(app: FastifyInstance, options: ExplorerOptions): Promise<void> {
  const page = renderAltair({ baseURL: './', serveInitialOptionsInSeperateRequest: OPTIONS_SCRIPT });
  const script = FORGET + CONNECT + renderInitSnippet(altairOptions(options));

  app.get('/explorer', (_request, reply) => reply.redirect('explorer/'));
  await app.register(
    async (scope) => {
      scope.addHook('onSend', async (_request, reply) => void reply.headers(HEADERS));
      scope.get('/', { prefixTrailingSlash: 'slash' }, (_request, reply) =>
        reply.type('text/html; charset=utf-8').send(page),
      );
      scope.get(`/${OPTIONS_SCRIPT}`, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
      await scope.register(fastifyStatic, {
        root: getDistDirectory(),
        decorateReply: false,
        cacheControl: false,
        index: false,
        allowedPath: isServed,
      });
    },
    { prefix: '/explorer' },
  );
}

/** Altair's own page is replaced by ours, and the frame in which it would run scripts written by users is left out. */
function isServed(path: string): boolean {
  return path !== '/index.html' && !path.includes('iframe-sandbox');
}

function altairOptions({ endpoint, examples }: ExplorerOptions): Parameters<typeof renderInitSnippet>[0] {
  const [first, ...others] = examples;
  return {
    // Altair makes this one absolute, with the page's own origin, and gives it to every tab that has none.
    endpointURL: endpoint,
    subscriptionsEndpoint: endpoint,
    initialSubscriptionRequestHandlerId: SUBSCRIBE_BY,
    // It opens with its last tab in front.
    initialWindows: (first === undefined ? [] : [...others, first]).map(({ name, query, variables }) => ({
      initialName: name,
      initialQuery: query,
      initialVariables: variables ?? '{}',
      initialSubscriptionRequestHandlerId: SUBSCRIBE_BY,
    })),
    instanceStorageNamespace: 'wealthgraph_',
    disableAccount: true,
    persistedSettings: {
      'schema.reloadOnStart': true,
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
      'banners.disable': true,
    },
  };
}
