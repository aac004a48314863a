import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/platform/log.ts';
import { startRedis } from '../redis.ts';
import { type House, startHouse } from './harness.ts';
import { listening } from './listening.ts';

// Plannr tells what it signs with once, to whom makes the subscription.

const redis = await startRedis();
const PATIENT = { timeout: 60_000 };
const houses: House[] = [];
let lines: string[] = [];
const log = createLog('info', { write: (line) => void lines.push(line) });

afterEach(async () => {
  for (const house of houses.toReversed()) await house.stop();
  houses.length = 0;
  lines = [];
});

async function start(env: Record<string, string>, beside?: House): Promise<House> {
  const house = await startHouse({ env, log, ...(beside === undefined ? { sandbox: { clients: 20 } } : { beside }) });
  houses.push(house);
  return house;
}

/** What was delivered to whom, and with what it was answered in the end. */
const states = ({ sandbox }: House) => sandbox.plannr.deliveries.map(({ state, attempts }) => [state, attempts]);
const subscriptionsOf = ({ sandbox }: House) => [...sandbox.data.plannr.webhookSubscriptions.values()];
const NEW = ['delivered', 1];

test('a gateway that is started again accepts what Plannr signs, on the same DATA_DIR and without a word of the secret', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wealthgraph-secret-'));
  const env = await listening({ DATA_DIR: dataDir });
  const first = await start(env);
  first.sandbox.change('plan');
  await expect.poll(() => states(first), PATIENT).toEqual([NEW]);
  await first.gateway.stop();

  const second = await start(env, first);
  second.sandbox.change('plan');
  await expect.poll(() => states(first), PATIENT).toEqual([NEW, NEW]);
  const [made, ...others] = subscriptionsOf(first);
  expect(others).toEqual([]);
  const notes = await readFile(join(dataDir, 'events', 'notes.json'), 'utf8');
  expect(Object.entries(JSON.parse(notes))).toContainEqual([
    expect.stringContaining(made?.uuid ?? '-'),
    made?.signing_secret,
  ]);
  expect(lines.join()).not.toContain(made?.signing_secret);
  await rm(dataDir, { recursive: true, force: true });
});

test('where it was lost, a subscription is made anew, and it is told what to do with the other one', async () => {
  // Each house has a folder of its own.
  const env = await listening();
  const first = await start(env);
  const [lost] = subscriptionsOf(first);
  await first.gateway.stop();
  lines = [];
  const second = await start(env, first);
  expect(subscriptionsOf(first)).toHaveLength(2);
  expect(lines.filter((line) => line.includes(lost?.uuid ?? '-') && /delete it in Plannr/.test(line))).toHaveLength(1);
  second.sandbox.change('plan');
  const ofNew = () =>
    first.sandbox.plannr.deliveries
      .filter(({ subscriptionId }) => subscriptionId !== lost?.uuid)
      .map(({ state }) => state);
  await expect.poll(ofNew, PATIENT).toEqual(['delivered']);
});

describe.skipIf(redis === null)('on one Redis', () => {
  afterAll(() => void redis?.own?.kill());

  test('a second node accepts what Plannr signs', async () => {
    const env = await listening({ REDIS_URL: redis?.url ?? '' });
    const first = await start(env);
    const [made] = subscriptionsOf(first);
    // Nothing of the first one's disk: what it knows it has from Redis.
    const second = await start({ ...env, PORT: '0' }, first);
    expect(subscriptionsOf(first).map(({ uuid }) => uuid)).toEqual([made?.uuid]);
    const body = JSON.stringify({ event: 'task.completed', uuid: randomUUID(), data: {} });
    const post = async (secret: string): Promise<number> => {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-signature': signature };
      return (await fetch(`${second.gateway.url}/webhooks/plannr`, { method: 'POST', headers, body })).status;
    };
    expect(await post(made?.signing_secret ?? '')).toBe(204);
    expect(await post('another')).toBe(401);
  });
});
