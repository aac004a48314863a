import { connect as open, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Log } from '../../src/platform/log.ts';
import { frame } from '../hostile/frames.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';
import { eventStream } from './sse.ts';
import { openSubscriptions, rawSocket } from './streams.ts';

// What the hostile suite would meet once in a great many requests, or not at all: each was found by reading, and is fired on purpose here.

const EVENTS = 'subscription { events { cursor } }';
const PER_CALLER = 15;
const UPGRADE = [
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
];

let house: House;
let url: string;
const masked: unknown[] = [];
/** What node itself warns of: listeners that pile up, for one. */
const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));
const sockets: Socket[] = [];
beforeAll(async () => {
  const log = { info() {}, warn() {}, debug() {}, error: (...all: unknown[]) => masked.push(all) } as unknown as Log;
  house = await startHouse({ log, env: await listening({ SUBSCRIPTIONS_PER_CALLER: String(PER_CALLER) }) });
  url = `${house.gateway.url}/graphql`;
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => house.stop());

/** A connection by hand, which never closes its half by itself. */
function dial() {
  const { port, hostname } = new URL(house.gateway.url);
  const socket = open({ port: Number(port), host: hostname, allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  let [isEnded, isGone] = [false, false];
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.once('end', () => {
    isEnded = true;
  });
  socket.once('close', () => {
    isGone = true;
  });
  return { socket, said: () => text, isEnded: () => isEnded, isGone: () => isGone };
}

function head(line: string, headers: readonly string[] = []): string {
  return `${[`${line} HTTP/1.1`, 'host: gateway.example', ...headers].join('\r\n')}\r\n\r\n`;
}

/** All places for connections of this caller are free. */
async function allFree(): Promise<void> {
  const free = async (): Promise<boolean> => {
    const taken: Awaited<ReturnType<typeof rawSocket>>[] = [];
    const ended = new Set<unknown>();
    for (let at = 0; at < PER_CALLER; at += 1) {
      const one = await rawSocket(house.gateway.url);
      void one.closed.then(() => ended.add(one));
      await expect.poll(() => one.acknowledged() || ended.has(one)).toBe(true);
      taken.push(one);
    }
    const all = ended.size === 0;
    for (const one of taken) one.socket.terminate();
    await Promise.all(taken.map(({ closed }) => closed));
    return all;
  };
  await expect.poll(free, { timeout: 20_000 }).toBe(true);
}

describe('a request to upgrade', () => {
  test.each([
    ['elsewhere', head('GET /nowhere', UPGRADE), '404'],
    ['by a foreign page', head('GET /graphql', [...UPGRADE, 'origin: https://evil.example']), '403'],
    ['without the subprotocol', head('GET /graphql', UPGRADE.slice(0, -1)), '400'],
    ['with another one', head('GET /graphql', [...UPGRADE.slice(0, -1), 'sec-websocket-protocol: graphql-ws']), '400'],
  ])('%s is refused, and its connection does not stay', async (_, request, status) => {
    const { socket, said, isGone } = dial();
    socket.write(request);
    await expect.poll(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // A connection that is only half closed takes what is written for ever.
    const written = (): boolean => {
      socket.write('x');
      return isGone();
    };
    await expect.poll(written).toBe(true);
  });

  test('to another protocol is answered as if it were none, bodies and all', async () => {
    const body = '{"query":"{ gateway { version } }"}';
    const { socket, said } = dial();
    const offer = ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAEAAEAAAAIAAAAB'];
    const headers = [...offer, 'content-type: application/json', `content-length: ${body.length}`];
    socket.write(head('POST /graphql', headers) + body.slice(0, 10));
    socket.write(body.slice(10));
    await expect.poll(said).toMatch(/^HTTP\/1.1 200 [\s\S]*"version"/);
    const count = 15;
    for (let at = 2; at <= count; at += 1) {
      socket.write(head('GET /health/live', offer));
      await expect.poll(() => said().match(/HTTP\/1.1 200 /g)?.length).toBe(at);
    }
    expect(warnings).toEqual([]);
  });
});

describe('a socket', () => {
  test('of someone who was not let in may say little', async () => {
    const { socket, said, isEnded } = dial();
    socket.write(head('GET /graphql', UPGRADE));
    await expect.poll(said).toMatch(/^HTTP\/1.1 101 /);
    socket.write(frame(`{"type":"connection_init","payload":{"a":"${'x'.repeat(100_000)}"}}`));
    await expect.poll(isEnded).toBe(true);
    expect(said()).not.toMatch(/connection_ack/);
  });

  test('that is closed runs nothing more, though its other end stays', async () => {
    const { socket, said, isEnded } = dial();
    socket.write(head('GET /graphql', UPGRADE));
    const init = frame('{"type":"connection_init"}');
    socket.write(init);
    await expect.poll(said).toMatch(/connection_ack/);
    house.clear();
    const payload = { query: '{ clients(first: 1) { nodes { displayName } } }' };
    socket.write(Buffer.concat([init, frame(JSON.stringify({ id: '1', type: 'subscribe', payload }))]));
    await expect.poll(said).toMatch(/Too many initialisation requests/);
    socket.write(frame(Buffer.from([3, 232]), { opcode: 8 }));
    await expect.poll(isEnded).toBe(true);
    expect(house.calls()).toEqual([]);
  });

  test('is told what it did wrong, and the log holds no fault of the gateway', async () => {
    const id = 'x'.repeat(500);
    const ended = async (messages: readonly unknown[]) => {
      const { send, closed, acknowledged } = await rawSocket(house.gateway.url);
      await expect.poll(acknowledged).toBe(true);
      for (const message of messages) send(message);
      return closed;
    };
    const twice = { id, type: 'subscribe', payload: { query: EVENTS } };
    expect(await ended([twice, twice])).toMatchObject({
      code: 4409,
      reason: expect.stringMatching(/^Subscriber for xxx/),
    });
    for (const message of [{ type: 'connection_ack' }, { id: '1', type: 'next', payload: { data: null } }])
      expect(await ended([message])).toEqual({ code: 4400, reason: 'That is for the server to say.' });
    expect(masked).toEqual([]);
  });

  test('that says hundreds of things at once is heard one by one, others between', async () => {
    const { socket, messages, closed, acknowledged } = await rawSocket(house.gateway.url);
    await expect.poll(acknowledged).toBe(true);
    const all = 300;
    let turns = 0;
    let turn = setImmediate(function count() {
      turns += 1;
      turn = setImmediate(count);
    });
    const at: number[] = [];
    socket.on('message', () => at.push(turns));
    const [ping, stream] = [frame('{"type":"ping"}'), (socket as unknown as { _socket: Socket })._socket];
    stream.write(Buffer.concat(Array.from({ length: all }, () => ping)));
    await expect.poll(() => at.length).toBe(all);
    clearImmediate(turn);
    // The gateway runs in this process: all at once would be a handful of turns.
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(all / 3);
    expect(messages).toHaveLength(all + 1);
    socket.close();
    await closed;
  });

  test('does not make the gateway keep ever more messages of operations under way', async () => {
    const { send, closed, acknowledged, messages } = await rawSocket(house.gateway.url);
    await expect.poll(acknowledged).toBe(true);
    const extensions = { a: 'x'.repeat(900_000) };
    for (let at = 0; at < 6; at += 1) send({ id: `${at}`, type: 'subscribe', payload: { query: EVENTS, extensions } });
    expect(await closed).toEqual({ code: 4400, reason: 'Operations under way hold too much.' });
    expect(messages).toEqual([{ type: 'connection_ack' }]);
    await allFree();
  });
});

describe('an event stream', () => {
  const stream = head(`GET /graphql?query=${encodeURIComponent(EVENTS)}`, ['accept: text/event-stream']);

  test('behind others on one connection is over when that is', async () => {
    const { socket, said } = dial();
    socket.write(stream.repeat(20));
    await expect.poll(said).toMatch(/text\/event-stream/);
    socket.destroy();
    await allFree();
    expect(warnings).toEqual([]);
  });

  test('that was reserved is over when whoever opened it has gone, however early', async () => {
    for (let at = 0; at < PER_CALLER; at += 1) {
      const token = await (await fetch(url, { method: 'PUT' })).text();
      const { socket } = dial();
      const headers = [`x-graphql-event-stream-token: ${token}`, 'accept: text/event-stream'];
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      socket.write(head('GET /graphql', headers), () => socket.resetAndDestroy());
    }
    await allFree();
  });

  test('holds only so many answers for a reader who does not come', async () => {
    const token = await (await fetch(url, { method: 'PUT' })).text();
    const ask = async (id: number): Promise<{ status: number; text: string }> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-graphql-event-stream-token': token },
        body: JSON.stringify({ query: '{ nothing }', extensions: { operationId: `${id}` } }),
      });
      return { status: response.status, text: await response.text() };
    };
    for (let id = 0; id < 100; id += 1) expect(await ask(id)).toEqual({ status: 202, text: '' });
    expect(await ask(100)).toMatchObject({ status: 429, text: expect.stringMatching(/TOO_MANY_SUBSCRIPTIONS/) });
    // Somebody comes and reads: there is room again.
    const reading = await eventStream(url, { headers: { 'x-graphql-event-stream-token': token } });
    await expect.poll(() => reading.events.length).toBe(200);
    expect((await ask(101)).status).toBe(202);
    await expect.poll(() => reading.events.length).toBe(202);
    reading.stop();
    await allFree();
  });

  test('holds only so much of what was asked', async () => {
    const token = await (await fetch(url, { method: 'PUT' })).text();
    const ask = async (operationId: string): Promise<number> => {
      const extensions = { operationId, more: 'x'.repeat(1_000_000) };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-graphql-event-stream-token': token },
        body: JSON.stringify({ query: EVENTS, extensions }),
      });
      return response.status;
    };
    expect([await ask('a'), await ask('b'), await ask('c'), await ask('d'), await ask('e')]).toEqual([
      202, 202, 202, 202, 429,
    ]);
    const reading = await eventStream(url, { headers: { 'x-graphql-event-stream-token': token } });
    reading.stop();
    await allFree();
  });

  test('an operation that is ended while it is opened runs no more', async () => {
    const token = await (await fetch(url, { method: 'PUT' })).text();
    const headers = [`x-graphql-event-stream-token: ${token}`];
    const body = JSON.stringify({ query: EVENTS, extensions: { operationId: 'a' } });
    const typed = [...headers, 'content-type: application/json', `content-length: ${body.length}`];
    const { socket, said } = dial();
    socket.write(head('POST /graphql', typed) + body + head('DELETE /graphql?operationId=a', headers));
    await expect.poll(said).toMatch(/ 20[024] [\s\S]* 200 /);
    const running = () => openSubscriptions(house.gateway);
    await expect.poll(running).toBe(0);
  });

  test('says what is wrong with a code, also where the protocol’s library says it', async () => {
    const asked = async (search: string) =>
      (await fetch(`${url}?${search}`, { headers: { accept: 'text/event-stream' } })).json();
    expect(await asked('')).toEqual({ errors: [{ message: 'Missing query', extensions: { code: 'BAD_REQUEST' } }] });
    expect(masked).toEqual([]);
  });
});
