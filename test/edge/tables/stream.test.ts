import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import Fastify from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendBytes } from '../../../src/edge/tables/stream.ts';
import { Transfers } from '../../../src/edge/tables/transfers.ts';
import { SANDBOX_CALLER } from '../../../src/platform/caller.ts';

const MINUTE = 60_000;
const MB = 1_000_000;
const PIECE = randomBytes(MB);
const ANN = SANDBOX_CALLER;
const realTimeout = setTimeout;

/** What is made: pieces so far, and whether making them has ended. */
let made = 0;
let hasEnded = false;
let bytes: () => AsyncGenerator<Uint8Array>;
let transfers: Transfers;
/** The gateway's end of the connection. */
let served: Socket | undefined;
const app = Fastify({ forceCloseConnections: true });

beforeAll(async () => {
  app.server.on('connection', (socket: Socket) => {
    served = socket;
  });
  const logError = (_id: string, error: unknown): never => {
    throw error;
  };
  app.get('/', (request, reply) =>
    sendBytes({ request, reply, transfers, logError }, { caller: ANN, bytes: () => counted(bytes()), headers: {} }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());
beforeEach(() => {
  made = 0;
  hasEnded = false;
  transfers = new Transfers();
  // The clock stands, however long a busy machine takes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => void vi.useRealTimers());

async function* counted(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of source) {
      made += 1;
      yield piece;
    }
  } finally {
    hasEnded = true;
  }
}

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield PIECE;
}

/** Asks for the bytes, and takes none but the head. `ended` tells how the answer did: with `end`, or with an error's code. */
async function begin(encoding = 'identity') {
  const { port } = app.server.address() as AddressInfo;
  const headers = { 'accept-encoding': encoding };
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, headers, agent: false }, resolve).on('error', reject).end();
  });
  const reader = { reply, bytes: 0 };
  reply.pause().on('data', (chunk) => {
    reader.bytes += chunk.length;
  });
  const ended = new Promise<string>((resolve) => {
    reply.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? '')).on('end', () => resolve('end'));
  });
  return Object.assign(reader, { ended });
}

/** Waits for something by the real clock; `expect.poll` would make the other one go on. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => realTimeout(resolve, 5));
}

/** Waits until nothing is made or written any more. */
async function still(): Promise<void> {
  let before = '';
  let same = 0;
  await until(() => {
    const now = `${made} ${served?.writableLength}`;
    same = made > 0 && now === before ? same + 1 : 0;
    before = now;
    return same > 100;
  });
}

const isClosed = () => served?.destroyed === true;

/** How many transfers of one caller can begin. */
function places(): number {
  const ends: (() => void)[] = [];
  try {
    for (;;) ends.push(transfers.begin(ANN, () => {}));
  } catch {
    return ends.length;
  } finally {
    for (const end of ends) end();
  }
}

describe('a reader who takes nothing', () => {
  test.each(['identity', 'gzip'])('is cut off after two minutes, and nothing more is made: %s', async (encoding) => {
    bytes = () => pieces(100);
    const { reply, ended } = await begin(encoding);
    await still();
    const [before, all] = [made, places() + 1];
    expect(before).toBeLessThan(100);
    vi.advanceTimersByTime(2 * MINUTE - 1);
    expect([isClosed(), hasEnded]).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    await until(() => hasEnded && places() === all);
    expect([isClosed(), made]).toEqual([true, before]);
    reply.resume();
    expect(await ended).toBe('ECONNRESET');
  });

  test('is cut off too where all has been made and lies here', async () => {
    const last = randomBytes(32 * MB);
    bytes = async function* () {
      yield last;
    };
    const { reply, ended } = await begin();
    await still();
    const all = places() + 1;
    expect(hasEnded).toBe(true);
    expect(served?.writableLength).toBeGreaterThan(0);
    vi.advanceTimersByTime(2 * MINUTE - 1);
    expect(isClosed()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isClosed()).toBe(true);
    await until(() => places() === all);
    reply.resume();
    expect(await ended).toBe('ECONNRESET');
  });
});

test('a reader who keeps taking a bit is left in peace, however long it takes', async () => {
  bytes = () => pieces(40);
  const reader = await begin();
  let minutes = 0;
  while (made < 40 && !isClosed()) {
    const before = made;
    reader.reply.resume();
    await until(() => made > before || isClosed());
    reader.reply.pause();
    vi.advanceTimersByTime(MINUTE);
    minutes += 1;
  }
  expect(minutes).toBeGreaterThan(3);
  reader.reply.resume();
  expect(await reader.ended).toBe('end');
  expect(reader.bytes).toBe(40 * MB);
});

test('a reader who waits for what is being made is not to blame for that', async () => {
  let go = (): void => {};
  const made2nd = new Promise<void>((resolve) => {
    go = resolve;
  });
  bytes = async function* () {
    yield PIECE;
    await made2nd;
    yield PIECE;
  };
  const reader = await begin();
  reader.reply.resume();
  await until(() => reader.bytes === MB);
  vi.advanceTimersByTime(5 * MINUTE);
  expect(isClosed()).toBe(false);
  go();
  expect(await reader.ended).toBe('end');
  expect(reader.bytes).toBe(2 * MB);
});
