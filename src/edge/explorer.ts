import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair, renderInitSnippet } from 'altair-static';
import type { FastifyInstance } from 'fastify';
import { PREPARE } from './explorer-script.ts';

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

/** How Altair calls the protocol `graphql-transport-ws`: by its library. */
const SUBSCRIBE_BY = 'graphql-ws';

/** Serves the explorer at `/explorer/`, with a redirect from `/explorer`. */
export async function explorer(app: FastifyInstance, options: ExplorerOptions): Promise<void> {
  const page = renderAltair({ baseURL: './', serveInitialOptionsInSeperateRequest: OPTIONS_SCRIPT });
  const script = PREPARE + renderInitSnippet(altairOptions(options));

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
