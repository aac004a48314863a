import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlannrPlan, Sandbox } from '../../src/sandbox/index.ts';
import { type Ask, type Reply, start } from './helpers.ts';
import { hmac, PATIENT, type Receiver, startReceiver, status } from './receiver.ts';

const PATH = '/api/v2/webhook-subscriptions';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

let sandbox: Sandbox;
let plannr: Ask;
let receiver: Receiver;

beforeEach(async () => {
  ({ sandbox, plannr } = await start({ clients: 20, deliveries: { retryBaseMs: 1 } }));
  receiver = await startReceiver();
});

afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

const post = (path: string, body: unknown): Promise<Reply> => plannr(path, { method: 'POST', body });
const put = (path: string, body: unknown): Promise<Reply> => plannr(path, { method: 'PUT', body });

async function subscribe(...events: string[]): Promise<{ uuid: string; signing_secret: string }> {
  const reply = await post(PATH, { url: `${receiver.url}/hook`, events });
  expect(reply.status).toBe(201);
  return reply.json.data;
}

function plans(): PlannrPlan[] {
  return [...sandbox.data.plannr.plans.values()].filter((plan) => plan.type === 'investment');
}

async function told(count: number): Promise<unknown[]> {
  await expect.poll(() => receiver.received.length, PATIENT).toBe(count);
  return receiver.received.map(({ json }) => [json.event, json.data.uuid]);
}

describe('a write in Plannr', () => {
  it('is posted with a signature of the raw bytes, and the call is noted', async () => {
    const { uuid, signing_secret } = await subscribe('plan.updated');
    const [plan] = plans();
    await put(`/api/v1/plans/${plan?.uuid}`, { name: 'Zoë’s ISA' });
    await told(1);
    const [received] = receiver.received;
    expect(received?.headers['content-type']).toBe('application/json');
    expect(received?.headers['x-signature']).toBe(hmac('sha256', signing_secret, received?.raw ?? Buffer.alloc(0)));
    expect(received?.json).toEqual({
      uuid: expect.stringMatching(UUID),
      event: 'plan.updated',
      occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      data: { uuid: plan?.uuid, client: plan?.client },
    });
    const [kept] = (await plannr(PATH)).json.data;
    expect([kept.uuid, kept.last_outgoing_webhook_call_at]).toEqual([uuid, expect.stringMatching(/^\d{4}-.*\+00:00$/)]);
    await expect.poll(() => sandbox.plannr.deliveries[0]?.endedAt, PATIENT).not.toBeNull();
    expect(sandbox.plannr.deliveries).toEqual([
      expect.objectContaining({ subscriptionId: uuid, eventId: received?.json.uuid, state: 'delivered', attempts: 1 }),
    ]);
    expect(sandbox.dynamicPlanner.deliveries).toEqual([]);
  });

  it('of every kind is told, once for each plan', async () => {
    await subscribe('plan.created', 'plan.updated', 'plan.deleted', 'account.updated');
    const [one, other] = plans();
    const accounts = [{ account_uuid: one?.accounts[0]?.account_uuid }];
    const made = await post('/api/v1/plans', {
      name: 'New',
      type: 'investment',
      status: 'active',
      accounts,
      current_value: 5_000,
    });
    await put(`/api/v1/plans/${one?.uuid}/ownership`, { accounts });
    const entry = (plan?: PlannrPlan) => ({ plan_uuid: plan?.uuid, value: 100, valued_at: '2026-11-01' });
    await post('/api/v2/valuations/bulk', { valuations: [entry(one), entry(other), entry(one)] });
    const account = sandbox.change('account');
    sandbox.data.tellPlannr('plan.deleted', { uuid: one?.uuid ?? '', client: one?.client ?? null });
    await put(`/api/v1/plans/${one?.uuid}`, { type: 'pension' });
    expect(await told(6)).toEqual([
      ['plan.created', made.json.data.uuid],
      ['plan.updated', one?.uuid],
      ['plan.updated', one?.uuid],
      ['plan.updated', other?.uuid],
      ['account.updated', account.id],
      ['plan.deleted', one?.uuid],
    ]);
    expect(new Set(receiver.received.map(({ json }) => json.uuid)).size).toBe(6);
  });

  it('is told to subscriptions that name it only, and again until it is taken', async () => {
    await subscribe('plan.created');
    const { uuid } = await subscribe('plan.updated');
    receiver.next.push(status(500));
    const change = sandbox.change('plan');
    expect(await told(2)).toEqual([
      ['plan.updated', change.id],
      ['plan.updated', change.id],
    ]);
    expect(receiver.received[0]?.raw).toEqual(receiver.received[1]?.raw);
    await expect.poll(() => sandbox.plannr.deliveries[0]?.state, PATIENT).toBe('delivered');
    expect(sandbox.plannr.deliveries).toEqual([expect.objectContaining({ subscriptionId: uuid, attempts: 2 })]);
    await put(`${PATH}/${uuid}`, { events: ['case.created'] });
    sandbox.change('plan');
    expect(sandbox.plannr.deliveries).toHaveLength(1);
  });

  it('can be spoilt on purpose', async () => {
    const { signing_secret } = await subscribe('plan.updated');
    sandbox.plannr.addDeliveryFault({ kind: 'badSignature' });
    sandbox.change('plan');
    await told(1);
    const [received] = receiver.received;
    expect(received?.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/);
    expect(received?.headers['x-signature']).not.toBe(hmac('sha256', signing_secret, received?.raw ?? Buffer.alloc(0)));
  });

  it('never leaves this machine', async () => {
    const reply = await post(PATH, { url: 'https://example.com/hook', events: ['plan.updated'] });
    expect([reply.status, reply.json.errors.url]).toEqual([422, [expect.stringContaining('nobody outside')]]);
    const { uuid } = await subscribe('plan.updated');
    expect((await put(`${PATH}/${uuid}`, { url: 'http://10.0.0.1' })).status).toBe(422);
    const kept = sandbox.data.plannr.webhookSubscriptions.get(uuid);
    if (kept !== undefined) sandbox.data.plannr.webhookSubscriptions.set(uuid, { ...kept, url: 'http://example.com' });
    sandbox.change('plan');
    expect(sandbox.plannr.deliveries).toEqual([]);
  });
});
