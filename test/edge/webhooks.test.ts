import { createHmac } from 'node:crypto';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type WebhookSender, webhookDoors } from '../../src/edge/webhooks.ts';
import { LogUnavailable } from '../../src/platform/events/index.ts';

const SUBSCRIPTION = '5b000000-0000-4000-8000-000000000001';
const DP = `/webhooks/dynamic-planner/${SUBSCRIPTION}`;
const PLANNR = '/webhooks/plannr';
const LIMIT = 4_000;
const KEYS: Readonly<Record<string, string>> = { [DP]: 'dynamic-planner-secret', [PLANNR]: 'plannr-secret' };

type Event = { key: string };
const sender = (header: string, prefix: string, ...secrets: string[]): WebhookSender<Event> => ({
  rule: { header, algorithm: 'sha256', prefix, encoding: 'hex' },
  secrets: () => secrets,
  read: (json) => {
    const { id } = (json ?? {}) as { id?: unknown };
    return typeof id === 'string' ? { key: id } : null;
  },
});

/** What is kept, as the log of events keeps it: each key once. */
const kept = new Map<string, number>();
let failure: Error | null = null;
const answers: [string, number][] = [];
const app = Fastify();
let url = '';

beforeAll(async () => {
  const known = sender('x-hub-signature', 'sha256=', KEYS[DP] ?? '', 'the-one-before');
  app.setErrorHandler((_error, _request, reply) => reply.code(500).send({ masked: true }));
  await webhookDoors<Event>(app, {
    dynamicPlanner: (id) => (id === SUBSCRIPTION ? known : null),
    plannr: sender('x-signature', '', KEYS[PLANNR] ?? ''),
    bodyBytes: LIMIT,
    accept: async (events) => {
      if (failure !== null) throw failure;
      for (const { key } of events) kept.set(key, (kept.get(key) ?? 0) + 1);
    },
    onAnswer: (system, status) => answers.push([system, status]),
  });
  app.post('/graphql', async ({ body }) => body);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());
beforeEach(() => {
  kept.clear();
  answers.length = 0;
  failure = null;
});

const hmac = (key: string, body: string | Buffer): string => createHmac('sha256', key).update(body).digest('hex');
const signed = (path: string, body: string | Buffer, key = KEYS[path] ?? ''): Record<string, string> =>
  path === PLANNR ? { 'x-signature': hmac(key, body) } : { 'x-hub-signature': `sha256=${hmac(key, body)}` };
const post = (path: string, body: string | Buffer, headers: Record<string, string> = signed(path, body)) =>
  fetch(url + path, {
    method: 'POST',
    body: body as string,
    headers: { 'content-type': 'application/json', ...headers },
  });
const statusOf = async (...args: Parameters<typeof post>): Promise<number> => {
  const reply = await post(...args);
  expect(await reply.text()).toBe('');
  return reply.status;
};

describe.each([[DP], [PLANNR]])('the door %s', (path) => {
  const body = '{"id":"e-1", "data":{}}';

  it('takes an event that is rightly signed, whatever it calls its content', async () => {
    expect(await statusOf(path, body)).toBe(204);
    expect(await statusOf(path, body, { ...signed(path, body), 'content-type': 'text/plain' })).toBe(204);
    expect([...kept]).toEqual([['e-1', 2]]);
  });

  it.each<[string, number, string | Buffer, ((sent: string | Buffer) => Record<string, string>)?]>([
    ['not signed', 401, body, () => ({})],
    ['signed with another secret', 401, body, (sent) => signed(path, sent, 'another')],
    ['signed for other bytes that mean the same', 401, body, () => signed(path, '{"id":"e-1","data":{}}')],
    ['empty and not signed', 401, '', () => ({})],
    ['not JSON and not signed', 401, '{"id":', () => ({})],
    ['not JSON', 400, '{"id":"e-1"'],
    ['empty', 400, ''],
    ['not UTF-8', 400, Buffer.from([0x22, 0xff, 0x22])],
    ['nested beyond all measure', 400, `${'['.repeat(1_990)}${']'.repeat(1_990)}`],
    ['no event', 400, '{"name":"e-1"}'],
    ['too large', 413, JSON.stringify({ id: 'e-1', data: 'x'.repeat(LIMIT) })],
    ['too large and not signed', 413, 'x'.repeat(LIMIT + 1), () => ({})],
  ])('refuses what is %s', async (_what, status, sent, headers = (some) => signed(path, some)) => {
    expect(await statusOf(path, sent, headers(sent))).toBe(status);
    expect(kept.size).toBe(0);
  });

  it('asks to come again where an event can not be kept, and hides what else goes wrong', async () => {
    failure = new LogUnavailable('The disk is full.');
    const reply = await post(path, body);
    expect([reply.status, reply.headers.get('retry-after'), await reply.text()]).toEqual([503, '5', '']);
    failure = new TypeError('secret');
    expect(await (await post(path, body)).text()).toBe('{"masked":true}');
    failure = null;
    expect(await statusOf(path, body)).toBe(204);
    expect(answers.map(([, status]) => status)).toEqual([503, 500, 204]);
  });
});

describe('the doors', () => {
  it('know nobody but those who are to post', async () => {
    const body = '{"id":"e-1"}';
    for (const id of ['5b000000-0000-4000-8000-000000000002', '__proto__', `${SUBSCRIPTION}%00`])
      expect(await statusOf(`/webhooks/dynamic-planner/${id}`, body, signed(DP, body))).toBe(404);
    expect(await statusOf(PLANNR, body, signed(DP, body))).toBe(401);
    expect(await statusOf(DP, body, { 'x-signature': hmac(KEYS[DP] ?? '', body) })).toBe(401);
    expect(kept.size).toBe(0);
  });

  it('accept the secret before while it changes', async () => {
    const body = '{"id":"e-2"}';
    expect(await statusOf(DP, body, signed(DP, body, 'the-one-before'))).toBe(204);
  });

  it('leave the bodies of all other doors alone', async () => {
    const reply = await post('/graphql', '{"a":1}', {});
    expect(await reply.json()).toEqual({ a: 1 });
  });

  it('are closed where nobody posts', async () => {
    const closed = Fastify();
    await webhookDoors(closed, { dynamicPlanner: null, plannr: null, accept: async () => {}, bodyBytes: 1_000 });
    for (const path of [DP, PLANNR])
      expect((await closed.inject({ method: 'POST', url: path, payload: '{}' })).statusCode).toBe(404);
  });
});
