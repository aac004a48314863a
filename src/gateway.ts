import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openCache } from './assembly/caching.ts';
import { openEvents } from './assembly/events.ts';
import { openGuard } from './assembly/guarding.ts';
import { openIntents } from './assembly/intents.ts';
import { openPlatforms } from './assembly/platforms.ts';
import { openTracing } from './assembly/tracing.ts';
import type { Settings } from './config/index.ts';
import { keepAll, refreshAll, startAll, stopAll, versionOf } from './context/kept.ts';
import { parseLinksFile } from './domains/clients/links-file.ts';
import { readExamples } from './edge/examples.ts';
import type { RequestContext } from './edge/operations.ts';
import { persistedQueryStore } from './edge/persisted-queries.ts';
import { loadSchema } from './edge/schema.ts';
import { createServer } from './edge/server.ts';
import type { TableWaits } from './edge/tables/waits.ts';
import { guardScopes, scopeRules } from './guard/scopes/index.ts';
import { EVERYTHING, type Tag } from './platform/cache/index.ts';
import { Deadline } from './platform/deadline.ts';
import type { Log } from './platform/log.ts';
import { createMetrics } from './platform/metrics.ts';
import { BACKGROUND_QUEUE, type CallScope } from './platform/operation.ts';
import { connectRedis } from './platform/redis.ts';
import type { DynamicPlannerContract } from './sources/dynamic-planner/contract.ts';
import { loadDatasets } from './tables/dataset/folder.ts';
import { setSources } from './tables/odata/source/sets.ts';

/** Time for each step of a background job, in milliseconds. */
const BACKGROUND_BUDGET_MS = 60_000;

/** What the gateway is made of. */
export interface GatewayOptions {
  readonly settings: Settings;
  readonly contract: DynamicPlannerContract;
  readonly log: Log;
  readonly version: string;
  /** Folder that holds package.json, schema and the explorer's examples. */
  readonly root: string;
  /** Folder of the resolvers: beside the code that runs. */
  readonly resolvers: string;
  readonly isSandbox: boolean;
  /** Left out for the usual ones. */
  readonly waits?: TableWaits | undefined;
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Every route that the server has. */
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  /** Whether everything that is loaded at the start was loaded. */
  readonly started: Promise<void>;
  /** Empties the cache, and loads anew what is always kept: who is who, the hierarchy. */
  refresh(): Promise<void>;
  /** Drops what is kept of things that have changed, on every node. */
  drop(tags: readonly Tag[]): Promise<void>;
  /** Ends connections that stay, spread over DRAIN_MS; waits for running operations; and lets go of everything. Once: who calls it again waits for the first. */
  stop(): Promise<void>;
}

/** Puts the parts together and listens. @throws what listening throws, `EADDRINUSE` for one */
export async function startGateway({
  settings,
  contract,
  log,
  version,
  root,
  resolvers,
  isSandbox,
  waits,
}: GatewayOptions): Promise<Gateway> {
  const redis = settings.redisUrl
    ? connectRedis(settings.redisUrl.reveal(), () => log.warn('Redis can not be reached'))
    : undefined;
  const caching = openCache(settings, redis, log);
  const { sources, stacks, stop: letGo } = openPlatforms({ settings, contract, redis, cache: caching.use, log });
  // Scopes are the last word on a field: nothing may wrap the schema after them.
  const schema = guardScopes(await loadSchema({ schema: join(root, 'schema'), resolvers }), {
    callerOf: ({ caller }: RequestContext) => caller,
  });
  const { guard, meter, documents } = await openGuard({ settings, schema, redis, log });
  const metrics = createMetrics({
    version,
    registeredNames: documents.store.documents().flatMap(({ name }) => name ?? []),
    redis: redis && (() => redis.isReady),
    breakers: () => stacks.flatMap((stack) => stack.breakers()),
    queues: () => stacks.map((stack) => stack.queue()),
  });
  const tracing = await openTracing(settings, version, log);
  const stopped = new AbortController();
  const background = (): CallScope => ({
    deadline: new Deadline(BACKGROUND_BUDGET_MS),
    fresh: true,
    signal: stopped.signal,
    traceId: randomUUID(),
    queue: BACKGROUND_QUEUE,
    wave: () => 0,
    observer: metrics.observer,
    report: (problem) => log.warn({ code: problem.code, system: problem.system }, problem.message),
  });
  const events = await openEvents({ settings, contract, redis, cache: caching.cache, sources, background, log });
  const { intents, stop: endIntents } = await openIntents(settings, redis);
  const linksFile = settings.links.file;
  const kept = keepAll({
    sources,
    background,
    onError: (what, error) =>
      stopped.signal.aborted ||
      log.warn({ what, reason: error instanceof Error ? error.message : 'unknown' }, 'a background load failed'),
    // The sandbox has such an account on purpose.
    onLinks: (table) => {
      if (isSandbox) return;
      for (const account of table.conflicts)
        log.warn({ account }, 'a Plannr account names two people and stays unlinked');
    },
    linkEntries: async () => (linksFile === undefined ? [] : parseLinksFile(await readFile(linksFile, 'utf8'))),
    linkThirdParties: settings.links.thirdParties,
    linkRefreshMs: settings.links.refreshSeconds * 1_000,
    riskFramework: settings.riskFramework,
    events: events.feed,
    eventAddress: events.address,
    plannrEvents: settings.webhooks.plannrEvents,
    intents,
    version,
    isSandbox,
  });
  const datasets = await loadDatasets(schema, join(root, 'src/tables/datasets'), settings.datasetsDir);
  let isReady = false;
  const { app, routes, drain } = await createServer({
    schema,
    rules: scopeRules(schema),
    instruments: { metrics, tracing, log },
    sources,
    kept,
    drop: (tags) => caching.cache.drop(tags),
    timeoutMs: settings.operationTimeoutMs,
    meter,
    documents,
    persistedQueries: persistedQueryStore(),
    responses: caching.responses(() => versionOf(kept)),
    maxTokens: settings.limits.tokens,
    guard,
    introspection: settings.introspection,
    serverLog: {
      debug: () => {},
      info: () => {},
      warn: (message: unknown) => log.warn({ apollo: String(message) }, 'Apollo Server'),
      error: (message: unknown) => log.error({ apollo: String(message) }, 'Apollo Server'),
    },
    logError: (errorId, error) => log.error({ errorId, err: error }, 'an error was masked'),
    corsOrigins: settings.corsOrigins,
    publicUrl: settings.publicUrl,
    version,
    datasets: datasets.offered,
    // Folders of one's own change what files there are, and no entity set.
    sets: setSources(schema, datasets.shipped),
    waits,
    examples: settings.explorer ? await readExamples(root) : null,
    isReady: () => isReady,
    bodyBytes: settings.limits.bodyBytes,
    trustProxy: settings.trustProxy,
    transfers: settings.documents,
    webhooks: events.doors,
    streams: {
      limits: {
        max: settings.subscriptions.max,
        perCaller: settings.subscriptions.perCaller,
        queue: settings.subscriptions.queue,
        recheckMs: 1_000 * settings.subscriptions.recheckSeconds,
      },
      arrived: () => events.feed.count,
    },
  });
  await app.listen({ host: settings.host, port: settings.port });
  const url = urlOf(app, settings.host);
  // Who is who is told by accounts.
  events.onAccepted((accepted) => {
    if (accepted.some(({ system, topic }) => system === 'PLANNR' && topic.startsWith('account.')))
      void kept.clients?.refresh();
  });
  const started = Promise.all([startAll(kept), events.start(url)]).then(() => {
    isReady = true;
  });
  const end = async (): Promise<void> => {
    isReady = false;
    await drain(settings.drainMs);
    stopAll(kept);
    stopped.abort();
    await app.close();
    await events.stop();
    await endIntents();
    await letGo();
    caching.stop();
    redis?.destroy();
    await tracing?.stop();
  };
  let stopping: Promise<void> | undefined;
  return {
    url,
    routes,
    started,
    async refresh() {
      await caching.cache.drop([EVERYTHING]);
      await Promise.all([refreshAll(kept), events.refresh()]);
    },
    drop: (tags) => caching.cache.drop(tags),
    stop() {
      stopping ??= end();
      return stopping;
    },
  };
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host;
  return `http://${name}:${port}`;
}
