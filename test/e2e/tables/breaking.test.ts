import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Folder, folderOf, WIDE_CLIENTS } from './folder.ts';

const CLIENTS = /^\/crm\/v1\/clients$/;
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
const lines: Record<string, unknown>[] = [];
const keep = (kind: string) => (line: object, message?: string) => void lines.push({ kind, message, ...line });
const log = { info: keep('info'), warn: keep('warn'), error: keep('error'), debug: () => {} };

let house: House;
let folder: Folder;
beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  folder = await folderOf({ 'wide.graphql': WIDE_CLIENTS });
  house = await startHouse({
    sandbox: { clients: 1_100 },
    env: { DATASETS_DIR: folder.path, COST_PER_MINUTE: '1000000000' },
    log: log as never,
  });
});
afterEach(() => {
  house.sandbox.dynamicPlanner.clearFaults();
  house.sandbox.plannr.clearFaults();
  lines.length = 0;
});
afterAll(async () => {
  await house.stop();
  await folder.remove();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

const url = (file: string): string => `${house.gateway.url}/tables/${file}`;
/** Lines of the log about tables. */
const told = () => lines.filter(({ message }) => message === 'table');
const defects = () => lines.filter(({ kind }) => kind === 'error');
const calls = () => house.calls().length;

const last = new Map<string, Promise<string>>();

/** The path of the last call for plans' finances that a whole table takes: it names clients whom no call before it names. */
function lastFinances(file = 'plans.ndjson?columns=id,name'): Promise<string> {
  const found = last.get(file) ?? findLastFinances(file);
  last.set(file, found);
  return found;
}

async function findLastFinances(file: string): Promise<string> {
  house.clear();
  const reply = await fetch(url(file));
  expect(reply.status).toBe(200);
  await reply.arrayBuffer();
  const paths = house.calls().flatMap(({ path, template }) => (template.endsWith('/finances') ? [path] : []));
  const found = [...new Set(paths)].at(-1) ?? '';
  expect(paths.indexOf(found)).toBeGreaterThan(5);
  return found;
}

/** Begins to read a table and takes nothing but its head. */
function begin(address: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(address, { agent: false }, (reply) => {
      reply.on('error', () => {});
      resolve(reply);
    });
    asked.on('error', reject).end();
  });
}

/** Waits until no more calls are made. */
async function still(): Promise<number> {
  let before = -1;
  let same = 0;
  await expect
    .poll(() => {
      same = calls() === before ? same + 1 : 0;
      before = calls();
      return same;
    })
    .toBeGreaterThan(25);
  return before;
}

describe('a platform that fails at the first page', () => {
  test.each([
    ['status', 503, 503, 'UPSTREAM_UNAVAILABLE'],
    ['status', 403, 502, 'UPSTREAM_REJECTED'],
    ['status', 429, 429, 'UPSTREAM_RATE_LIMITED'],
    ['halfJson', 200, 502, 'UPSTREAM_INVALID_DATA'],
  ] as const)('is an answer with a status and a code: %s %i', async (kind, status, expected, code) => {
    const body = 'secret words of the platform';
    house.sandbox.dynamicPlanner.addFault({ path: CLIENTS, kind, status, ...(kind === 'status' && { body }) });
    for (const [extension, encoding] of [
      ['csv', 'identity'],
      ['json', 'gzip'],
      ['parquet', 'gzip'],
    ]) {
      const reply = await fetch(url(`clients.${extension}`), { headers: { 'accept-encoding': encoding ?? '' } });
      const text = await reply.text();
      expect([reply.status, reply.headers.get('content-type')]).toEqual([expected, 'application/json; charset=utf-8']);
      expect(reply.headers.get('content-encoding')).toBeNull();
      expect(reply.headers.get('content-disposition')).toBeNull();
      expect(reply.headers.get('etag')).toBeNull();
      expect(JSON.parse(text).errors[0].extensions).toMatchObject({
        code,
        upstream: { system: 'DYNAMIC_PLANNER' },
      });
      expect(text).not.toContain('secret');
    }
    expect(told().map(({ outcome }) => outcome)).toEqual([code, code, code]);
  });
});

describe('a platform that fails in the middle', () => {
  const break403 = async (file?: string) => {
    const path = await lastFinances(file);
    house.sandbox.dynamicPlanner.addFault({ path: new RegExp(`^${path}$`), kind: 'status', status: 403 });
  };

  test.each([
    ['csv', 'identity'],
    ['csv', 'gzip'],
    ['ndjson', 'identity'],
    ['ndjson', 'gzip'],
    ['json', 'identity'],
  ])('breaks the connection off: %s, %s', async (extension, encoding) => {
    await break403();
    const reply = await fetch(url(`plans.${extension}`), { headers: { 'accept-encoding': encoding } });
    expect([reply.status, reply.headers.get('content-encoding')]).toEqual([200, encoding === 'gzip' ? 'gzip' : null]);
    await expect(reply.arrayBuffer()).rejects.toThrow();
    await expect.poll(() => told().at(-1)).toMatchObject({ outcome: 'UPSTREAM_REJECTED' });
    expect(Number(told().at(-1)?.rows)).toBeGreaterThan(200);
  });

  test.each(['text/csv', 'application/x-ndjson'])('breaks a query of one’s own off too: %s', async (accept) => {
    await break403();
    const reply = await fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      body: JSON.stringify({
        query: '{ plans { nodes { id name provider { name } currentValue { pence decimal } } } }',
      }),
    });
    expect([reply.status, reply.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    await expect(reply.arrayBuffer()).rejects.toThrow();
  });

  test('before a row group of Parquet is full is an answer that says so', async () => {
    await break403();
    const reply = await fetch(url('plans.parquet?columns=id,name'));
    expect(reply.status).toBe(502);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_REJECTED' } }] });
  });

  test('leaves a Parquet file without its footer', async () => {
    // Its pages are of another size, and so are its calls.
    await break403('valuations.ndjson?columns=plan_id,id');
    const reply = await fetch(url('valuations.parquet?columns=plan_id,id'));
    expect(reply.status).toBe(200);
    const bytes: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of reply.body ?? []) bytes.push(chunk as Uint8Array);
    };
    await expect(read()).rejects.toThrow();
    const file = Buffer.concat(bytes);
    expect(file.subarray(0, 4).toString()).toBe('PAR1');
    expect(file.subarray(-4).toString()).not.toBe('PAR1');
  });

  test('is no regular end for HTTP/1.0 either, which knows no other sign', async () => {
    await break403();
    const { hostname, port } = new URL(house.gateway.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    const ended = new Promise<string>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
      socket.on('end', () => resolve('end'));
    });
    socket.write('GET /tables/plans.ndjson HTTP/1.0\r\nhost: localhost\r\n\r\n');
    expect(await ended).toBe('ECONNRESET');
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toMatch(/transfer-encoding/i);
  });
});

test('what passes by itself in the middle is waited for, and the table is whole', async () => {
  const patient = await startHouse({
    beside: house,
    waits: { patienceMs: [1, 1] },
    env: { COST_PER_MINUTE: '1000000000' },
  });
  const path = await lastFinances();
  const file = `${patient.gateway.url}/tables/plans.ndjson?columns=id,name`;
  const whole = await (await fetch(file)).text();
  house.sandbox.dynamicPlanner.addFault({ path: new RegExp(`^${path}$`), kind: 'status', status: 503, times: 2 });
  expect(await (await fetch(file)).text()).toBe(whole);
  house.sandbox.dynamicPlanner.addFault({ path: new RegExp(`^${path}$`), kind: 'status', status: 503, times: 3 });
  await expect(fetch(file).then((reply) => reply.text())).rejects.toThrow();
  // A platform that says when to come again is not asked before, however short one's own patience is.
  house.sandbox.dynamicPlanner.clearFaults();
  const headers = { 'retry-after': '1' };
  house.sandbox.dynamicPlanner.addFault({
    path: new RegExp(`^${path}$`),
    kind: 'status',
    status: 429,
    headers,
    times: 1,
  });
  expect(await (await fetch(file)).text()).toBe(whole);
  await patient.stop();
});

describe('a record that a platform sent broken', () => {
  test('breaks the table, and is left out only where that is allowed', async () => {
    const [first] = house.sandbox.data.dynamicPlanner.clients.all();
    if (first === undefined) throw new Error('nobody');
    const { clients } = house.sandbox.data.dynamicPlanner;
    const whole = JSON.parse(await (await fetch(url('clients.json?columns=id,status'))).text());
    clients.set(first.id, { ...first, createdAt: 'yesterday' } as never);
    const broken = await fetch(url('clients.json?columns=id,created_at'));
    expect([broken.status, await broken.json()]).toMatchObject([
      502,
      { errors: [{ extensions: { code: 'UPSTREAM_INVALID_DATA' } }] },
    ]);
    const reply = await fetch(url('clients.json?columns=id,created_at&incomplete=allow'));
    const text = await reply.text();
    clients.set(first.id, first);
    expect(reply.status).toBe(200);
    const rows: { id: string; created_at: string | null }[] = JSON.parse(text);
    expect(rows.length).toBeGreaterThanOrEqual(whole.length - 1);
    expect(text).not.toContain('yesterday');
  });
});

describe('a page that is no JSON', () => {
  test.each([
    ['clients', 'dynamicPlanner', '/crm/v1/clients', 0],
    ['clients', 'dynamicPlanner', '/crm/v1/clients', 2],
    ['risk_levels', 'dynamicPlanner', '/crm/v1/clients', 2],
    ['plans', 'dynamicPlanner', '/finances', 3],
    ['plans', 'plannr', '/api/v1/plans', 1],
  ] as const)(
    'is no broken record, whatever may be left out: %s, %s%s after %i',
    async (table, system, ending, before) => {
      const file = `${table}.ndjson?columns=id&incomplete=allow`;
      const path = new RegExp(`${ending}$`);
      house.clear();
      expect((await fetch(url(file)).then((reply) => reply.text())).length).toBeGreaterThan(10_000);
      const platform = house.sandbox[system];
      expect(platform.requests.filter((call) => path.test(call.path)).length).toBeGreaterThan(before);
      // What comes before it is as always.
      if (before > 0) platform.addFault({ path, kind: 'hang', delayMs: 1, times: before });
      platform.addFault({ path, kind: 'halfJson', times: 1 });
      const reply = await fetch(url(file));
      const end = () => 'a regular end';
      if (reply.status === 200) expect(await reply.text().then(end, () => 'broken off')).toBe('broken off');
      else expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_INVALID_DATA' } }] });
      await expect.poll(() => told().at(-1)).toMatchObject({ table, outcome: 'UPSTREAM_INVALID_DATA' });
    },
  );
});

describe('a reader', () => {
  test('who takes nothing makes no more calls than for a few pages, and who goes frees what was held', async () => {
    house.clear();
    const whole = await fetch(url('wide.ndjson?columns=id'));
    await whole.arrayBuffer();
    const all = calls();
    house.clear();
    const slow = await begin(url('wide.ndjson'));
    expect(slow.statusCode).toBe(200);
    const held = await still();
    expect(held).toBeLessThan(all);
    slow.destroy();
    await expect.poll(() => told().at(-1)).toMatchObject({ table: 'wide', outcome: 'left' });
    const after = await still();
    // One page may have been under way.
    expect(after).toBeLessThan(all);
    expect(defects()).toEqual([]);
  });

  test.each(['/tables/clients.csv', '/odata/v4/Clients'])(
    'who goes before the first byte leaves nothing behind: %s',
    async (path) => {
      house.sandbox.dynamicPlanner.addFault({ path: CLIENTS, kind: 'hang' });
      house.clear();
      // More than one reader has places.
      for (let n = 0; n < 12; n += 1) {
        const caller = new AbortController();
        const asked = fetch(house.gateway.url + path, { signal: caller.signal }).catch(() => 'gone');
        const begun = () => house.calls().filter((call) => CLIENTS.test(call.path)).length;
        await expect.poll(begun).toBe(n + 1);
        caller.abort();
        expect(await asked).toBe('gone');
        await expect.poll(() => house.calls().every(({ endedAt }) => endedAt !== null)).toBe(true);
      }
      expect(told().every(({ outcome }) => outcome === 'left')).toBe(true);
      expect(defects()).toEqual([]);
      house.sandbox.dynamicPlanner.clearFaults();
      const read = async () => {
        const reply = await fetch(house.gateway.url + path);
        await reply.arrayBuffer();
        return reply.status;
      };
      await expect.poll(read).toBe(200);
    },
  );

  test('who takes nothing for too long is cut off, and what was held is free again', async () => {
    const env = { DATASETS_DIR: folder.path, COST_PER_MINUTE: '1000000000' };
    const hasty = await startHouse({ beside: house, waits: { stalledMs: 1_000 }, env, log: log as never });
    house.clear();
    await (await fetch(url('wide.ndjson?columns=id'))).arrayBuffer();
    const all = calls();
    house.clear();
    // All the places that a caller has.
    const lying = await Promise.all(Array.from({ length: 8 }, () => begin(`${hasty.gateway.url}/tables/wide.ndjson`)));
    await expect.poll(() => told().filter(({ outcome }) => outcome === 'left')).toHaveLength(8);
    expect(await still()).toBeLessThan(8 * all);
    const next = await fetch(`${hasty.gateway.url}/tables/employees.csv`);
    await next.arrayBuffer();
    expect(next.status).toBe(200);
    for (const reply of lying) {
      const broken = new Promise((resolve) => reply.on('error', resolve).on('end', resolve));
      reply.resume();
      expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    }
    expect(defects()).toEqual([]);
    await hasty.stop();
  });

  test('has eight tables at once and no more, and each that ends or is left gives its place back', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => begin(url('wide.ndjson'))));
    expect(open.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    const refused = await fetch(url('clients.csv'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_TABLES' } }] });
    for (const reply of open) reply.destroy();
    const read = async () => {
      const reply = await fetch(url('employees.csv'));
      await reply.arrayBuffer();
      return reply.status;
    };
    await expect.poll(read).toBe(200);
    for (let n = 0; n < 10; n += 1) expect(await read()).toBe(200);
  });
});

describe('a gateway that stops', () => {
  test('lets a table end that ends in time, and takes no new one', async () => {
    const stopping = await startHouse({ beside: house, env: { DRAIN_MS: '60000', COST_PER_MINUTE: '1000000000' } });
    house.sandbox.dynamicPlanner.setLatency(50);
    const [agent, file] = [false, `${stopping.gateway.url}/tables/plans.ndjson?columns=id`] as const;
    house.clear();
    const reading = fetch(file);
    await expect.poll(calls).toBeGreaterThan(1);
    const stopped = stopping.stop();
    const late = await new Promise<number>((resolve) =>
      httpRequest(`${stopping.gateway.url}/tables/clients.csv`, { agent }, (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      })
        .on('error', () => resolve(0))
        .end(),
    );
    expect([0, 503]).toContain(late);
    const text = await (await reading).text();
    expect(text.endsWith('\n')).toBe(true);
    expect(text.split('\n').length).toBeGreaterThan(1_000);
    house.sandbox.dynamicPlanner.setLatency(0);
    await stopped;
  });

  test('breaks off a table that takes too long, and stops', async () => {
    const stopping = await startHouse({
      beside: house,
      env: { DRAIN_MS: '200', DATASETS_DIR: folder.path, COST_PER_MINUTE: '1000000000' },
      log: log as never,
    });
    const slow = await new Promise<IncomingMessage>((resolve) =>
      httpRequest(`${stopping.gateway.url}/tables/wide.ndjson`, { agent: false }, resolve).end(),
    );
    const broken = new Promise((resolve) => slow.on('error', resolve));
    await stopping.stop();
    slow.resume();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    // Nobody has left.
    expect(told().map(({ outcome }) => outcome)).toEqual(['stopped']);
  });
});
