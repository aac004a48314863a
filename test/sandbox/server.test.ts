import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordedRequest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Recording } from '../../src/sandbox/server/recording.ts';
import { type Ask, client, start } from './helpers.ts';

let sandbox: Sandbox;
let dp: Ask;
let plannr: Ask;

beforeEach(async () => {
  ({ sandbox, dp, plannr } = await start({ clients: 20 }));
  sandbox.dynamicPlanner.clearRequests();
});

afterEach(() => sandbox.stop());

async function took(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

describe('recording', () => {
  it('keeps path, template, query, headers, times and status', async () => {
    await dp(`/finances/v1/clients/${client(1)},${client(2)}/finances?types=pension&pageSize=5`, {
      headers: { 'x-dt-traceid': 't' },
    });
    await dp('/nowhere');
    const [first, second] = sandbox.dynamicPlanner.requests;
    expect(first).toMatchObject({
      method: 'GET',
      path: `/finances/v1/clients/${client(1)},${client(2)}/finances`,
      template: '/finances/v1/clients/{clientIds}/finances',
      query: { types: 'pension', pageSize: '5' },
      headers: { 'x-dt-traceid': 't' },
      status: 200,
    });
    expect(first?.endedAt).toBeGreaterThan(first?.startedAt ?? Number.POSITIVE_INFINITY);
    expect(second).toMatchObject({ template: '/nowhere', status: 404 });
    sandbox.dynamicPlanner.clearRequests();
    expect(sandbox.dynamicPlanner.requests).toEqual([]);
  });
});

describe('faults', () => {
  it('answer a status with a body and headers, so many times', async () => {
    sandbox.dynamicPlanner.addFault({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '3' },
      times: 1,
      path: /clients$/g,
    });
    expect((await dp('/crm/v1/employees')).status).toBe(200);
    const failed = await dp('/crm/v1/clients');
    expect([failed.status, failed.headers.get('retry-after'), failed.json.error]).toEqual([429, '3', 'rate_limited']);
    expect(failed.headers.get('x-dt-requestid')).not.toBeNull();
    expect((await dp('/crm/v1/clients')).status).toBe(200);
    sandbox.plannr.addFault({ kind: 'status', status: 502, body: '<html>' });
    expect((await plannr('/api/v1/plans')).text).toBe('<html>');
  });

  it('can be removed, by method and all at once', async () => {
    const undo = sandbox.dynamicPlanner.addFault({ kind: 'status', method: 'put' });
    expect((await dp('/crm/v1/clients')).status).toBe(200);
    expect((await dp(`/crm/v1/clients/${client(1)}`, { method: 'PUT', body: {} })).status).toBe(500);
    undo();
    expect((await dp(`/crm/v1/clients/${client(1)}`, { method: 'PUT', body: {} })).status).toBe(200);
    sandbox.dynamicPlanner.addFault({ kind: 'reset' });
    sandbox.dynamicPlanner.clearFaults();
    expect((await dp('/crm/v1/clients')).status).toBe(200);
  });

  it('strike with a probability that the seed decides', async () => {
    const struck = async () => {
      const other = await start({ clients: 1, seed: 5 });
      other.sandbox.dynamicPlanner.addFault({ kind: 'status', probability: 0.5 });
      const statuses: number[] = [];
      for (let turn = 0; turn < 30; turn += 1) statuses.push((await other.dp('/crm/v1/clients')).status);
      await other.sandbox.stop();
      return statuses;
    };
    const statuses = await struck();
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
    expect(await struck()).toEqual(statuses);
  });

  it('hang for ever or for a while', async () => {
    const undo = sandbox.dynamicPlanner.addFault({ kind: 'hang' });
    const url = `${sandbox.dynamicPlanner.url}/crm/v1/clients`;
    const patience = new AbortController();
    const answer = fetch(url, { signal: patience.signal });
    await expect.poll(() => sandbox.dynamicPlanner.requests.length).toBe(1);
    patience.abort();
    await expect(answer).rejects.toThrow();
    undo();
    const [hung] = sandbox.dynamicPlanner.requests;
    expect(hung?.status).toBeNull();
    sandbox.dynamicPlanner.addFault({ kind: 'hang', delayMs: 120 });
    expect(await took(dp('/crm/v1/clients'))).toBeGreaterThan(110);
  });

  it('cut the JSON in half', async () => {
    sandbox.dynamicPlanner.addFault({ kind: 'halfJson' });
    const reply = await dp('/crm/v1/clients');
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/^\{"items":/);
    expect(reply.json).toBeNull();
  });

  it('reset the connection', async () => {
    sandbox.plannr.addFault({ kind: 'reset' });
    await expect(plannr('/api/v1/plans')).rejects.toThrow();
    expect(sandbox.plannr.requests.at(-1)?.status).toBeNull();
  });

  it('send the body slowly, but whole', async () => {
    sandbox.dynamicPlanner.addFault({ kind: 'slowBody', delayMs: 150 });
    const startedAt = performance.now();
    const reply = await dp('/crm/v1/clients');
    expect(performance.now() - startedAt).toBeGreaterThan(140);
    expect(reply.json.totalCount).toBe(18);
  });
});

describe('a sandbox', () => {
  it('adds latency', async () => {
    sandbox.dynamicPlanner.setLatency(80);
    expect(await took(dp('/crm/v1/clients'))).toBeGreaterThan(75);
  });

  it('clamps to the caps it is given, and lets tokens run out', async () => {
    const other = await start({ clients: 30, pageCaps: { dynamicPlanner: 7, plannr: 3 }, tokenLifetimeSeconds: 0 });
    expect((await other.dp('/crm/v1/clients')).status).toBe(401);
    expect((await other.plannr('/api/v1/plans?per_page=50')).json.meta.per_page).toBe(3);
    await other.sandbox.stop();
    const capped = await start({ clients: 30, pageCaps: { dynamicPlanner: 7 } });
    expect((await capped.dp('/crm/v1/clients')).json.pageSize).toBe(7);
    await capped.sandbox.stop();
  });

  it('stops at once, with connections that hang', async () => {
    const other = await startSandbox({ clients: 0 });
    other.dynamicPlanner.addFault({ kind: 'hang' });
    const hanging = fetch(other.dynamicPlanner.url).catch(() => 'closed');
    await expect.poll(() => other.dynamicPlanner.requests.length).toBe(1);
    await other.stop();
    expect(await hanging).toBe('closed');
  });

  it('leaves nothing running where a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(startSandbox({ clients: 0, plannrPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => taken.close(resolve));
  });

  it('refuses numbers that make no sense', async () => {
    await expect(startSandbox({ clients: -1 })).rejects.toThrow(
      'clients must be a whole number from 0 to 1000000, not -1',
    );
  });

  it('works when it is empty', async () => {
    const empty = await start({ clients: 0 });
    expect((await empty.dp('/crm/v1/clients')).json).toEqual({ items: [], pageNumber: 1, pageSize: 50, totalCount: 0 });
    expect((await empty.plannr('/api/v1/plans')).json.meta).toEqual({
      current_page: 1,
      last_page: 1,
      per_page: 15,
      total: 0,
    });
    await empty.sandbox.stop();
  });
});

describe('a long run', () => {
  it('keeps the newest requests only', () => {
    const recording = new Recording<RecordedRequest>();
    const entry = { method: 'GET', path: '/', template: '/', query: {}, headers: {}, endedAt: null, status: null };
    for (let startedAt = 0; startedAt < 300_000; startedAt += 1) recording.add({ ...entry, startedAt });
    expect(recording.entries.length).toBeGreaterThanOrEqual(100_000);
    expect(recording.entries.length).toBeLessThanOrEqual(120_000);
    expect(recording.entries.at(-1)?.startedAt).toBe(299_999);
  });
});
