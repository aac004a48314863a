import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExplainedCall, Explanation } from '../../src/edge/explain.ts';
import { createLog } from '../../src/platform/log.ts';
import type { RecordedRequest, Sandbox } from '../../src/sandbox/index.ts';
import { startCollector } from './collector.ts';
import { type House, type Reply, startHouse } from './harness.ts';
import { type Issuer, startIssuer, topUnitOf } from './tokens.ts';

const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8');
const EXPLAIN = { 'x-wealthgraph-explain': '1' };

let house: House;
let guarded: House;
let issuer: Issuer;
let top: string;
const lines: string[] = [];
beforeAll(async () => {
  issuer = await startIssuer();
  const log = createLog('info', { write: (line) => lines.push(line) });
  house = await startHouse({ sandbox: { latencyMs: 5 }, log });
  guarded = await startHouse({
    sandbox: { clients: 40 },
    env: issuer.env,
    log,
  });
  top = topUnitOf(guarded.sandbox);
});
afterAll(async () => {
  await house.stop();
  await guarded.stop();
  issuer.stop();
});

const explained = (reply: Reply) => reply.extensions.explain as Explanation;
const tokenFor = (scope: string) => issuer.sign({ organisationUnitIds: [top], scope });
const linesOf = (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);

/** Names, addresses and ids of all people of a sandbox. */
function peopleOf({ data }: Sandbox): string[] {
  const clients = data.dynamicPlanner.clients
    .all()
    .flatMap(({ id, firstName, lastName }) => [id, `${firstName} ${lastName}`]);
  const accounts = data.plannr.accounts.all().flatMap(({ uuid, email, name }) => [uuid, email, name]);
  return [...clients, ...accounts].filter((text) => typeof text === 'string' && text.length > 4) as string[];
}

/** A template without the names of its placeholders, which are the gateway's own. */
function bare(template: unknown): string {
  return String(template).replace(/\{\w+\}/g, '{}');
}

/** How many ids a call named, by the request that the sandbox saw. */
function idsIn({ path, template, query }: RecordedRequest): number {
  const inPath = template
    .split('/')
    .flatMap((part, index) => (part.startsWith('{') ? [path.split('/')[index] ?? ''] : []));
  const inQuery = Object.entries(query).flatMap(([name, value]) =>
    /^(ids|clientIds|filter\[(uuid|client)\])$/.test(name) ? [value] : [],
  );
  return [...inPath, ...inQuery].reduce((sum, text) => sum + text.split(',').length, 0);
}

describe('explain', () => {
  test('tells exactly the calls that the platforms saw: templates, batch sizes, statuses', async () => {
    house.clear();
    const reply = await house.ask(BOOK, { first: 50 }, EXPLAIN);
    expect(reply.errors).toBeUndefined();
    const { calls, waves, totalMs, cache, omitted } = explained(reply);
    const seen = house.calls();
    expect(seen.length).toBeGreaterThan(4);
    const told = calls.flatMap(({ template, batchSize, attempts }) =>
      attempts.map((status) => `${bare(template)} ${batchSize} ${status}`),
    );
    expect(told.sort()).toEqual(seen.map((call) => `${bare(call.template)} ${idsIn(call)} ${call.status}`).sort());
    expect(Array.isArray(cache)).toBe(true);
    expect(omitted).toBeUndefined();
    expect(waves).toBe(new Set(calls.map(({ wave }) => wave)).size);
    expect(waves).toBeGreaterThan(1);
    expect(waves).toBeLessThanOrEqual(4);
    expect(Math.min(...calls.map(({ wave }) => wave))).toBeGreaterThan(0);
    for (const call of calls) expect(call.startedMs + call.ms).toBeLessThanOrEqual(totalMs + 0.02);
  });

  test('tells waves: none begins before the one before it was answered', async () => {
    const { calls } = explained(await house.ask(BOOK.replace('$first: Int!', '$first: Int = 31'), {}, EXPLAIN));
    const end = ({ startedMs, ms }: ExplainedCall) => startedMs + ms;
    for (const call of calls)
      for (const before of calls.filter(({ wave }) => wave < call.wave))
        expect(end(before)).toBeLessThanOrEqual(call.startedMs + 0.02);
  });

  test('tells why a call failed, in codes', async () => {
    const clear = house.sandbox.plannr.addFault({ kind: 'status', status: 403, path: /plans/ });
    const reply = await house.ask('{ clients(last: 3) { nodes { plans { nodes { name } } } } }', {}, EXPLAIN);
    clear();
    const failed = explained(reply).calls.filter(({ code }) => code !== undefined);
    expect(failed.length).toBeGreaterThan(0);
    for (const call of failed)
      expect(call).toMatchObject({ system: 'PLANNR', attempts: [403], code: 'UPSTREAM_REJECTED' });
  });

  test('holds no id and no address, and is there only where it is asked for', async () => {
    const { explain } = (await house.ask(BOOK, { first: 20 }, EXPLAIN)).extensions;
    const text = JSON.stringify(explain);
    for (const person of peopleOf(house.sandbox)) expect(text).not.toContain(person);
    expect(text).not.toMatch(/https?:|127\.0\.0\.1/);
    expect((await house.ask(BOOK, { first: 20 })).extensions.explain).toBeUndefined();
    expect((await house.ask(BOOK, { first: 20 }, { 'x-wealthgraph-explain': '0' })).extensions.explain).toBeUndefined();
  });

  test('needs its scope; without it the operation runs all the same', async () => {
    const query = '{ clients(first: 2) { nodes { displayName } } }';
    const as = async (scope: string) =>
      guarded.ask(query, {}, { ...EXPLAIN, authorization: `Bearer ${await tokenFor(scope)}` });
    const without = await as('clients:read plans:read metrics:read');
    expect(without.data.clients.nodes).toHaveLength(2);
    expect(without.extensions.explain).toEqual({ refused: expect.stringContaining('`explain:read`') });
    const allowed = await as('clients:read explain:read');
    expect(allowed.data).toEqual(without.data);
    expect(explained(allowed).totalMs).toBeGreaterThan(0);
  });
});

describe('/metrics', () => {
  /** All series with their values. */
  const metricsOf = async (from: House, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${from.gateway.url}/metrics`, { headers });
    const text = await reply.text();
    const pairs = text.split('\n').flatMap((line) => {
      const [, series = '', value = ''] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return series === '' ? [] : [[series, Number(value)] as const];
    });
    return { status: reply.status, text, type: reply.headers.get('content-type'), values: new Map(pairs) };
  };

  test('counts exactly what an operation did', async () => {
    const before = await metricsOf(house);
    house.clear();
    await house.ask(BOOK.replace('query Book', 'query Counted'), { first: 60 });
    const calls = house.calls();
    expect(calls.length).toBeGreaterThan(0);
    const after = await metricsOf(house);
    const grown = (pattern: RegExp) =>
      [...after.values]
        .filter(([series]) => pattern.test(series))
        .reduce((sum, [series, value]) => sum + value - (before.values.get(series) ?? 0), 0);
    expect(after.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const domain of ['crm', 'finances', 'profiling'])
      expect(
        grown(new RegExp(`^wealthgraph_upstream_calls_total\\{system="DYNAMIC_PLANNER",domain="${domain}".*"200"`)),
      ).toBe(calls.filter(({ template }) => template.startsWith(`/${domain}/`)).length);
    expect(grown(/^wealthgraph_upstream_calls_total\{system="PLANNR".*"200"/)).toBe(
      calls.filter(({ template }) => template.startsWith('/api/')).length,
    );
    const counted = 'wealthgraph_operation_duration_seconds_count{name="Counted",type="query",outcome="ok"}';
    expect(after.values.get(counted)).toBe(1);
    expect(after.values.get('wealthgraph_operations_in_flight')).toBe(0);
    for (const name of ['wealthgraph_subscriptions', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_seconds'])
      expect(after.values.has(name), name).toBe(true);
    for (const person of peopleOf(house.sandbox)) expect(after.text).not.toContain(person);
  });

  test('counts what is refused, by code, and never by what was sent', async () => {
    await house.ask('{ nothing }', {});
    await house.ask('query Junk {', {});
    await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await fetch(`${guarded.gateway.url}/graphql`, { method: 'POST', headers: { 'x-api-key': 'nonsense' } });
    const { values, text } = await metricsOf(house);
    for (const code of ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'BAD_REQUEST'])
      expect(values.get(`wealthgraph_errors_total{code="${code}"}`), code).toBeGreaterThan(0);
    expect(text).not.toContain('Junk');
    expect(values.get('wealthgraph_operations_in_flight')).toBe(0);
    const errors = (await metricsOf(guarded)).values;
    expect(errors.get('wealthgraph_errors_total{code="UNAUTHENTICATED"}')).toBeGreaterThan(0);
  });

  test('is for local programs, and for who has the scope', async () => {
    expect((await metricsOf(guarded)).status).toBe(200);
    const bearer = async (scope: string) => ({ authorization: `Bearer ${await tokenFor(scope)}` });
    expect((await metricsOf(guarded, await bearer('metrics:read'))).status).toBe(200);
    const refused = await metricsOf(guarded, await bearer('clients:read explain:read'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('`metrics:read`');
    const forwarded = { 'x-forwarded-for': '10.0.0.1' };
    expect((await metricsOf(guarded, forwarded)).status).toBe(401);
    expect((await metricsOf(guarded, { ...forwarded, ...(await bearer('metrics:read')) })).status).toBe(200);
  });

  test('is for nobody without a credential where proxies stand in front', async () => {
    const behind = await startHouse({
      sandbox: { clients: 5 },
      env: { ...issuer.env, TRUST_PROXY: '10.0.0.0/8' },
    });
    expect((await metricsOf(behind)).status).toBe(401);
    expect((await metricsOf(behind, { authorization: `Bearer ${await tokenFor('metrics:read')}` })).status).toBe(200);
    await behind.stop();
  });
});

describe('the log', () => {
  test('has one line for an operation, with what it took', async () => {
    lines.length = 0;
    house.clear();
    const reply = await house.ask(BOOK, { first: 21 }, { 'x-dt-traceid': 'trace-21' });
    expect(linesOf('operation')).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        operation: 'Book',
        type: 'query',
        outcome: 'ok',
        ms: expect.any(Number),
        cost: (reply.extensions.cost as { requested: number }).requested,
        calls: house.calls().length,
        cacheHits: expect.any(Number),
        cacheMisses: expect.any(Number),
        caller: 'sandbox',
        traceId: 'trace-21',
        msg: 'operation',
      },
    ]);
  });

  test('has one for what was refused, and cuts endless names', async () => {
    lines.length = 0;
    await house.ask(`query ${'N'.repeat(3_000)} { gateway { version } }`);
    await house.ask('query Broken {');
    await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(linesOf('operation')).toMatchObject([
      { operation: 'N'.repeat(80), outcome: 'ok' },
      { operation: 'anonymous', type: 'unknown', outcome: 'refused', codes: ['GRAPHQL_PARSE_FAILED'] },
      { operation: 'anonymous', type: 'unknown', outcome: 'refused', codes: ['BAD_REQUEST'] },
    ]);
  });

  test('names nobody, neither who asked nor whom it was about, and no credential', async () => {
    lines.length = 0;
    const token = await tokenFor('clients:read personal:read plans:read explain:read');
    const [person] = guarded.sandbox.data.dynamicPlanner.clients.all();
    const query = `query Of($name: String!) { clients(first: 30, filter: { nameContains: $name }) { nodes { displayName emails { address }
      plans { nodes { name } } } } client(id: "${Buffer.from(`Client:d:${person?.id}`).toString('base64url')}") { displayName } }`;
    const clear = guarded.sandbox.plannr.addFault({ kind: 'status', status: 500 });
    const reply = await guarded.ask(
      query,
      { name: person?.lastName },
      { ...EXPLAIN, authorization: `Bearer ${token}` },
    );
    clear();
    expect(reply.data.client.displayName).toContain(person?.lastName);
    expect(linesOf('operation')).toMatchObject([{ operation: 'Of', outcome: 'partial', caller: 'jwt' }]);
    const text = lines.join('');
    for (const word of [...peopleOf(guarded.sandbox), person?.lastName ?? '', token, token.slice(-40), 'nameContains'])
      expect(text).not.toContain(word);
    for (const setting of ['DP_CLIENT_SECRET', 'DP_SUBSCRIPTION_KEY', 'PLANNR_ACCESS_TOKEN'])
      expect(text).not.toContain(guarded.sandbox.settings[setting]);
  });
});

describe('traces', () => {
  const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

  test("have the operation under the caller's span, and the calls under the operation", async () => {
    const collector = await startCollector();
    const traced = await startHouse({
      sandbox: { clients: 60 },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'graph-test' },
    });
    traced.clear();
    const began = Date.now();
    const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
    const named = BOOK.replace('clients(first: $first)', 'clients(first: $first, filter: { nameContains: "a" })');
    await traced.ask(named, { first: 10 }, { traceparent, ...EXPLAIN });
    const calls = traced.calls();
    await traced.ask('query Broken {');
    await traced.stop();
    const ended = Date.now();
    collector.stop();
    const spans = collector.spans();
    const operation = spans.find(({ name }) => name === 'query Book');
    expect(operation).toMatchObject({
      ...{ traceId: PARENT.traceId, parentSpanId: PARENT.spanId, kind: 2 },
      attributes: {
        'graphql.operation.name': 'Book',
        'graphql.operation.type': 'query',
        'wealthgraph.outcome': 'ok',
      },
    });
    const children = spans.filter(({ kind }) => kind === 3);
    expect(children.map(({ attributes }) => bare(attributes['url.template'])).sort()).toEqual(
      calls.map(({ template }) => bare(template)).sort(),
    );
    for (const child of children) {
      expect(child).toMatchObject({ traceId: PARENT.traceId, parentSpanId: operation?.spanId });
      expect(child.name).toBe(`GET ${child.attributes['url.template']}`);
      expect(child.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200 });
      expect(Number(child.attributes['wealthgraph.wave'])).toBeGreaterThan(0);
      expect(child.start).toBeGreaterThanOrEqual(operation?.start ?? Number.NaN);
      expect(child.end).toBeLessThanOrEqual((operation?.end ?? Number.NaN) + 0.001);
    }
    // A clock that is a millisecond coarse.
    expect(operation?.start).toBeGreaterThanOrEqual(began - 1);
    expect(operation?.end).toBeLessThanOrEqual(ended + 1);
    const refused = spans.find(({ attributes }) => attributes['wealthgraph.outcome'] === 'refused');
    expect(refused?.parentSpanId ?? '').toBe('');
    expect(refused?.name).toBe('GraphQL operation');
    expect(collector.resource()).toMatchObject({ 'service.name': 'graph-test', 'service.version': '0.0.0-test' });
    expect(collector.text()).not.toMatch(/nameContains|displayName|Broken/);
    for (const person of peopleOf(traced.sandbox)) expect(collector.text()).not.toContain(person);
  });

  test('tell a failed call by its code, and an operation that gave no data', async () => {
    const collector = await startCollector();
    const traced = await startHouse({
      sandbox: { clients: 5 },
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` },
      without: 'PLANNR_',
    });
    traced.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 403, path: /clients/ });
    const id = Buffer.from(`Client:d:${traced.sandbox.data.dynamicPlanner.clients.all()[0]?.id}`).toString('base64url');
    const query = 'query Q($id: ID!) { client(id: $id) { displayName } }';
    const reply = await traced.ask(query, { id }, { traceparent: 'nonsense' });
    await traced.stop();
    collector.stop();
    expect(reply.data).toEqual({ client: null });
    const [call] = collector.spans().filter(({ kind }) => kind === 3);
    const operation = collector.spans().find(({ name }) => name === 'query Q');
    expect(call).toMatchObject({
      status: { code: 2, message: 'UPSTREAM_REJECTED' },
      attributes: { 'error.type': 'UPSTREAM_REJECTED', 'http.response.status_code': 403 },
    });
    expect(operation?.status.code).toBe(2);
    expect(operation?.traceId).not.toBe(PARENT.traceId);
  });

  test('that nobody takes harm nothing', async () => {
    lines.length = 0;
    const log = createLog('info', { write: (line) => lines.push(line) });
    const traced = await startHouse({
      sandbox: { clients: 5 },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
      log,
    });
    expect((await traced.ask('{ clients(first: 1) { totalCount } }')).errors).toBeUndefined();
    await traced.stop();
    expect(linesOf('the collector does not take traces').length).toBeLessThanOrEqual(1);
  });
});

test('data that could not be refreshed is marked, for whoever is given it', async () => {
  const stale = await startHouse({
    sandbox: { clients: 20 },
    env: { CACHE: 'entities', CACHE_CLIENTS_SECONDS: '1', CACHE_STALE_SECONDS: '0', UPSTREAM_RETRIES: '0' },
  });
  const query = '{ clients(first: 2) { nodes { displayName } } }';
  const fresh = await stale.ask(query);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  stale.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503 });
  const old = await stale.ask(query, {}, EXPLAIN);
  await stale.stop();
  expect(fresh.extensions.stale).toBeUndefined();
  expect(old.data).toEqual(fresh.data);
  expect(old.extensions.stale).toEqual({ systems: ['DYNAMIC_PLANNER'], oldestAgeMs: expect.any(Number) });
  expect(explained(old).cache).toContainEqual(
    expect.objectContaining({ outcome: 'error', ageMs: expect.any(Number), warning: '111 Revalidation Failed' }),
  );
});
