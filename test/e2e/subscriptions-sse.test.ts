import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { eventStream } from './sse.ts';
import { openSubscriptions } from './streams.ts';

const EVENTS = 'subscription ($after: String) { events(after: $after) { cursor topic client { displayName } } }';
const JSON_TYPE = { 'content-type': 'application/json' };

let house: House;
let url: string;
beforeAll(async () => {
  house = await startHouse({ env: await listening() });
  url = `${house.gateway.url}/graphql`;
});
afterAll(() => house.stop());

const open = () => openSubscriptions(house.gateway);

const post = (query: string, variables = {}, more = {}): RequestInit => ({
  method: 'POST',
  headers: JSON_TYPE,
  body: JSON.stringify({ query, variables, ...more }),
});

describe('a stream of one operation', () => {
  test('tells what happens, and ends with its reader', async () => {
    const stream = await eventStream(url, post(EVENTS));
    expect(stream).toMatchObject({ status: 200, contentType: 'text/event-stream; charset=utf-8' });
    await expect.poll(open).toBe(1);
    house.sandbox.change('client');
    await expect.poll(() => stream.events.length).toBe(1);
    expect(stream.events[0]).toMatchObject({
      event: 'next',
      data: { data: { events: { topic: 'client.updated', client: { displayName: expect.any(String) } } } },
    });
    stream.stop();
    await expect.poll(open).toBe(0);
  });

  test('is opened by EventSource too, which sends a GET, and goes on behind a cursor', async () => {
    const from = (await house.ask('{ events(first: 1) { nodes { cursor } } }')).data.events.nodes[0].cursor;
    house.sandbox.change('client');
    const search = new URLSearchParams({ query: EVENTS, variables: JSON.stringify({ after: from }) });
    const stream = await eventStream(`${url}?${search}`);
    await expect.poll(() => stream.events.length).toBe(1);
    stream.stop();
    await expect.poll(open).toBe(0);
  });

  test('of a query is its answer, and of what can’t be run is why', async () => {
    const of = async (init: RequestInit) => {
      const stream = await eventStream(url, init);
      await stream.ended;
      return stream.events;
    };
    expect(await of(post('{ gateway { version } }'))).toMatchObject([
      { event: 'next', data: { data: { gateway: { version: '0.0.0-test' } } } },
      { event: 'complete', data: null },
    ]);
    expect(await of(post('subscription { nothing }'))).toMatchObject([
      { event: 'next', data: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
      { event: 'complete' },
    ]);
    expect(await of(post(EVENTS, { after: 'nonsense' }))).toMatchObject([
      { event: 'next', data: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } },
      { event: 'complete' },
    ]);
    expect(await of({ ...post('x'), body: '{}' })).toEqual([]);
  });

  test('is not what a client gets that names JSON first', async () => {
    const response = await fetch(url, {
      ...post('{ gateway { version } }'),
      headers: { ...JSON_TYPE, accept: 'application/json, text/event-stream' },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ data: { gateway: { version: '0.0.0-test' } } });
  });
});

describe('a page of another origin', () => {
  test.each([
    ['with a GET', { method: 'GET', headers: { origin: 'https://evil.example' } }, 403],
    [
      'with a form',
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain;application/json' },
        body: '{"query":"{ gateway { version } }"}',
      },
      400,
    ],
  ])('opens no stream %s', async (_, init, status) => {
    const search = new URLSearchParams({ query: '{ gateway { version } }' });
    const stream = await eventStream(`${url}?${search}`, init);
    expect(stream.status).toBe(status);
    await stream.ended;
    expect(stream.events).toEqual([]);
  });
});

describe('a stream of many operations', () => {
  test('carries what its client subscribes to, as the protocol’s own client has it', async () => {
    const client = createClient({ url, singleConnection: true, retryAttempts: 0 });
    const got: Record<string, unknown[]> = { one: [], two: [] };
    const ends = Object.entries(got).map(([, list]) =>
      client.subscribe(
        { query: EVENTS },
        { next: (value) => void list.push(value), error: (error) => void list.push(error), complete: () => {} },
      ),
    );
    await expect.poll(open).toBe(2);
    house.sandbox.change('client');
    await expect.poll(() => [got.one?.length, got.two?.length]).toEqual([1, 1]);
    ends[0]?.();
    await expect.poll(open).toBe(1);
    house.sandbox.change('client');
    await expect.poll(() => got.two?.length).toBe(2);
    expect(got.one).toHaveLength(1);
    client.dispose();
    await expect.poll(open).toBe(0);
  });

  test('that nobody reserved is none, and needs its token', async () => {
    const headers = { 'x-graphql-event-stream-token': 'made-up' };
    expect((await fetch(url, { ...post(EVENTS), headers: { ...JSON_TYPE, ...headers } })).status).toBe(404);
    expect((await eventStream(url, { headers })).status).toBe(404);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
    const token = await (await fetch(url, { method: 'PUT' })).text();
    expect(token).toMatch(/^[\da-f-]{36}$/);
    const unnamed = await fetch(url, {
      ...post(EVENTS),
      headers: { ...JSON_TYPE, 'x-graphql-event-stream-token': token },
    });
    expect(unnamed.status).toBe(400);
  });
});
