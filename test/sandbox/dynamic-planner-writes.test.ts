import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { type Ask, client, ids, start, uuid } from './helpers.ts';

let sandbox: Sandbox;
let dp: Ask;

beforeAll(async () => {
  ({ sandbox, dp } = await start({ clients: 60 }));
});

afterAll(() => sandbox.stop());

const put = (path: string, body: unknown) => dp(path, { method: 'PUT', body });
const remove = (path: string) => dp(path, { method: 'DELETE' });

describe('a client', () => {
  it('is created, merged key by key, and deleted once', async () => {
    const path = `/crm/v1/clients/${uuid(1)}`;
    const person = {
      firstName: 'Nell',
      lastName: 'Gwyn',
      dateOfBirth: '1970-02-02',
      phones: [{ type: 'home', number: '1', isPrimary: true }],
    };
    expect((await put(path, person)).status).toBe(201);
    const merged = await put(path, { lastName: 'Quinn', phones: [] });
    expect(merged.status).toBe(200);
    expect(merged.json).toMatchObject({ firstName: 'Nell', lastName: 'Quinn', phones: [], status: 'active' });
    expect((await dp(path)).json).toEqual(merged.json);
    expect(ids(await dp('/crm/v1/clients?pageSize=100'))).toContain(uuid(1));
    expect((await dp(`/crm/v1/self-relationships?clientIds=${uuid(1)}`)).json.totalCount).toBe(1);
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
    expect((await dp(path)).status).toBe(404);
  });

  it.each([
    ['dateOfBirth', 'invalid_format', { firstName: 'A', lastName: 'B', dateOfBirth: '1970-02-30' }],
    ['lastName', 'required', { firstName: 'A', dateOfBirth: '1970-02-03' }],
    ['firstName', 'required', { firstName: null, lastName: 'B', dateOfBirth: '1970-02-03' }],
    [
      'organisationUnitId',
      'unknown_reference',
      { firstName: 'A', lastName: 'B', dateOfBirth: '1970-02-03', organisationUnitId: uuid(9) },
    ],
    ['id', 'differs_from_path', { id: uuid(3), firstName: 'A', lastName: 'B', dateOfBirth: '1970-02-03' }],
  ])('is refused for its %s: %s', async (field, issue, body) => {
    const reply = await put(`/crm/v1/clients/${uuid(2)}`, body);
    expect(reply.status).toBe(400);
    expect(reply.json.details).toEqual({ field, issue });
  });

  it('needs a uuid and JSON', async () => {
    expect((await put('/crm/v1/clients/me', {})).json.details.field).toBe('id');
    const text = await dp(`/crm/v1/clients/${client(1)}`, {
      method: 'PUT',
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    expect(text.json.details).toEqual({ field: 'Content-Type', issue: 'not_json' });
    const broken = await dp(`/crm/v1/clients/${client(1)}`, {
      method: 'PUT',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
  });

  it('takes its own things along when it goes', async () => {
    const { dynamicPlanner: store } = sandbox.data;
    const [gone, left] = [client(11), client(12)];
    const joint = store.finances.by('client', gone).find((finance) => finance.owners.length === 2)?.id ?? '';
    const own = store.finances.by('client', gone).filter((finance) => finance.owners.length === 1);
    await remove(`/crm/v1/clients/${gone}`);
    expect(store.relationships.by('client', left)).toEqual([]);
    expect(store.finances.get(joint)?.owners.map((owner) => owner.clientId)).toEqual([left]);
    for (const finance of own) expect(store.finances.has(finance.id)).toBe(false);
    expect(store.results.by('client', gone)).toEqual([]);
  });
});

describe('a relationship', () => {
  it('joins exactly two people, and no pair twice', async () => {
    const path = `/crm/v1/relationships/${uuid(10)}`;
    const pair = [client(3), client(4)];
    expect((await put(path, { type: 'Marriage', clientIds: [client(3)] })).json.details.issue).toBe('not_two_clients');
    expect((await put(path, { type: 'Marriage', clientIds: [client(3), client(3)] })).status).toBe(400);
    expect((await put(path, { type: 'Marriage', clientIds: [client(3), uuid(99)] })).json.details.issue).toBe(
      'unknown_reference',
    );
    expect((await put(path, { type: 'Marriage', clientIds: pair })).status).toBe(201);
    expect((await put(path, { type: 'Civil partnership' })).json).toMatchObject({
      type: 'Civil partnership',
      clientIds: pair,
    });
    const second = await put(`/crm/v1/relationships/${uuid(11)}`, { type: 'Marriage', clientIds: [...pair].reverse() });
    expect([second.status, second.json.error]).toEqual([409, 'conflict']);
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
    expect((await put(`/crm/v1/relationships/${uuid(11)}`, { type: 'Marriage', clientIds: pair })).status).toBe(201);
  });
});

describe('an employee', () => {
  it('is created and merged', async () => {
    const path = `/crm/v1/employees/${uuid(20)}`;
    expect((await put(path, { firstName: 'A', lastName: 'B', organisationUnitIds: ['nowhere'] })).status).toBe(400);
    expect((await put(path, { firstName: 'A', lastName: 'B' })).status).toBe(201);
    expect((await put(path, { role: 'adviser' })).json).toMatchObject({ firstName: 'A', role: 'adviser' });
  });
});

describe('a document', () => {
  it('is named first, then filled', async () => {
    const path = `/crm/v1/clients/${client(1)}/documents/${uuid(30)}`;
    expect((await put(path, { name: 'Letter', contentType: 'text/plain' })).status).toBe(201);
    const content = `/crm/v1/documents/${uuid(30)}/content`;
    const sent = await dp(content, {
      method: 'PUT',
      body: Buffer.from([1, 2, 3]),
      headers: { 'content-type': 'image/png' },
    });
    expect(sent.status).toBe(204);
    expect((await dp(content)).text).toBe('\u0001\u0002\u0003');
    const [listed] = (await dp(`/crm/v1/clients/${client(1)}/documents`)).json.items;
    expect(listed).toMatchObject({ name: 'Letter', contentType: 'image/png', sizeBytes: 3 });
    expect((await put(`/crm/v1/clients/${client(2)}/documents/${uuid(30)}`, { name: 'Mine' })).status).toBe(409);
    expect((await remove(path)).status).toBe(204);
    expect((await dp(content)).status).toBe(404);
  });
});

describe('a finance', () => {
  const path = `/finances/v1/finances/${uuid(40)}`;

  it('is created, listed for its owners, merged, valued and deleted', async () => {
    const owners = [{ clientId: client(3), percentage: 100 }];
    expect((await put(path, { type: 'investment', name: 'Bond', owners })).status).toBe(201);
    expect(ids(await dp(`/finances/v1/clients/${client(3)}/finances`))).toContain(uuid(40));
    await put(path, { owners: [{ clientId: client(4), percentage: 50 }] });
    expect(ids(await dp(`/finances/v1/clients/${client(3)}/finances`))).not.toContain(uuid(40));
    const value = (id: number, body: unknown) => put(`${path}/valuations/${uuid(id)}`, body);
    expect((await value(41, { valuedOn: '2026-11-02', value: 100.01 })).status).toBe(201);
    expect((await value(42, { valuedOn: '2026-11-01', value: 90 })).status).toBe(201);
    expect((await value(42, { value: 91.5 })).json).toMatchObject({ valuedOn: '2026-11-01', value: 91.5 });
    const [finance] = (await dp(`/finances/v1/finances?ids=${uuid(40)}&fields=latestHistoricalValuation`)).json.items;
    expect(finance.latestHistoricalValuation).toEqual({ id: uuid(41), valuedOn: '2026-11-02', value: 100.01 });
    expect(ids(await dp(`${path}/valuations`))).toEqual([uuid(41), uuid(42)]);
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
    expect((await dp(`${path}/valuations`)).json.totalCount).toBe(0);
  });

  it('keeps its history when it is valued anew', async () => {
    const [finance] = [...sandbox.data.dynamicPlanner.finances.values()].filter(
      (entry) => entry.latestHistoricalValuation,
    );
    const base = `/finances/v1/finances/${finance?.id}/valuations`;
    const before = (await dp(base)).json.totalCount;
    await put(`${base}/${uuid(43)}`, { valuedOn: '2026-11-15', value: 1 });
    const after = await dp(base);
    expect(after.json.totalCount).toBe(before + 1);
    expect(after.json.items[0]).toMatchObject({ id: uuid(43), financeId: finance?.id });
  });

  it.each([
    ['owners', 'required', []],
    ['owners[0].clientId', 'unknown_reference', [{ clientId: uuid(99) }]],
    ['owners[1].clientId', 'repeated', [{ clientId: client(3) }, { clientId: client(3) }]],
    ['owners[0].percentage', 'out_of_range', [{ clientId: client(3), percentage: 101 }]],
    [
      'owners',
      'more_than_100_percent',
      [
        { clientId: client(3), percentage: 60 },
        { clientId: client(4), percentage: 60 },
      ],
    ],
  ])('is refused for its %s: %s', async (field, issue, owners) => {
    const reply = await put(path, { type: 'asset', name: 'Boat', owners });
    expect([reply.status, reply.json.details]).toEqual([400, { field, issue }]);
  });

  it.each([
    ['cashflows[1].amount', 'required', { cashflows: [{ kind: 'contribution', amount: 5 }, { kind: 'withdrawal' }] }],
    ['payment.amount', 'not_a_number', { payment: { amount: '5', frequency: 'monthly' } }],
    ['transactions[0]', 'not_an_object', { transactions: ['buy'] }],
    ['holdings', 'not_a_list', { holdings: {} }],
  ])('is refused inside: %s: %s', async (field, issue, body) => {
    const owners = [{ clientId: client(3) }];
    const reply = await put(path, { type: 'investment', name: 'Bond', owners, ...body });
    expect([reply.status, reply.json.details]).toEqual([400, { field, issue }]);
  });
});

describe('subscriptions', () => {
  const path = `/pubsub/v1/subscriptions/${uuid(50)}`;

  it('never give their secret back, and read the history of their topic', async () => {
    const body = {
      topic: 'client.updated',
      callbackUrl: 'http://127.0.0.1:9/x',
      hmac: { algorithm: 'sha256', secret: 's3cret' },
    };
    expect((await put(path, { ...body, topic: 'weather' })).status).toBe(400);
    expect((await put(path, { ...body, hmac: { algorithm: 'md5' } })).status).toBe(400);
    const created = await put(path, body);
    expect([created.status, created.json.hmac]).toEqual([201, { algorithm: 'sha256' }]);
    expect((await put(path, { status: 'paused' })).status).toBe(200);
    expect((await dp('/pubsub/v1/subscriptions')).text).not.toContain('s3cret');
    expect(sandbox.data.dynamicPlanner.subscriptions.get(uuid(50))?.hmac?.secret).toBe('s3cret');

    const start = new Date().toISOString();
    await put(`/crm/v1/clients/${client(5)}`, { title: 'Dame' });
    await put(`/crm/v1/clients/${client(6)}`, { title: 'Sir' });
    const events = await dp(`${path}/events?from=${start}&to=`);
    expect(events.json.items.map((event: { resource: { id: string } }) => event.resource.id)).toEqual([
      client(5),
      client(6),
    ]);
    expect(events.json.items[0]).toMatchObject({
      topic: 'client.updated',
      subscriptionId: uuid(50),
      organisationUnitId: sandbox.data.dynamicPlanner.clients.get(client(5))?.organisationUnitId,
      resource: { type: 'client', href: `/crm/v1/clients/${client(5)}` },
      data: { changed: ['title'] },
    });
    expect((await dp(`${path}/events?to=2020-01-01T00:00:00Z`)).json.totalCount).toBe(0);
    expect((await dp(`${path}/events?from=then`)).status).toBe(400);
    expect((await remove(path)).status).toBe(204);
    expect((await dp(`${path}/events`)).status).toBe(404);
  });

  it('every write is told', async () => {
    const { events } = sandbox.data.dynamicPlanner;
    const topics = new Set(events.map((event) => event.topic));
    for (const topic of [
      'client.created',
      'client.deleted',
      'client.document.created',
      'relationship.updated',
      'finance.updated',
      'valuation.created',
    ]) {
      expect(topics).toContain(topic);
    }
  });
});
