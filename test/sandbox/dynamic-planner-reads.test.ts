import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { type Ask, ask, client, credentials, ids, newToken, setting, start } from './helpers.ts';

let sandbox: Sandbox;
let dp: Ask;

beforeAll(async () => {
  ({ sandbox, dp } = await start({ clients: 250 }));
});

afterAll(() => sandbox.stop());

describe('the token endpoint', () => {
  const refused = async (change: Record<string, string>) => {
    const body = new URLSearchParams({ ...credentials(sandbox), ...change });
    const response = await fetch(setting(sandbox, 'DP_TOKEN_URL'), { method: 'POST', body });
    return [response.status, await response.json()];
  };

  it('gives a token for client credentials', async () => {
    const body = new URLSearchParams(credentials(sandbox));
    const response = await fetch(setting(sandbox, 'DP_TOKEN_URL'), { method: 'POST', body });
    expect(await response.json()).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: expect.stringMatching(/^eyJ.+\..+\..+$/),
    });
  });

  it('refuses with the shapes of OAuth', async () => {
    expect(await refused({ client_secret: 'wrong' })).toEqual([401, { error: 'invalid_client' }]);
    expect(await refused({ grant_type: 'password' })).toEqual([400, { error: 'unsupported_grant_type' }]);
    expect(await refused({ grant_type: 'authorization_code' })).toEqual([400, { error: 'invalid_grant' }]);
    expect(await refused({ scope: 'everything' })).toEqual([400, { error: 'invalid_scope' }]);
  });

  it('wants a form', async () => {
    const reply = await ask(setting(sandbox, 'DP_TOKEN_URL'), {}, { method: 'POST', body: credentials(sandbox) });
    expect([reply.status, reply.json]).toEqual([400, { error: 'invalid_request' }]);
  });
});

describe('access', () => {
  const url = (): string => `${sandbox.dynamicPlanner.url}/crm/v1/clients`;

  it('wants the subscription key before the token', async () => {
    const missing = await ask(url(), { authorization: 'Bearer nonsense' });
    expect(missing.status).toBe(401);
    expect(missing.json).toEqual({ statusCode: 401, message: expect.stringContaining('missing subscription key') });
    expect((await ask(url(), { 'ocp-apim-subscription-key': 'wrong' })).json.statusCode).toBe(401);
  });

  it('wants a token that is still good', async () => {
    const key = { 'ocp-apim-subscription-key': setting(sandbox, 'DP_SUBSCRIPTION_KEY') };
    const shape = { error: 'unauthorized', message: expect.any(String), correlationId: expect.any(String) };
    const missing = await ask(url(), key);
    expect([missing.status, missing.json]).toEqual([401, shape]);
    const authorization = `Bearer ${await newToken(sandbox)}`;
    expect((await ask(url(), { ...key, authorization })).status).toBe(200);
    sandbox.dynamicPlanner.expireTokens();
    expect((await ask(url(), { ...key, authorization })).json).toEqual(shape);
    const fresh = await newToken(sandbox);
    dp = (path, asked) => ask(sandbox.dynamicPlanner.url + path, { ...key, authorization: `Bearer ${fresh}` }, asked);
  });

  it('echoes the trace id and makes a request id', async () => {
    const reply = await dp('/crm/v1/clients/unknown', { headers: { 'x-dt-traceid': 'mine' } });
    expect(reply.status).toBe(404);
    expect(reply.json).toEqual({ error: 'not_found', message: expect.any(String), correlationId: expect.any(String) });
    expect(reply.headers.get('x-dt-traceid')).toBe('mine');
    expect(reply.headers.get('x-dt-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await dp('/crm/v1/clients')).headers.get('x-dt-traceid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('knows no other paths and methods', async () => {
    expect((await dp('/crm/v2/clients')).json.error).toBe('not_found');
    expect((await dp('/crm/v1/clients', { method: 'POST', body: {} })).status).toBe(404);
  });
});

describe('lists', () => {
  it('have pages of 50 unless asked, and of 100 at most', async () => {
    const first = await dp('/crm/v1/clients');
    expect(first.json).toMatchObject({ pageNumber: 1, pageSize: 50, totalCount: 225 });
    expect(first.json.items).toHaveLength(50);
    const clamped = await dp('/crm/v1/clients?pageSize=1000&pageNumber=3');
    expect(clamped.json).toMatchObject({ pageNumber: 3, pageSize: 100, totalCount: 225 });
    expect(clamped.json.items).toHaveLength(25);
    expect((await dp('/crm/v1/clients?pageNumber=99')).json.items).toEqual([]);
  });

  it.each(['pageSize=ten', 'pageSize=0', 'pageNumber=-1', 'pageNumber=1.5'])('refuse %s', async (query) => {
    const reply = await dp(`/crm/v1/clients?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ error: 'validation_failed', details: { field: query.split('=')[0] } });
  });

  it('take comma lists of ids in the query, and leave unknown ones out', async () => {
    const reply = await dp(`/crm/v1/clients?ids=${client(9)},${client(2)}%2C${client(99_999)},${client(9)}`);
    expect(ids(reply)).toEqual([client(2), client(9)]);
    expect((await dp(`/crm/v1/clients?ids=${client(1)}&ids=${client(2)}`)).json.totalCount).toBe(1);
  });

  it('take comma lists in the path, encoded or not', async () => {
    const results = (list: string) => dp(`/profiling/v1/clients/${list}/results?pageSize=100`);
    const plain = await results(`${client(4)},${client(5)}`);
    expect(plain.json.totalCount).toBeGreaterThan(0);
    expect(ids(await results(`${client(5)}%2C${client(4)}`))).toEqual(ids(plain));
    expect((await results(client(99_999))).json.totalCount).toBe(0);
  });

  it('take 100 ids and not one more', async () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => client(index + 1)).join(',');
    expect((await dp(`/finances/v1/clients/${list(100)}/finances`)).status).toBe(200);
    expect((await dp(`/finances/v1/clients/${list(101)}/finances`)).json.details).toEqual({
      field: 'clientIds',
      issue: 'too_many',
    });
    expect((await dp(`/crm/v1/clients?ids=${list(101)}`)).status).toBe(400);
    expect((await dp(`/crm/v1/clients?x=${'y'.repeat(8_000)}`)).json.details.field).toBe('url');
  });

  it('filter before they page, and ignore filters they do not know', async () => {
    const unit = '0a000000-0000-4000-8000-000000000005';
    const expected = [...sandbox.data.dynamicPlanner.clients.values()].filter(
      (entry) => entry.organisationUnitId === unit,
    );
    const reply = await dp(`/crm/v1/clients?organisationUnitIds=${unit}&pageSize=2&favourite=blue`);
    expect(reply.json.totalCount).toBe(expected.length);
    expect(reply.json.items).toHaveLength(2);
    const archived = await dp('/crm/v1/clients?status=archived_pending');
    expect(ids(archived)).toEqual(sandbox.data.oddities.unknownClientStatus);
  });

  it('want the client ids of relationships', async () => {
    expect((await dp('/crm/v1/relationships')).json.details).toEqual({ field: 'clientIds', issue: 'required' });
    const reply = await dp(`/crm/v1/relationships?clientIds=${client(1)},${client(2)}`);
    expect(reply.json.items[0].clientIds).toEqual([client(1), client(2)]);
    const own = await dp(`/crm/v1/self-relationships?clientIds=${client(2)}`);
    expect(own.json.items).toEqual([{ id: expect.any(String), clientId: client(2) }]);
  });

  it('list units, employees, documents, questionnaires and topics', async () => {
    const units = await dp('/crm/v1/organisation-units?pageSize=100');
    expect(units.json.items.filter((unit: { parentId: string | null }) => unit.parentId === null)).toHaveLength(1);
    expect(ids(await dp(`/crm/v1/employees?ids=e0000000-0000-4000-8000-000000000002`))).toHaveLength(1);
    const documents = await dp(`/crm/v1/clients/${client(2)},${client(3)}/documents`);
    expect(documents.json.totalCount).toBe(3);
    const [document] = documents.json.items;
    const content = await dp(`/crm/v1/documents/${document.id}/content`);
    expect(content.headers.get('content-type')).toBe(document.contentType);
    expect(content.text).toHaveLength(document.sizeBytes);
    expect((await dp('/profiling/v1/questionnaires')).json.totalCount).toBe(3);
    expect((await dp('/pubsub/v1/topics')).json.items).toHaveLength(8);
  });
});

describe('finances', () => {
  const all = (path: string) => dp(`${path}${path.includes('?') ? '&' : '?'}pageSize=100`);

  it('send gated parts only when asked', async () => {
    const path = `/finances/v1/clients/${client(9)}/finances`;
    const gated = ['cashflows', 'latestHistoricalValuation', 'holdings', 'transactions'];
    const [bare] = (await all(path)).json.items;
    for (const field of gated) expect(bare).not.toHaveProperty(field);
    const [some] = (await all(`${path}?fields=holdings,latestHistoricalValuation,nonsense`)).json.items;
    expect(some).toHaveProperty('holdings');
    expect(some.latestHistoricalValuation.value).toBe(25_000_000.55);
    expect(some).not.toHaveProperty('cashflows');
  });

  it('send a joint finance once, and select by owners', async () => {
    const [one, other] = [client(1), client(2)];
    const joint = sandbox.data.dynamicPlanner.finances
      .byAny('client', [one])
      .filter((finance) => finance.owners.length === 2)
      .map((finance) => finance.id);
    expect(joint.length).toBeGreaterThan(0);
    const owned = await all(`/finances/v1/clients/${one},${other}/finances`);
    expect(new Set(ids(owned)).size).toBe(owned.json.items.length);
    expect(ids(owned)).toEqual(expect.arrayContaining(joint));
    expect(ids(await all(`/finances/v1/clients/${other},${one}/finances?unions=exact`))).toEqual(joint);
    const only = ids(await all(`/finances/v1/clients/${one}/finances?unions=only`));
    const includes = ids(await all(`/finances/v1/clients/${one}/finances?unions=includes`));
    expect(includes).toEqual(expect.arrayContaining([...only, ...joint]));
    for (const id of joint) expect(only).not.toContain(id);
    expect((await all(`/finances/v1/clients/${one}/finances?unions=some`)).status).toBe(400);
  });

  it('select by type, and by id', async () => {
    const list = Array.from({ length: 40 }, (_, index) => client(index + 1)).join(',');
    const types = await all(`/finances/v1/clients/${list}/finances?types=income,asset`);
    expect(new Set(types.json.items.map((item: { type: string }) => item.type))).toEqual(new Set(['income', 'asset']));
    const [first, second] = ids(types);
    expect(ids(await all(`/finances/v1/finances?ids=${second},${first}`))).toEqual([first, second]);
  });

  it('list valuations of many finances newest first, within bounds', async () => {
    const held = [...sandbox.data.dynamicPlanner.finances.values()].filter(
      (finance) => finance.latestHistoricalValuation,
    );
    const list = held
      .slice(0, 30)
      .map((finance) => finance.id)
      .join(',');
    const pages = [1, 2, 3, 4, 5, 6].map((page) => all(`/finances/v1/finances/${list}/valuations?pageNumber=${page}`));
    const items = (await Promise.all(pages)).flatMap((page) => page.json.items);
    const keys = items.map((item) => [item.valuedOn, item.id]);
    const sorted = [...keys].sort(([day, id], [otherDay, otherId]) =>
      day === otherDay ? (id < otherId ? -1 : 1) : day < otherDay ? 1 : -1,
    );
    expect(keys).toEqual(sorted);
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    const bounded = await all(`/finances/v1/finances/${list}/valuations?from=2026-08-31&to=2026-09-30`);
    expect(new Set(bounded.json.items.map((item: { valuedOn: string }) => item.valuedOn))).toEqual(
      new Set(['2026-09-30', '2026-08-31']),
    );
    expect((await dp(`/finances/v1/finances/${list}/valuations?from=soon`)).status).toBe(400);
  });

  it('are tracked as investments and pensions', async () => {
    const list = Array.from({ length: 60 }, (_, index) => client(index + 1)).join(',');
    const reply = await all(`/tracking/v1/clients/${list}/investments`);
    expect(reply.json.totalCount).toBeGreaterThan(10);
    for (const item of reply.json.items) expect(item).toEqual(sandbox.data.trackedPlan(item.id));
    expect(reply.json.items[0].riskLevel.level).toMatch(/^RL([1-9]|10)$/);
  });
});

describe('profiling results', () => {
  it('come newest first, with parts only when asked', async () => {
    const list = Array.from({ length: 30 }, (_, index) => client(index + 1)).join(',');
    const bare = await dp(`/profiling/v1/clients/${list}/results?pageSize=100`);
    const days = bare.json.items.map((item: { completedOn: string }) => item.completedOn);
    expect(days).toEqual([...days].sort().reverse());
    expect(bare.json.items[0]).not.toHaveProperty('factors');
    expect(bare.json.items[0]).not.toHaveProperty('questionnaire');
    const questionnaire = '91000000-0000-4000-8000-000000000002';
    const query = `questionnaireId=${questionnaire}&fields=factors,responses&includes=questionnaire`;
    const [full] = (await dp(`/profiling/v1/clients/${list}/results?${query}`)).json.items;
    expect(full).toMatchObject({ framework: 'dynamic-planner-cash', questionnaire: { id: questionnaire } });
    expect(full.responses.length).toBeGreaterThan(0);
  });
});
