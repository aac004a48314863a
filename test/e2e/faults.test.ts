import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/index.ts';
import { type House, startHouse } from './harness.ts';

const BOOK = readFileSync('src/edge/examples/book.graphql', 'utf8');
/** One call to Dynamic Planner and nothing else. */
const EMPLOYEES = '{ employees(first: 2) { nodes { displayName } } }';
const AT_EMPLOYEES = { path: /^\/crm\/v1\/employees$/ };
const RETRIES = { UPSTREAM_RETRIES: '3', UPSTREAM_RETRY_BASE_MS: '20' };

const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

async function open(env: Record<string, string>, sandbox = {}): Promise<House> {
  const house = await startHouse({ sandbox: { clients: 30, ...sandbox }, env });
  houses.push(house);
  return house;
}

const statuses = (house: House) => house.calls().map(({ status }) => status);
const tokenCalls = (house: House) =>
  house.sandbox.dynamicPlanner.requests.filter(({ path }) => path.endsWith('/connect/token'));

describe('a fault that passes', () => {
  test.each<[string, Fault, (number | null)[]]>([
    ['503', { kind: 'status', status: 503, times: 2 }, [503, 503, 200]],
    ['429', { kind: 'status', status: 429, times: 1 }, [429, 200]],
    ['502 that is no JSON', { kind: 'status', status: 502, body: '<html>', times: 3 }, [502, 502, 502, 200]],
    ['504', { kind: 'status', status: 504, times: 1 }, [504, 200]],
    ['a reset connection', { kind: 'reset', times: 2 }, [null, null, 200]],
    ['no answer', { kind: 'hang', times: 1 }, [null, 200]],
    ['half a body that goes on too late', { kind: 'slowBody', delayMs: 600_000, times: 1 }, [200, 200]],
  ])('is not seen: %s', async (_, fault, expected) => {
    const house = await open({ ...RETRIES, OPERATION_TIMEOUT_MS: '5000' });
    const whole = await house.ask(EMPLOYEES);
    house.clear();
    house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, ...fault });
    const reply = await house.ask(EMPLOYEES);
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual(whole.data);
    expect(statuses(house)).toEqual(expected);
  });

  test('costs a whole book as many more calls as there were faults', async () => {
    const house = await open(RETRIES);
    const whole = await house.ask(BOOK, { first: 20 });
    const calls = house.calls().length;
    house.clear();
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
      platform.addFault({ kind: 'status', status: 503, times: 3 });
    const reply = await house.ask(BOOK, { first: 20 });
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual(whole.data);
    expect(house.calls()).toHaveLength(calls + 6);
  });
});

describe('a fault that would not pass', () => {
  test.each<[string, Fault]>([
    ['500', { kind: 'status', status: 500 }],
    ['403', { kind: 'status', status: 403 }],
    ['half a JSON document', { kind: 'halfJson' }],
  ])('is met once: %s', async (_, fault) => {
    const house = await open(RETRIES);
    house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, ...fault });
    expect((await house.ask(EMPLOYEES)).errors).toHaveLength(1);
    expect(house.calls()).toHaveLength(1);
  });

  test('at the token endpoint is met once for each operation: a POST is not made again', async () => {
    const house = await open(RETRIES);
    house.sandbox.dynamicPlanner.expireTokens();
    house.sandbox.dynamicPlanner.addFault({ kind: 'status', status: 503, path: /\/connect\/token$/ });
    for (let i = 1; i <= 3; i += 1) {
      const [error] = (await house.ask(EMPLOYEES)).errors ?? [];
      expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstream: { status: 503 } });
      expect(tokenCalls(house)).toHaveLength(i);
    }
  });
});

describe('Retry-After', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toUTCString();

  test('as a date that comes in time is waited for', async () => {
    const house = await open(RETRIES);
    const headers = { 'retry-after': inMs(2_000) };
    house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, kind: 'status', status: 503, headers, times: 1 });
    expect((await house.ask(EMPLOYEES)).errors).toBeUndefined();
    expect(statuses(house)).toEqual([503, 200]);
  });

  test.each([() => '3600', () => inMs(3_600_000)])('that comes too late is told instead', async (value) => {
    const house = await open(RETRIES);
    const headers = { 'retry-after': value() };
    house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, kind: 'status', status: 429, headers });
    const [error] = (await house.ask(EMPLOYEES)).errors ?? [];
    expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', upstream: { status: 429 } });
    expect(error?.extensions.retryAfter).toBeGreaterThan(3_500);
    // The domain asked to be left alone, and is; another one is asked.
    expect((await house.ask(EMPLOYEES)).errors).toHaveLength(1);
    expect(house.calls()).toHaveLength(1);
  });
});

describe('an outage', () => {
  test('is not multiplied by retries', async () => {
    const house = await open({ ...RETRIES, UPSTREAM_RETRY_BASE_MS: '1' });
    house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, kind: 'status', status: 503 });
    for (let i = 0; i < 50; i += 1) expect((await house.ask(EMPLOYEES)).errors).toHaveLength(1);
    // Ten retries in reserve, and one for every five of the 49 calls that found it not full.
    expect(house.calls()).toHaveLength(50 + 10 + 9);
  });

  test('opens the breaker of its domain: no more calls, and an error that says why; the other domains go on', async () => {
    const house = await open({ UPSTREAM_BREAKER_REST_MS: '600000' });
    house.sandbox.dynamicPlanner.addFault({ path: /^\/finances/, kind: 'status', status: 503 });
    const id = Buffer.from(`Plan:d:${house.sandbox.data.dynamicPlanner.finances.all()[0]?.id}`).toString('base64url');
    const messages: (string | undefined)[] = [];
    for (let i = 0; i < 15; i += 1) {
      const { errors } = await house.ask('query ($id: ID!) { plan(id: $id) { id } }', { id });
      expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
      messages.push(errors?.[0]?.message);
    }
    expect(house.calls()).toHaveLength(10);
    expect(messages).toEqual([
      ...Array(10).fill('Dynamic Planner is not available at the moment.'),
      ...Array(5).fill('Dynamic Planner is not asked for a moment, after many failures.'),
    ]);
    expect((await house.ask(EMPLOYEES)).errors).toBeUndefined();
    expect(house.calls()).toHaveLength(11);
  });

  test('that is over is found out by itself: by those who ask, and by what is loaded behind them', async () => {
    const house = await open({ UPSTREAM_BREAKER_REST_MS: '100' });
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr])
      platform.addFault({ kind: 'status', status: 503 });
    for (let i = 0; i < 15; i += 1) await house.ask(BOOK, { first: 5 });
    await house.gateway.refresh();
    for (const platform of [house.sandbox.dynamicPlanner, house.sandbox.plannr]) platform.clearFaults();
    house.clear();
    await expect.poll(async () => (await house.ask(BOOK, { first: 5 })).errors, { timeout: 20_000 }).toBeUndefined();
    // Nobody asks for the list of accounts but the index of links, which failed to load.
    const isLoaded = () =>
      house.sandbox.plannr.requests.some(({ query, status }) => query['filter[type]'] === 'client' && status === 200);
    await expect.poll(isLoaded, { timeout: 20_000 }).toBe(true);
  });
});

test('a platform that hangs is tried twice, and leaves time for the other one', async () => {
  const house = await open({ UPSTREAM_RETRIES: '4', UPSTREAM_RETRY_BASE_MS: '1000', OPERATION_TIMEOUT_MS: '10000' });
  house.sandbox.dynamicPlanner.addFault({ path: /^\/crm\/v1\/clients$/, kind: 'hang' });
  const reply = await house.ask('{ clients(first: 20) { missing nodes { displayName plans { nodes { id } } } } }');
  expect(reply.data.clients.missing).toEqual(['DYNAMIC_PLANNER']);
  expect(reply.data.clients.nodes).toHaveLength(house.sandbox.data.plannrAlone().length);
  for (const { extensions } of reply.errors ?? [])
    expect(extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', upstream: { system: 'DYNAMIC_PLANNER' } });
  expect(house.calls().filter(({ path }) => path === '/crm/v1/clients')).toHaveLength(2);
});

test('a caller who goes takes the calls along, and nothing is tried again', async () => {
  const house = await open(RETRIES);
  house.sandbox.dynamicPlanner.addFault({ ...AT_EMPLOYEES, kind: 'hang', times: 1 });
  const caller = new AbortController();
  const asked = fetch(`${house.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: EMPLOYEES }),
    signal: caller.signal,
  }).catch(() => 'gone');
  await expect.poll(() => house.calls().length).toBe(1);
  expect(house.calls()[0]?.endedAt).toBeNull();
  caller.abort();
  expect(await asked).toBe('gone');
  await expect.poll(() => house.calls()[0]?.endedAt).not.toBeNull();
  expect(statuses(house)).toEqual([null]);
  // Had it been tried again, that would have been well before this is answered.
  expect((await house.ask('{ clients(first: 5) { nodes { displayName } } }')).errors).toBeUndefined();
  expect(house.calls().filter(({ path }) => AT_EMPLOYEES.path.test(path))).toHaveLength(1);
});

test('Plannr is asked no more often than it allows, and Dynamic Planner’s data is there all the same', async () => {
  const house = await open({ OPERATION_TIMEOUT_MS: '10000' }, { plannrRatePerMinute: 20 });
  const replies = [];
  for (let i = 0; i < 30; i += 1) replies.push(await house.ask(BOOK, { first: 10 }));
  expect(house.sandbox.plannr.requests.filter(({ status }) => status === 429)).toEqual([]);
  const limited = replies.filter(({ errors }) => errors !== undefined);
  expect(limited.length).toBeGreaterThan(0);
  for (const { data, errors } of limited) {
    expect(data.clients.nodes).toHaveLength(10);
    for (const { extensions } of errors ?? []) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', upstream: { system: 'PLANNR' } });
      expect(extensions.retryAfter).toBeGreaterThan(0);
      // The platform was not asked, so it has not answered.
      expect(extensions.upstream).not.toHaveProperty('status');
    }
  }
});
