import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MOST_UNSENT, readNoFasterThanSent } from '../../src/edge/streams/backpressure.ts';
import { Waiting } from '../../src/edge/streams/waiting.ts';

// Real sockets at both ends.

const http = createServer();
const server = new WebSocketServer({ server: http, maxPayload: 1_000_000 });
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  http.close();
});

/** Both ends of one connection. */
async function pair() {
  const opened = new Promise<Parameters<typeof readNoFasterThanSent>>((resolve) =>
    server.once('connection', (socket, { socket: stream }) => resolve([socket, stream])),
  );
  const client = new WebSocket(url);
  client.on('error', () => {});
  let isGone = false;
  client.once('close', () => {
    isGone = true;
  });
  await new Promise((resolve) => client.once('open', resolve));
  const [socket, stream] = await opened;
  return { client, socket, stream, isGone: () => isGone };
}

test('who does not take the answers is read from no more, until they are out', async () => {
  const { client, socket, stream } = await pair();
  readNoFasterThanSent(socket, stream);
  const answer = 'x'.repeat(100_000);
  let asked = 0;
  socket.on('message', () => {
    asked += 1;
    socket.send(answer);
  });
  client.pause();
  const all = 500;
  for (let at = 0; at < all; at += 1) client.send('?');
  await expect.poll(() => socket.isPaused).toBe(true);
  // What has come already in one piece is answered still.
  expect(asked).toBeGreaterThan(MOST_UNSENT / answer.length);
  let got = 0;
  client.on('message', () => {
    got += 1;
  });
  client.resume();
  await expect.poll(() => got, { timeout: 20_000 }).toBe(all);
  expect(socket.isPaused).toBe(false);
});

test('of those who wait the one that has waited longest makes room', async () => {
  const waiting = new Waiting(2);
  const ends = [await pair(), await pair(), await pair()] as const;
  const [first, second, third] = ends;
  for (const { socket, stream } of [first, second]) waiting.add(socket, stream);
  expect(waiting.size).toBe(2);
  waiting.add(third.socket, third.stream);
  await expect.poll(first.isGone).toBe(true);
  expect([waiting.size, second.isGone(), third.isGone()]).toEqual([2, false, false]);
  waiting.end();
  for (const { isGone } of ends) await expect.poll(isGone).toBe(true);
  await expect.poll(() => waiting.size).toBe(0);
});

test('who waits may say little; who is let in, as much as there is to say', async () => {
  const waiting = new Waiting();
  const [one, other] = [await pair(), await pair()];
  waiting.add(one.socket, one.stream);
  const letIn = waiting.add(other.socket, other.stream);
  letIn();
  const got: number[] = [];
  other.socket.on('message', (data) => got.push(String(data).length));
  for (const { client } of [one, other]) client.send('x'.repeat(100_000));
  await expect.poll(one.isGone).toBe(true);
  await expect.poll(() => got).toEqual([100_000]);
  expect([waiting.size, other.isGone()]).toEqual([0, false]);
  other.client.terminate();
});
