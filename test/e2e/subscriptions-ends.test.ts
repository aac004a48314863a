import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { eventStream } from './sse.ts';
import { connect, follow, openSubscriptions, rawSocket } from './streams.ts';

const EVENTS = 'subscription ($after: String) { events(after: $after) { cursor topic } }';
const LOGGED = '{ events(first: 200) { nodes { cursor } } }';

/** Much to tell of each event: more than the buffers between two programs hold, after a few dozen of them. */
const ALIASES = 2_000;
const HEAVY = `subscription { events { cursor topic ${Array.from({ length: ALIASES }, (_, index) => `a${index}: topic b${index}: occurredAt`).join(' ')} } }`;

let house: House | undefined;
afterEach(async () => {
  await house?.stop();
  house = undefined;
});

const open = ({ gateway }: House) => openSubscriptions(gateway);

const cursors = async (of: House): Promise<string[]> =>
  (await of.ask(LOGGED)).data.events.nodes.map(({ cursor }: { cursor: string }) => cursor);

describe('a subscriber that reads more slowly than events arrive', () => {
  const env = {
    SUBSCRIPTION_QUEUE: '20',
    MAX_ALIASES: '10000',
    MAX_TOKENS: '50000',
    MAX_COST: '1000000',
    COST_PER_MINUTE: '1000000000',
  };

  test('is closed with 4408 and the cursor to go on from, and holds nobody up', async () => {
    const at = await startHouse({ env: await listening(env) });
    house = at;
    const client = connect(at.gateway.url);
    const quick = follow(client, EVENTS);
    const slow = await rawSocket(at.gateway.url);
    await expect.poll(slow.acknowledged).toBe(true);
    slow.send({ id: 'slow', type: 'subscribe', payload: { query: HEAVY } });
    await expect.poll(() => open(at)).toBe(2);
    slow.socket.pause();
    let changes = 0;
    // It is ended by how many have arrived, however long that takes.
    while ((await open(at)) === 2 && changes < 5_000) {
      for (let index = 0; index < 20; index += 1) at.sandbox.change('client');
      changes += 20;
      await expect.poll(() => quick.got.length).toBe(changes);
    }
    expect(await open(at)).toBe(1);
    slow.socket.resume();
    const { code, reason } = await slow.closed;
    expect(code).toBe(4408);
    const told = slow.messages.filter(({ type }) => type === 'next').map(({ payload }) => payload.data.events.cursor);
    expect(reason).toBe(`Too slow for what arrives. after: ${told.at(-1)}`);
    // What it was told is the log's beginning, whole; from the cursor on it gets the rest.
    const all = quick.got.map(({ data }) => data.events.cursor);
    expect(told).toEqual(all.slice(0, told.length));
    expect(told.length).toBeLessThan(all.length);
    const rest = follow(client, EVENTS, { after: told.at(-1) });
    await expect.poll(() => rest.got.length).toBe(all.length - told.length);
    expect(rest.got.map(({ data }) => data.events.cursor)).toEqual(all.slice(told.length));
    await client.dispose();
  });

  test('over server-sent events is told the same in words', async () => {
    const at = await startHouse({ env: await listening(env) });
    house = at;
    const response = await fetch(`${at.gateway.url}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: HEAVY }),
    });
    await expect.poll(() => open(at)).toBe(1);
    for (let changes = 0; (await open(at)) === 1 && changes < 5_000; changes += 20) {
      for (let index = 0; index < 20; index += 1) at.sandbox.change('client');
      await expect.poll(async () => (await cursors(at)).length).toBeGreaterThanOrEqual(Math.min(changes + 20, 200));
    }
    const text = await response.text();
    const events = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
    const last = events.at(-1);
    expect(last.errors[0].extensions).toMatchObject({
      code: 'SLOW_SUBSCRIBER',
      after: events.at(-2).data.events.cursor,
    });
    expect(text.trimEnd()).toMatch(/event: complete\ndata:\s*$/);
  });
});

describe('a gateway that stops', () => {
  test('ends what stays with a cursor, spread over the time, and lets nobody in', async () => {
    const at = await startHouse({ env: await listening({ DRAIN_MS: '15000' }) });
    house = at;
    const sockets: Awaited<ReturnType<typeof rawSocket>>[] = [];
    // One after the other: they are ended in the order in which they were let in.
    while (sockets.length < 4) {
      const socket = await rawSocket(at.gateway.url);
      await expect.poll(socket.acknowledged).toBe(true);
      socket.send({ id: 'a', type: 'subscribe', payload: { query: EVENTS } });
      sockets.push(socket);
    }
    const stream = await eventStream(`${at.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: EVENTS }),
    });
    await expect.poll(() => open(at)).toBe(5);
    at.sandbox.change('client');
    for (const { messages } of sockets) await expect.poll(() => messages.length).toBe(2);
    const [cursor] = await cursors(at);
    const order: number[] = [];
    sockets.forEach(({ closed }, index) => void closed.then(() => order.push(index)));
    const stopping = at.gateway.stop();
    await sockets[0]?.closed;
    // Others are still there, and nobody new comes in.
    expect(order).not.toContain(3);
    const refused = await new Promise<string>((resolve) => {
      const late = new WebSocket(`${at.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      late.once('error', ({ message }) => resolve(message));
      late.once('open', () => resolve('open'));
    });
    expect(refused).toMatch(/503/);
    for (const { closed } of sockets)
      expect(await closed).toEqual({ code: 1001, reason: `The gateway stops. after: ${cursor}` });
    expect(order).toEqual([0, 1, 2, 3]);
    await stream.ended;
    expect(stream.events.at(-2)).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'GOING_AWAY', after: cursor } }] },
    });
    expect(stream.events.at(-1)?.event).toBe('complete');
    await stopping;
  });

  test('finishes what runs, over HTTP and over WebSocket', async () => {
    const at = await startHouse({ env: await listening() });
    house = at;
    at.sandbox.dynamicPlanner.setLatency(300);
    at.clear();
    const asked = at.ask('{ clients(first: 3) { nodes { id } } }');
    const socket = await rawSocket(at.gateway.url);
    await expect.poll(socket.acknowledged).toBe(true);
    socket.send({ id: 'q', type: 'subscribe', payload: { query: '{ clients(first: 2) { nodes { id } } }' } });
    await expect.poll(() => at.calls().length).toBeGreaterThanOrEqual(2);
    const stopping = at.gateway.stop();
    expect((await asked).data.clients.nodes).toHaveLength(3);
    expect(await socket.closed).toMatchObject({ code: 1001 });
    expect(socket.messages.map(({ type }) => type)).toEqual(['connection_ack', 'next', 'complete']);
    expect(socket.messages[1]?.payload.data.clients.nodes).toHaveLength(2);
    await stopping;
  });

  test('does not wait for a connection that asks for nothing', async () => {
    const at = await startHouse({ env: await listening() });
    house = at;
    const { port } = new URL(at.gateway.url);
    const silent = connectTcp(Number(port), '127.0.0.1');
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await new Promise((resolve) => silent.once('connect', resolve));
    silent.on('error', () => {});
    await at.ask('{ gateway { version } }');
    await at.gateway.stop();
    await closed;
  }, 50_000);
});
