import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pauseAfter } from '../../src/sandbox/deliveries/backoff.ts';
import { signature } from '../../src/sandbox/deliveries/signature.ts';
import type { RecordedDelivery, Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { type Ask, client, start, uuid } from './helpers.ts';
import { hmac, PATIENT, type Receiver, silence, startReceiver, status } from './receiver.ts';

const TOPICS = [
  'client.created',
  'client.updated',
  'client.deleted',
  'client.document.created',
  'relationship.updated',
  'finance.updated',
  'valuation.created',
  'results.updated',
];
const SECRET = 'not-a-secret-at-all';

let sandbox: Sandbox;
let dp: Ask;
let receiver: Receiver;

async function open(options: SandboxOptions = {}): Promise<void> {
  ({ sandbox, dp } = await start({ clients: 20, ...options, deliveries: { retryBaseMs: 1, ...options.deliveries } }));
  receiver = await startReceiver();
}

beforeEach(() => open());

afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

const put = (path: string, body: unknown) => dp(path, { method: 'PUT', body });

async function subscribe(number: number, topic: string, more: Record<string, unknown> = {}): Promise<string> {
  const id = uuid(number);
  const hmac = { algorithm: 'sha256', secret: SECRET };
  const body = { topic, callbackUrl: `${receiver.url}/${id}`, hmac, ...more };
  const reply = await put(`/pubsub/v1/subscriptions/${id}`, body);
  expect(reply.status).toBe(201);
  return id;
}

/** The deliveries, when none is under way any more. */
async function settled(count: number): Promise<readonly RecordedDelivery[]> {
  const done = () => sandbox.dynamicPlanner.deliveries.filter((delivery) => delivery.endedAt !== null).length;
  await expect.poll(done, PATIENT).toBe(count);
  return sandbox.dynamicPlanner.deliveries;
}

const states = (deliveries: readonly RecordedDelivery[]) =>
  deliveries.map(({ state, attempts, status: code }) => [state, attempts, code]);

describe('a signature', () => {
  it('is the published one of the check vector', () => {
    const body = Buffer.from('{"test": {"test1": "test","test2": 56000,"test3": true}}');
    expect(signature('sha1', 'sdiBw7x57CZqCtGKyUKuFR5QWBdfApW', body)).toBe('7bf291dccae4cb5798d79175bf59fb9601bc81e9');
  });
});

describe('a write', () => {
  it('is posted with its subscription and a signature of the raw bytes', async () => {
    const id = await subscribe(1, 'client.updated');
    await put(`/crm/v1/clients/${client(1)}`, { lastName: 'Ó Briain' });
    await settled(1);
    const [received] = receiver.received;
    const [event] = sandbox.data.dynamicPlanner.events;
    expect(received?.path).toBe(`/${id}`);
    expect(received?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-hub-signature': `sha256=${hmac('sha256', SECRET, received?.raw ?? Buffer.alloc(0))}`,
    });
    expect(received?.json).toEqual({ ...event, subscriptionId: id });
    expect(Object.keys(received?.json)).toEqual([
      'id',
      'topic',
      'subscriptionId',
      'occurredAt',
      'organisationUnitId',
      'resource',
      'data',
    ]);
    expect(sandbox.dynamicPlanner.deliveries).toEqual([
      expect.objectContaining({
        subscriptionId: id,
        eventId: event?.id,
        topic: 'client.updated',
        state: 'delivered',
        attempts: 1,
        status: 204,
      }),
    ]);
    sandbox.dynamicPlanner.clearDeliveries();
    expect(sandbox.dynamicPlanner.deliveries).toEqual([]);
  });

  it('is signed as each subscription wants it, or not at all', async () => {
    await subscribe(1, 'client.updated', { hmac: { algorithm: 'sha1', secret: SECRET } });
    await subscribe(2, 'client.updated', { hmac: null });
    await put(`/crm/v1/clients/${client(1)}`, { title: 'Dame' });
    await settled(2);
    const of = (number: number) => receiver.received.find(({ path }) => path === `/${uuid(number)}`);
    expect(of(1)?.headers['x-hub-signature']).toBe(`sha1=${hmac('sha1', SECRET, of(1)?.raw ?? Buffer.alloc(0))}`);
    expect(of(2)?.headers['x-hub-signature']).toBeUndefined();
  });

  it('keeps a secret that was not sent again', async () => {
    const id = await subscribe(1, 'client.updated');
    await put(`/pubsub/v1/subscriptions/${id}`, { hmac: { algorithm: 'sha1' } });
    expect(sandbox.data.dynamicPlanner.subscriptions.get(id)?.hmac).toEqual({ algorithm: 'sha1', secret: SECRET });
    expect((await put(`/pubsub/v1/subscriptions/${id}`, { hmac: 'sha1' })).status).toBe(400);
    await put(`/pubsub/v1/subscriptions/${id}`, { hmac: null });
    expect(sandbox.data.dynamicPlanner.subscriptions.get(id)?.hmac).toBeNull();
  });

  it('is told to active subscriptions of its topic only', async () => {
    await subscribe(1, 'client.updated', { status: 'paused' });
    await subscribe(2, 'finance.updated');
    const id = await subscribe(3, 'client.updated');
    await put(`/crm/v1/clients/${client(1)}`, { title: 'Dame' });
    const deliveries = await settled(1);
    expect(deliveries.map((delivery) => delivery.subscriptionId)).toEqual([id]);
  });

  it('of every kind is delivered, in the order of the history', async () => {
    for (const [place, topic] of TOPICS.entries()) await subscribe(place, topic);
    const [one, other, finance] = [uuid(900), uuid(901), uuid(902)];
    for (const id of [one, other])
      await put(`/crm/v1/clients/${id}`, { firstName: 'A', lastName: 'B', dateOfBirth: '1970-01-01' });
    await put(`/crm/v1/relationships/${uuid(903)}`, { type: 'Marriage', clientIds: [one, other] });
    await put(`/crm/v1/clients/${one}/documents/${uuid(904)}`, { name: 'Letter' });
    await dp(`/crm/v1/documents/${uuid(904)}/content`, { method: 'PUT', body: 'text' });
    await put(`/finances/v1/finances/${finance}`, { type: 'pension', name: 'P', owners: [{ clientId: one }] });
    await put(`/finances/v1/finances/${finance}/valuations/${uuid(905)}`, { valuedOn: '2026-11-01', value: 12.34 });
    await dp(`/finances/v1/finances/${finance}`, { method: 'DELETE' });
    await dp(`/crm/v1/relationships/${uuid(903)}`, { method: 'DELETE' });
    await dp(`/crm/v1/clients/${other}`, { method: 'DELETE' });
    sandbox.change('results');
    await settled(sandbox.data.dynamicPlanner.events.length);
    expect(new Set(receiver.received.map(({ json }) => json.topic))).toEqual(new Set(TOPICS));
    for (const [place, topic] of TOPICS.entries()) {
      const history = (await dp(`/pubsub/v1/subscriptions/${uuid(place)}/events`)).json.items;
      const received = receiver.received.filter(({ json }) => json.topic === topic).map(({ json }) => json);
      expect(received).toEqual(history);
    }
  });
});

describe('a delivery that fails', () => {
  it('waits 1, 2, 4, 8 … seconds, and a minute at most', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => pauseAfter(attempt, 1_000));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  const write = () => put(`/crm/v1/clients/${client(1)}`, { title: 'Dame' });

  it.each([400, 401, 500, 503])('is tried again, the same to the byte, after %i', async (code) => {
    await subscribe(1, 'client.updated');
    receiver.next.push(status(code), status(code));
    await write();
    expect(states(await settled(1))).toEqual([['delivered', 3, 204]]);
    expect(new Set(receiver.received.map(({ raw }) => raw.toString('utf8'))).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-hub-signature'])).size).toBe(1);
  });

  it('is tried again where no answer comes', async () => {
    await sandbox.stop();
    await receiver.stop();
    await open({ deliveries: { timeoutMs: 20 } });
    await subscribe(1, 'client.updated');
    receiver.next.push(silence);
    await write();
    const [delivery] = await settled(1);
    expect(delivery?.state).toBe('delivered');
    expect(delivery?.attempts).toBeGreaterThan(1);
  });

  it('is tried again while nobody listens, until somebody does', async () => {
    await sandbox.stop();
    await receiver.stop();
    await open({ deliveries: { retryBaseMs: 5, attempts: 100 } });
    await subscribe(1, 'client.updated');
    await receiver.stop();
    await write();
    await expect.poll(() => sandbox.dynamicPlanner.deliveries[0]?.attempts, PATIENT).toBeGreaterThan(2);
    expect(sandbox.dynamicPlanner.deliveries[0]).toMatchObject({ state: 'waiting', status: null, endedAt: null });
    receiver = await startReceiver(receiver.port);
    expect((await settled(1))[0]?.state).toBe('delivered');
    expect(receiver.received).toHaveLength(1);
  });

  it('is tried again where the connection breaks, new or used before', async () => {
    await subscribe(1, 'client.updated');
    for (const count of [1, 2]) {
      receiver.next.push((response) => response.socket?.destroy());
      await write();
      expect(states(await settled(count)).at(-1)).toEqual(['delivered', 2, 204]);
    }
  });

  it('counts as delivered by its status, however the answer ends', async () => {
    await subscribe(1, 'client.updated');
    receiver.next.push((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    });
    await write();
    expect(states(await settled(1))).toEqual([['delivered', 1, 200]]);
  });

  it('is given up in the end, and the next one goes its way', async () => {
    await sandbox.stop();
    await receiver.stop();
    await open({ deliveries: { attempts: 2 } });
    await subscribe(1, 'client.updated');
    receiver.next.push(status(500), status(500));
    await write();
    await write();
    expect(states(await settled(2))).toEqual([
      ['failed', 2, 500],
      ['delivered', 1, 204],
    ]);
  });

  it('does not follow where it is sent', async () => {
    await subscribe(1, 'client.updated');
    receiver.next.push(status(307, { location: `${receiver.url}/elsewhere` }));
    await write();
    expect(states(await settled(1))).toEqual([['delivered', 2, 204]]);
    expect(receiver.received.map(({ path }) => path)).toEqual([`/${uuid(1)}`, `/${uuid(1)}`]);
  });

  it('holds up the later ones of its subscription, and no others', async () => {
    await subscribe(1, 'client.updated');
    await subscribe(2, 'client.updated');
    let answer = (): void => {};
    receiver.always = (response, { path }) => {
      if (path.endsWith(uuid(2))) response.end();
      else answer = () => response.end();
    };
    for (let turn = 0; turn < 3; turn += 1) await write();
    await expect.poll(() => receiver.received.length, PATIENT).toBe(4);
    const ended = (number: number) =>
      sandbox.dynamicPlanner.deliveries.filter((entry) => entry.subscriptionId === uuid(number) && entry.endedAt);
    await expect.poll(() => ended(2).length, PATIENT).toBe(3);
    expect(ended(1)).toEqual([]);
    receiver.always = status(200);
    answer();
    await settled(6);
    const told = receiver.received.filter(({ path }) => path.endsWith(uuid(1))).map(({ json }) => json.id);
    expect(told).toEqual(sandbox.data.dynamicPlanner.events.map((event) => event.id));
  });

  it('is dropped where its subscription goes, and where ten thousand wait already', async () => {
    const id = await subscribe(1, 'client.updated');
    receiver.always = silence;
    for (let turn = 0; turn < 10_005; turn += 1) sandbox.change('client', client(1));
    await expect.poll(() => receiver.received.length, PATIENT).toBe(1);
    const dropped = () => sandbox.dynamicPlanner.deliveries.filter((entry) => entry.state === 'dropped').length;
    expect(dropped()).toBe(4);
    await dp(`/pubsub/v1/subscriptions/${id}`, { method: 'DELETE' });
    await sandbox.stop();
    expect(sandbox.data.dynamicPlanner.events).toHaveLength(10_005);
  });

  it('is let go when its subscription is deleted or paused', async () => {
    for (const leave of [
      (path: string) => dp(path, { method: 'DELETE' }),
      (path: string) => put(path, { status: 'paused' }),
    ]) {
      sandbox.dynamicPlanner.clearDeliveries();
      const path = `/pubsub/v1/subscriptions/${await subscribe(7, 'client.updated')}`;
      let answer = (): void => {};
      receiver.next.push((response) => {
        answer = () => response.writeHead(500).end();
      });
      const before = receiver.received.length;
      await write();
      await expect.poll(() => receiver.received.length, PATIENT).toBe(before + 1);
      await leave(path);
      answer();
      expect(states(await settled(1))).toEqual([['dropped', 1, 500]]);
    }
  });

  it('ends at once when the sandbox stops', async () => {
    await subscribe(1, 'client.updated');
    receiver.always = silence;
    await write();
    await write();
    await expect.poll(() => receiver.received.length, PATIENT).toBe(1);
    await sandbox.stop();
    expect(sandbox.dynamicPlanner.deliveries.map((delivery) => delivery.endedAt)).toEqual([null, null]);
    sandbox.change('client', client(1));
    expect(sandbox.dynamicPlanner.deliveries).toHaveLength(2);
  });
});

describe('an address', () => {
  it.each(['http://127.0.0.1:4000/x', 'http://localhost/x', 'http://[::1]:80', 'http://127.1/', 'http://127.9.8.7'])(
    'on this machine is accepted: %s',
    async (callbackUrl) => {
      await subscribe(1, 'client.updated', { callbackUrl });
    },
  );

  it.each([
    'https://example.com/x',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0:80',
    'http://[::]',
    'http://169.254.169.254/latest',
    'https://127.0.0.1',
    'ftp://127.0.0.1',
  ])('elsewhere is refused, and never called: %s', async (callbackUrl) => {
    const reply = await put(`/pubsub/v1/subscriptions/${uuid(1)}`, { topic: 'client.updated', callbackUrl });
    expect([reply.status, reply.json.details]).toEqual([400, { field: 'callbackUrl', issue: 'not_loopback' }]);
    expect(reply.json.message).toContain('only http:// on 127.0.0.1');
    const id = await subscribe(1, 'client.updated');
    const kept = sandbox.data.dynamicPlanner.subscriptions.get(id);
    if (kept !== undefined) sandbox.data.dynamicPlanner.subscriptions.set(id, { ...kept, callbackUrl });
    sandbox.change('client');
    expect(sandbox.dynamicPlanner.deliveries).toEqual([]);
  });
});
