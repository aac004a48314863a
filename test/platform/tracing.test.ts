import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { traceParentOf } from '../../src/platform/trace-parent.ts';
import { startTracing, type TracingOptions } from '../../src/platform/tracing.ts';
import { call, operation } from './reports.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a traceparent header', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, 1],
    [`00-${TRACE}-${SPAN}-00`, 0],
    [`00-${TRACE}-${SPAN}-03`, 1],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, 1],
  ])('%s is one', (header, traceFlags) => {
    expect(traceParentOf(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])('%s is none', (header) => {
    expect(traceParentOf(header)).toBeUndefined();
  });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A collector that answers with this status; what it was sent. */
async function collector(status: number) {
  const bodies: string[] = [];
  const headers: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    headers.push(request.headers['api-key']);
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, bodies, headers, server };
}

function tracingOf(url: string, over: Partial<TracingOptions> = {}) {
  const failures: string[] = [];
  const options: TracingOptions = {
    url,
    headers: { 'api-key': 'k' },
    serviceName: 'test',
    version: '1.2.3',
    sampler: 'parentbased_always_on',
    ratio: 1,
    onFailure: (reason) => failures.push(reason),
    ...over,
  };
  return { tracing: startTracing(options), failures };
}

describe('tracing', () => {
  it('sends what is left when it stops, with the headers of the settings', async () => {
    const { url, bodies, headers } = await collector(200);
    const tracing = await tracingOf(url).tracing;
    const trace = tracing.begin(undefined, performance.now());
    trace.observer.called(call());
    trace.end(operation());
    await tracing.stop();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('"query Book"');
    expect(bodies[0]).toContain('"GET /crm/v1/clients"');
    expect(headers).toEqual(['k']);
  });

  it.each([
    ['always_off', 1, `00-${TRACE}-${SPAN}-01`],
    ['traceidratio', 0, `00-${TRACE}-${SPAN}-01`],
    ['parentbased_always_off', 1, undefined],
    ['parentbased_always_on', 1, `00-${TRACE}-${SPAN}-00`],
    ['parentbased_traceidratio', 0, undefined],
  ] as const)('sends nothing where %s (%d) leaves an operation out', async (sampler, ratio, traceparent) => {
    const { url, bodies } = await collector(200);
    const tracing = await tracingOf(url, { sampler, ratio }).tracing;
    const trace = tracing.begin(traceparent, performance.now());
    trace.observer.called(call());
    trace.end(operation());
    await tracing.stop();
    expect(bodies).toEqual([]);
  });

  it('tells of a collector that takes nothing once, without its address or its words', async () => {
    const { url } = await collector(400);
    const { tracing: starting, failures } = tracingOf(url);
    const tracing = await starting;
    // More than two batches of 512.
    for (let index = 0; index < 1_100; index += 1) tracing.begin(undefined, performance.now()).end(operation());
    await tracing.stop();
    expect(failures).toEqual(['400']);
  });

  it('stops although nobody answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    servers.push(silent);
    const tracing = await tracingOf(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`).tracing;
    tracing.begin(undefined, performance.now()).end(operation());
    await tracing.stop();
    silent.close();
  });
});
