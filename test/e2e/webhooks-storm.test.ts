import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { Pool } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { hasRedisServer, startRedisServer } from '../redis.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';

// Eleven thousand requests to the doors of a whole gateway, one thousand of them good: exactly those stand in its log, each once.

const GOOD = 1_000;
const BAD = 10_000;
const TOGETHER = 40;
const SEED = 20_261_121;
const LIMIT = 4_000;
const DP = '/webhooks/dynamic-planner/5b000000-0000-4000-8000-000000000002';
const PLANNR = '/webhooks/plannr';
const KEYS: Readonly<Record<string, string>> = {
  [DP]: 'the long secret of Dynamic Planner 0123456789',
  [PLANNR]: 'the long secret of Plannr 0123456789',
};
const SECRETS = { DP_WEBHOOK_SECRET: KEYS[DP] ?? '', PLANNR_WEBHOOK_SECRET: KEYS[PLANNR] ?? '' };

/** The same numbers each time: 0 to 2^32. */
const drawn = (n: number): number => createHash('sha256').update(`${SEED}/${n}`).digest().readUInt32BE();

const pathOf = (n: number): string => (n % 2 === 0 ? DP : PLANNR);

/** An event as that platform posts it, about a thing with this id. */
function bodyOf(id: string, n: number, text = `é${n}`): string {
  if (pathOf(n) === PLANNR) return JSON.stringify({ uuid: id, event: 'task.completed', data: { uuid: id, text } });
  return JSON.stringify({ id, topic: 'client.updated', resource: { type: 'client', id, href: '' }, data: { text } });
}

function signed(path: string, body: string, key = KEYS[path] ?? ''): Record<string, string> {
  const digest = createHmac('sha256', key).update(body).digest('hex');
  return path === PLANNR ? { 'x-signature': digest } : { 'x-hub-signature': `sha256=${digest}` };
}

interface Doors {
  /** @returns the status */
  post(path: string, body: string, headers?: Record<string, string>): Promise<number>;
  /** Sends a body that is shorter than it says. */
  postTruncated(path: string, body: string): Promise<void>;
}

function doorsOf(url: string, pool: Pool): Doors {
  return {
    async post(path, body, headers = signed(path, body)) {
      const all = { 'content-type': 'application/json', ...headers };
      const reply = await pool.request({ method: 'POST', path, body, headers: all });
      expect(await reply.body.text()).toBe('');
      return reply.statusCode;
    },
    postTruncated(path, body) {
      const { hostname, port } = new URL(url);
      const headers = Object.entries({ ...signed(path, body), 'content-length': String(Buffer.byteLength(body)) });
      const head = `POST ${path} HTTP/1.1\r\nhost: gateway\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
      return new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.end(head + body.slice(0, -3)));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
        socket.resume();
      });
    },
  };
}

const good = (n: number): string => bodyOf(`good-${n}`, n);

/** What comes, what it is answered, by number. */
const KINDS: Readonly<Record<string, (doors: Doors, n: number) => Promise<unknown>>> = {
  forged: async ({ post }, n) => {
    const body = bodyOf(`forged-${n}`, n);
    expect(await post(pathOf(n), body, signed(pathOf(n), body, `guess-${n}`))).toBe(401);
  },
  tampered: async ({ post }, n) => {
    expect(await post(pathOf(n), bodyOf(`tampered-${n}`, n), signed(pathOf(n), good(n % GOOD)))).toBe(401);
  },
  'signed for the other door': async ({ post }, n) => {
    const body = bodyOf(`other-${n}`, n);
    const other = KEYS[pathOf(n + 1)] ?? '';
    expect(await post(pathOf(n), body, signed(pathOf(n), body, other))).toBe(401);
  },
  'half, and rightly signed': async ({ post }, n) => {
    expect(await post(pathOf(n), bodyOf(`cut-${n}`, n).slice(0, -1 - (n % 9)))).toBe(400);
  },
  'broken off': ({ postTruncated }, n) => postTruncated(pathOf(n), bodyOf(`broken-off-${n}`, n)),
  // Signed as it should be, and sent before or after: it is taken, and has no effect.
  replayed: async ({ post }, n) => expect(await post(pathOf(n % GOOD), good(n % GOOD))).toBe(204),
  'too large': async ({ post }, n) =>
    expect(await post(pathOf(n), bodyOf(`large-${n}`, n, 'x'.repeat(LIMIT)))).toBe(413),
};
const BAD_KINDS = Object.values(KINDS);

/** Good and bad, mixed. */
function shotsAt(doors: Doors): (() => Promise<unknown>)[] {
  const goodOnes = Array.from(
    { length: GOOD },
    (_, n) => async () => expect(await doors.post(pathOf(n), good(n))).toBe(204),
  );
  const badOnes = Array.from({ length: BAD }, (_, n) => async () => BAD_KINDS[drawn(n) % BAD_KINDS.length]?.(doors, n));
  return [...goodOnes, ...badOnes]
    .map((shot, n) => ({ shot, at: drawn(BAD + n) }))
    .sort((a, b) => a.at - b.at)
    .map(({ shot }) => shot);
}

/** Everything in the log, page by page. */
async function logOf(house: House): Promise<{ cursor: string; system: string; resource: { id: string } | null }[]> {
  const nodes: Awaited<ReturnType<typeof logOf>> = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await house.ask(
      'query ($after: String) { events(first: 200, after: $after) { nodes { cursor system resource { id } } pageInfo { endCursor hasNextPage } } }',
      { after },
    );
    expect(errors).toBeUndefined();
    nodes.push(...data.events.nodes);
    after = data.events.pageInfo.endCursor;
    if (!data.events.pageInfo.hasNextPage) return nodes;
  }
}

async function storm(env: Record<string, string>): Promise<void> {
  const house = await startHouse({
    env: await listening({ ...SECRETS, ...env, WEBHOOK_BODY_BYTES: String(LIMIT), CACHE: 'on' }),
    sandbox: { clients: 5 },
  });
  ends.push(() => house.stop());
  const pool = new Pool(house.gateway.url, { connections: TOGETHER });
  ends.push(() => pool.close());
  const next = shotsAt(doorsOf(house.gateway.url, pool)).values();
  await Promise.all(
    Array.from({ length: TOGETHER }, async () => {
      for (const shot of next) await shot();
    }),
  );
  const events = await logOf(house);
  expect(events.map(({ system, resource }) => `${system} ${resource?.id}`).sort()).toEqual(
    Array.from({ length: GOOD }, (_, n) => `${pathOf(n) === DP ? 'DYNAMIC_PLANNER' : 'PLANNR'} good-${n}`).sort(),
  );
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(GOOD);
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

describe('of eleven thousand requests exactly the thousand good ones are in the log, each once', () => {
  test('of a file', () => storm({}), 300_000);

  // A server of its own: in one that others use too there would be others' events.
  test.skipIf(!hasRedisServer())(
    'of Redis',
    async () => {
      const { url, process: server } = await startRedisServer();
      ends.push(() => server.kill());
      await storm({ REDIS_URL: url });
    },
    300_000,
  );
});
