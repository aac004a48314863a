import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plannrUrl } from '../../src/domains/events/plannr-registration.ts';
import { dynamicPlannerSenders, plannrSender } from '../../src/domains/events/senders.ts';
import { type EventUpkeep, type EventUpkeepOptions, eventUpkeep } from '../../src/domains/events/upkeep.ts';
import { webhookDoors } from '../../src/edge/webhooks.ts';
import { createLog } from '../../src/platform/log.ts';
import { fileNotes } from '../../src/platform/notes.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { DEFAULT_CONTRACT } from '../../src/sources/dynamic-planner/contract.ts';
import { createDynamicPlanner, type DynamicPlanner } from '../../src/sources/dynamic-planner/index.ts';
import type { ReceivedEvent } from '../../src/sources/event.ts';
import { createPlannr, type Plannr } from '../../src/sources/plannr/index.ts';
import { callScope, plainStack } from '../sources/helpers.ts';

const PATIENT = { timeout: 60_000, interval: 5 };
const DAY = 86_400_000;
const PLANNR_EVENTS = ['account.updated', 'plan.created', 'plan.updated', 'plan.deleted'];
const FIRST = '5b000000-0000-4000-8000-000000000001';

let sandbox: Sandbox;
let pool: Agent;
let folder: string;
let dynamicPlanner: DynamicPlanner;
let plannr: Plannr;
let running: (EventUpkeep | FastifyInstance)[];

/** What is kept, as the log of events keeps it. */
let kept: ReceivedEvent[];
let repeated: number;
const accept = async (events: readonly ReceivedEvent[]): Promise<void> => {
  for (const event of events)
    if (kept.some(({ key }) => key === event.key)) repeated += 1;
    else kept.push(event);
};
const keys = () => kept.map(({ key }) => key).sort();

let lines: Record<string, unknown>[];
const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });

beforeEach(async () => {
  sandbox = await startSandbox({
    clients: 30,
    pageCaps: { dynamicPlanner: 10 },
    deliveries: { attempts: 1, timeoutMs: 60_000 },
  });
  pool = new Agent();
  folder = await mkdtemp(join(tmpdir(), 'upkeep-'));
  [running, kept, repeated, lines] = [[], [], 0, []];
  const { settings } = sandbox;
  dynamicPlanner = createDynamicPlanner({
    baseUrl: settings.DP_BASE_URL ?? '',
    credentials: {
      tokenUrl: settings.DP_TOKEN_URL ?? '',
      clientId: settings.DP_CLIENT_ID ?? '',
      clientSecret: () => settings.DP_CLIENT_SECRET ?? '',
      scope: settings.DP_SCOPE,
    },
    subscriptionKey: () => settings.DP_SUBSCRIPTION_KEY ?? '',
    contract: DEFAULT_CONTRACT,
    stack: plainStack({ system: 'DYNAMIC_PLANNER', pool }),
  });
  plannr = createPlannr({
    baseUrl: settings.PLANNR_BASE_URL ?? '',
    accessToken: () => settings.PLANNR_ACCESS_TOKEN ?? '',
    accountUuid: settings.PLANNR_ACCOUNT_UUID,
    stack: plainStack({ system: 'PLANNR', pool }),
  });
});
afterEach(async () => {
  for (const one of running) await ('close' in one ? one.close() : one.stop());
  await sandbox.stop();
  await pool.destroy();
  await rm(folder, { recursive: true });
});

/** What looks after the subscriptions, and does nothing by itself. */
function upkeepOf(publicUrl: string | null, secrets: string[] = ['a-secret'], more: Partial<EventUpkeepOptions> = {}) {
  const upkeep = eventUpkeep({
    publicUrl,
    dynamicPlanner: { source: dynamicPlanner, secrets: () => secrets },
    plannr: { source: plannr, secrets: () => [], events: PLANNR_EVENTS },
    accept,
    notes: fileNotes(join(folder, 'notes.json')),
    background: () => callScope({ budgetMs: 60_000 }),
    keepMs: 30 * DAY,
    everyMs: DAY,
    log,
    ...more,
  });
  running.push(upkeep);
  return upkeep;
}

/** The doors, and what looks after the subscriptions to them. */
async function startDoors(secrets?: string[]): Promise<{ url: string; app: FastifyInstance; upkeep: EventUpkeep }> {
  const app = Fastify({ forceCloseConnections: true });
  const upkeep: { current: EventUpkeep | null } = { current: null };
  await webhookDoors(app, {
    dynamicPlanner: dynamicPlannerSenders(DEFAULT_CONTRACT, () => secrets ?? ['a-secret']),
    plannr: plannrSender('plannr', () => upkeep.current?.plannrSecrets() ?? []),
    bodyBytes: 100_000,
    accept,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  upkeep.current = upkeepOf(url, secrets);
  running.push(app);
  await upkeep.current.start();
  return { url, app, upkeep: upkeep.current };
}

const writes = () =>
  [...sandbox.dynamicPlanner.requests, ...sandbox.plannr.requests]
    .filter(({ method, template }) => method !== 'GET' && !template.includes('token'))
    .map(({ method, template }) => `${method} ${template}`);
const clearRequests = () => {
  sandbox.dynamicPlanner.clearRequests();
  sandbox.plannr.clearRequests();
};
const history = () => sandbox.data.dynamicPlanner.events.map(({ id }) => `DYNAMIC_PLANNER:${id}`).sort();

describe('subscriptions', () => {
  it('are registered once with both platforms, and what happens then comes in', async () => {
    const { url, upkeep } = await startDoors();
    expect(writes().filter((one) => one.startsWith('PUT /pubsub'))).toHaveLength(8);
    expect(writes().filter((one) => one.startsWith('POST'))).toEqual(['POST /api/v2/webhook-subscriptions']);
    expect(sandbox.data.dynamicPlanner.subscriptions.get(FIRST)).toMatchObject({
      topic: 'client.created',
      callbackUrl: `${url}/webhooks/dynamic-planner/${FIRST}`,
      hmac: { algorithm: 'sha256', secret: 'a-secret' },
    });
    for (const kind of ['client', 'finance', 'valuation', 'account', 'plan'] as const) sandbox.change(kind);
    await expect.poll(() => kept.length, PATIENT).toBe(5);
    expect(kept.filter(({ value }) => value.system === 'PLANNR')).toHaveLength(2);

    clearRequests();
    await upkeep.refresh();
    await upkeepOf(url).start();
    expect(writes()).toEqual([]);
    expect(kept).toHaveLength(5);
  });

  it('that differ are put right, and told of without a secret', async () => {
    const { url, upkeep } = await startDoors();
    const { subscriptions } = sandbox.data.dynamicPlanner;
    const first = subscriptions.get(FIRST);
    if (first === undefined) throw new TypeError('it was not registered');
    subscriptions.set(FIRST, { ...first, callbackUrl: 'http://127.0.0.1:1/', status: 'paused' });
    const [webhook] = sandbox.data.plannr.webhookSubscriptions.values();
    if (webhook === undefined) throw new TypeError('it was not registered');
    sandbox.data.plannr.webhookSubscriptions.set(webhook.uuid, {
      ...webhook,
      events: ['task.created', 'plan.created'],
    });
    clearRequests();
    lines.length = 0;
    await upkeep.refresh();
    expect(writes()).toEqual(['PUT /pubsub/v1/subscriptions/{id}', 'PUT /api/v2/webhook-subscriptions/{uuid}']);
    expect(subscriptions.get(FIRST)).toEqual(first);
    expect(sandbox.data.plannr.webhookSubscriptions.get(webhook.uuid)).toMatchObject({
      url: plannrUrl(url),
      events: expect.arrayContaining(['task.created', 'account.updated', 'plan.deleted']),
    });
    const said = lines
      .map(({ differs, missing }) => differs ?? missing)
      .toSorted((a, b) => String(a).length - String(b).length);
    expect(said).toEqual([['callbackUrl', 'status'], expect.arrayContaining(['account.updated', 'plan.deleted'])]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`a-secret|${webhook.signing_secret}`));
  });

  it('are given a new secret, which is nowhere on the disk', async () => {
    const { upkeep } = await startDoors();
    upkeep.stop();
    await startDoors(['another-secret', 'a-secret']);
    for (const { hmac } of sandbox.data.dynamicPlanner.subscriptions.values())
      expect(hmac).toEqual({ algorithm: 'sha256', secret: 'another-secret' });
    sandbox.change('client');
    await expect.poll(() => kept.length, PATIENT).toBe(1);
    expect(await readFile(join(folder, 'notes.json'), 'utf8')).not.toContain('secret');
  });

  it('that two nodes make at one time leave a secret that both know, and no more are made', async () => {
    const url = 'http://127.0.0.1:9';
    const more = { dynamicPlanner: null, notes: fileNotes(join(folder, 'shared.json')) };
    const nodes = [upkeepOf(url, [], more), upkeepOf(url, [], more)] as const;
    await Promise.all(nodes.map((node) => node.start()));
    const made = sandbox.data.plannr.webhookSubscriptions.all().map(({ signing_secret }) => signing_secret);
    const known = nodes.map((node) => node.plannrSecrets());
    expect(made.filter((secret) => known.every((secrets) => secrets.includes(secret)))).not.toEqual([]);
    for (const node of nodes) {
      await node.refresh();
      expect(node.plannrSecrets().toSorted()).toEqual(made.toSorted());
    }
    expect(sandbox.data.plannr.webhookSubscriptions.all()).toHaveLength(made.length);
  });

  it('whose secret is lost are made anew, but not without end, and where one was set by hand none is', async () => {
    const url = 'http://127.0.0.1:9';
    const { webhookSubscriptions } = sandbox.data.plannr;
    const byRun: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const upkeep = upkeepOf(url, [], { dynamicPlanner: null, notes: fileNotes(join(folder, `lost-${run}.json`)) });
      await upkeep.start();
      await upkeep.refresh();
      byRun.push(webhookSubscriptions.all().length);
      const known = upkeep.plannrSecrets();
      expect(known).toEqual(run < 3 ? [webhookSubscriptions.all().at(-1)?.signing_secret] : []);
    }
    expect(byRun).toEqual([1, 2, 3, 3, 3]);
    expect(lines.filter(({ msg }) => /PLANNR_WEBHOOK_SECRET/.test(String(msg))).length).toBeGreaterThan(3);
    for (const { signing_secret } of webhookSubscriptions.all())
      expect(JSON.stringify(lines)).not.toContain(signing_secret);

    webhookSubscriptions.clear();
    webhookSubscriptions.set('11111111-1111-4111-8111-111111111111', {
      uuid: '11111111-1111-4111-8111-111111111111',
      url: plannrUrl(url),
      events: PLANNR_EVENTS,
      signing_secret: 'set-by-hand',
      created_at: '',
      updated_at: '',
      last_outgoing_webhook_call_at: null,
    });
    clearRequests();
    const source = { source: plannr, secrets: () => ['set-by-hand'], events: PLANNR_EVENTS };
    await upkeepOf(url, [], { dynamicPlanner: null, plannr: source }).start();
    expect(writes()).toEqual([]);
  });

  it.each<[string, string | null, string[], RegExp]>([
    ['an address', null, [], /PUBLIC_URL/],
    ['a secret', 'http://127.0.0.1:1', [], /DP_WEBHOOK_SECRET/],
  ])('are not registered without %s, which is told', async (_what, publicUrl, secrets, said) => {
    await upkeepOf(publicUrl, secrets, { plannr: null }).start();
    expect(writes()).toEqual([]);
    expect(lines.map(({ reason }) => reason)).toEqual([expect.stringMatching(said)]);
  });

  it('are not registered without a service account, and nothing is asked', async () => {
    const source = { ...dynamicPlanner, hasServiceAccount: false };
    await upkeepOf('http://127.0.0.1:1', ['a'], {
      plannr: null,
      dynamicPlanner: { source, secrets: () => ['a'] },
    }).start();
    expect(sandbox.dynamicPlanner.requests).toEqual([]);
    expect(lines).toMatchObject([{ reason: expect.stringMatching(/service account/) }]);
  });
});

describe('what happened while nobody listened', () => {
  it('comes in from the history, over many pages, each once and in its order', async () => {
    const { url, app, upkeep } = await startDoors();
    upkeep.stop();
    await app.close();
    await sandbox.changeMany({ count: 60, perSecond: 1_000, kind: 'client' });
    for (const kind of ['finance', 'valuation', 'results', 'relationship'] as const) sandbox.change(kind);
    await upkeepOf(url).start();
    expect(keys()).toEqual(history());
    expect(repeated).toBe(0);
    const ofClients = kept.filter(({ value }) => value.topic === 'client.updated').map(({ key }) => key);
    expect(ofClients).toEqual(ofClients.toSorted());
  });

  it('is not passed over for what was delivered since', async () => {
    const { url, app, upkeep } = await startDoors();
    upkeep.stop();
    await app.close();
    for (let n = 0; n < 25; n += 1) sandbox.change('client');
    // The history fails at the start, and meanwhile something is delivered.
    const mend = sandbox.dynamicPlanner.addFault({ path: /000000000002\/events$/, kind: 'status', status: 500 });
    const later = upkeepOf(url);
    await later.start();
    expect(lines.filter(({ err }) => err !== undefined)).toHaveLength(1);
    expect(kept).toEqual([]);
    const event = sandbox.data.dynamicPlanner.events.at(-1);
    await accept([{ key: `DYNAMIC_PLANNER:${event?.id}`, value: {} as never }]);
    mend();
    await later.refresh();
    expect(keys()).toEqual(history());
    clearRequests();
    await later.refresh();
    expect(sandbox.dynamicPlanner.requests.filter(({ template }) => template.endsWith('/events')).length).toBeLessThan(
      12,
    );
  });

  it('is not noted as read where it could not be kept', async () => {
    const { url, app, upkeep } = await startDoors();
    upkeep.stop();
    await app.close();
    for (let n = 0; n < 3; n += 1) sandbox.change('client');
    const refuse = async (): Promise<void> => {
      throw new TypeError('the disk is full');
    };
    await upkeepOf(url, ['a-secret'], { accept: refuse }).start();
    await upkeepOf(url).start();
    expect(keys()).toEqual(history());
  });
});
