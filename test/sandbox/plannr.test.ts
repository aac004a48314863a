import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlannrPlan, Sandbox } from '../../src/sandbox/index.ts';
import { type Ask, ask, setting, start } from './helpers.ts';

let sandbox: Sandbox;
let plannr: Ask;

beforeAll(async () => {
  ({ sandbox, plannr } = await start({ clients: 250 }));
});

afterAll(() => sandbox.stop());

const plans = () => [...sandbox.data.plannr.plans.values()];
const people = () => [...sandbox.data.plannr.accounts.values()].filter((account) => account.type === 'client');
const uuids = (reply: { json: { data: { uuid: string }[] } }) => reply.json.data.map((item) => item.uuid);
const post = (path: string, body: unknown) => plannr(path, { method: 'POST', body });
const put = (path: string, body: unknown) => plannr(path, { method: 'PUT', body });

describe('access', () => {
  it('wants the token and the account', async () => {
    const url = `${sandbox.plannr.url}/api/v1/plans`;
    const account = setting(sandbox, 'PLANNR_ACCOUNT_UUID');
    const authorization = `Bearer ${setting(sandbox, 'PLANNR_ACCESS_TOKEN')}`;
    const refused = await ask(url, { 'x-plannr-account-uuid': account });
    expect([refused.status, refused.json]).toEqual([401, { message: 'Unauthenticated.' }]);
    expect((await ask(url, { authorization })).status).toBe(403);
    expect((await ask(url, { authorization, 'x-plannr-account-uuid': 'other' })).status).toBe(403);
    const logins = await ask(`${sandbox.plannr.url}/api/v1/logins`, { authorization });
    expect(logins.json.preferred_account_uuid).toBe(account);
    expect(logins.json.data[0].account.uuid).not.toBe(account);
  });

  it('tells the rate, and keeps to one where it is asked to', async () => {
    expect((await plannr('/api/v1/logins')).headers.get('x-ratelimit-remaining')).toBe('499');
    const limited = await start({ clients: 1, plannrRatePerMinute: 2 });
    expect((await limited.plannr('/api/v1/logins')).headers.get('x-ratelimit-remaining')).toBe('1');
    expect((await limited.plannr('/api/v1/logins')).headers.get('x-ratelimit-remaining')).toBe('0');
    const third = await limited.plannr('/api/v1/logins');
    expect([third.status, third.json]).toEqual([429, { message: 'Too Many Attempts.' }]);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.sandbox.stop();
  });
});

describe('lists', () => {
  it('have pages of 15 unless asked, and of 500 at most', async () => {
    const total = plans().length;
    const first = await plannr('/api/v1/plans');
    expect(first.json.data).toHaveLength(15);
    expect(first.json.meta).toEqual({ current_page: 1, last_page: Math.ceil(total / 15), per_page: 15, total });
    expect(first.json.links).toMatchObject({ prev: null, next: `${sandbox.plannr.url}/api/v1/plans?page=2` });
    const all = await plannr('/api/v1/plans?per_page=9999');
    expect(all.json.meta.per_page).toBe(500);
    const last = await plannr(`/api/v1/plans?page=${first.json.meta.last_page}`);
    expect(last.json.links.next).toBeNull();
    expect((await plannr('/api/v1/plans?per_page=many')).json).toEqual({
      message: 'The given data was invalid.',
      errors: { per_page: [expect.any(String)] },
    });
  });

  it('filter, and ignore filters they do not know', async () => {
    const [one, two] = plans();
    const byUuid = await plannr(`/api/v1/plans?filter[uuid]=${one?.uuid},${two?.uuid},nobody&filter[mood]=good`);
    expect(new Set(uuids(byUuid))).toEqual(new Set([one?.uuid, two?.uuid]));
    const expected = plans().filter((plan) => ['mortgage', 'annuity'].includes(plan.type) && plan.status === 'active');
    const byType = await plannr('/api/v1/plans?filter%5Btype%5D=mortgage,annuity&filter[status]=active&per_page=500');
    expect(uuids(byType)).toEqual(expected.map((plan) => plan.uuid));
    const joint = sandbox.data.plannr.plans.get(sandbox.data.oddities.jointAcrossSystems[0] ?? '');
    for (const owner of joint?.accounts ?? []) {
      expect(uuids(await plannr(`/api/v1/plans?filter[client]=${owner.account_uuid}&per_page=500`))).toContain(
        joint?.uuid,
      );
    }
    const number = one?.policy_number ?? '';
    expect(uuids(await plannr(`/api/v1/plans?filter[policy_number]=${encodeURIComponent(number)}`))).toContain(
      one?.uuid,
    );
  });

  it('sort', async () => {
    const dates = async (sort: string) =>
      (await plannr(`/api/v1/plans?per_page=500&sort=${sort}`)).json.data.map((plan: PlannrPlan) => plan.created_at);
    const ascending = plans()
      .map((plan) => plan.created_at)
      .sort();
    expect(await dates('created_at')).toEqual(ascending);
    expect(await dates('-created_at')).toEqual([...ascending].reverse());
  });

  it('send gated parts only when included', async () => {
    const gated = [
      'client',
      'accounts',
      'latest_valuations',
      'external_references',
      'fields',
      'sub_accounts',
      'active_adviser',
      'seller',
      'linked_owners',
      'wrap',
    ];
    const [bare] = (await plannr('/api/v1/plans')).json.data;
    for (const key of gated) expect(bare).not.toHaveProperty(key);
    expect(bare).toHaveProperty('value');
    const full = (await plannr(`/api/v1/plans/${bare.uuid}?include=${gated.join()}`)).json.data;
    expect(full).toEqual(sandbox.data.plannr.plans.get(bare.uuid));
    expect((await plannr('/api/v1/plans/nobody')).status).toBe(404);
  });

  it('give the people, with their references only when included', async () => {
    const list = await plannr('/api/v1/account?filter[type]=client&per_page=500&filter[updated_after]=2099-01-01');
    expect(list.json.meta.total).toBe(people().length);
    expect(list.json.data[0]).not.toHaveProperty('external_references');
    const uuid = people()[0]?.uuid;
    const [one] = (await plannr(`/api/v1/account?filter[uuid]=${uuid}&include=external_references`)).json.data;
    expect(one.external_references[0].reference).toMatch(/^7b0c1d2e-/);
  });

  it('give risk levels and circles', async () => {
    const { risks } = sandbox.data.plannr;
    const [uuid, risk] = [...risks][0] ?? [];
    expect((await plannr(`/api/v1/client/${uuid}/risk`)).json).toEqual({ data: risk });
    const without = people().find((account) => !risks.has(account.uuid));
    expect((await plannr(`/api/v1/client/${without?.uuid}/risk`)).status).toBe(404);
    expect([...risks.values()].some((entry) => entry.level === null && entry.level_string !== null)).toBe(true);
    const [circle] = sandbox.data.plannr.circles.values();
    expect(uuids(await plannr(`/api/v1/circles?filter[account_uuids]=${circle?.accounts[1]?.uuid}`))).toEqual([
      circle?.uuid,
    ]);
  });
});

describe('writing plans', () => {
  const draft = () => ({
    name: 'New',
    type: 'investment',
    status: 'active',
    accounts: [{ account_uuid: people()[0]?.uuid }],
  });
  const include = '?include=accounts,fields,client,latest_valuations,external_references';

  it('creates a plan with the fields of its type', async () => {
    const body = {
      ...draft(),
      offshore: true,
      current_value: 123_456,
      current_value_at: '2026-11-01',
      external_reference: [{ reference: 'X', third_party: 'nucleus' }],
    };
    const reply = await post(`/api/v1/plans${include}`, body);
    expect(reply.status).toBe(201);
    expect(reply.json.data).toMatchObject({
      abstract_type: 'asset',
      visible_on_client_portal: true,
      include_in_client_valuation: true,
      fields: { offshore: true },
      accounts: [{ account_uuid: people()[0]?.uuid, ownership_percentage: 100 }],
      client: { uuid: people()[0]?.uuid },
      value: { currency: 'GBP', formatted: '£1,234.56' },
      external_references: [{ reference: 'X', third_party: 'nucleus' }],
    });
    expect(reply.json.data.latest_valuations[0].valued_at).toBe('2026-11-01T00:00:00+00:00');
    expect((await plannr(`/api/v1/plans/${reply.json.data.uuid}`)).status).toBe(200);
    expect((await post('/api/v1/plans', { ...draft(), type: 'mortgage', mig_premium: 5 })).status).toBe(201);
  });

  it('names all faults at once', async () => {
    const reply = await post('/api/v1/plans', { type: 'lottery', status: 'lost', current_value: 1.5 });
    expect(reply.status).toBe(422);
    expect(Object.keys(reply.json.errors).sort()).toEqual(['accounts', 'current_value', 'name', 'status', 'type']);
    const foreign = await post('/api/v1/plans', { ...draft(), ncd_years: 3, is_group_scheme: true });
    expect(Object.keys(foreign.json.errors).sort()).toEqual(['is_group_scheme', 'ncd_years']);
    const unknown = await post('/api/v1/plans', {
      ...draft(),
      riches: 1,
      wrap_uuid: 'x',
      cases: 'x',
      linked_owners: ['x'],
      beneficiaries: [{ name: 'A', percentage: 101 }],
    });
    expect(Object.keys(unknown.json.errors).sort()).toEqual([
      'beneficiaries.0',
      'cases',
      'linked_owners.0',
      'riches',
      'wrap_uuid',
    ]);
    const { name, ...nameless } = draft();
    expect(Object.keys((await post('/api/v1/plans', nameless)).json.errors)).toEqual(['name']);
    const { status, ...least } = draft();
    expect((await post('/api/v1/plans', least)).json.data).toMatchObject({ name, status });
    expect((await plannr('/api/v1/plans', { method: 'POST', body: '{}' })).status).toBe(422);
  });

  it.each([
    [
      [75, undefined, undefined],
      [75, 12.5, 12.5],
    ],
    [
      [undefined, undefined, undefined],
      [33.33, 33.33, 33.34],
    ],
    [[undefined], [100]],
    [
      [60, 30],
      [60, 30],
    ],
    [
      [100, undefined],
      [100, 0],
    ],
  ])('splits %j into %j', async (given, expected) => {
    const accounts = given.map((ownership_percentage, place) => ({
      account_uuid: people()[place]?.uuid,
      ownership_percentage,
    }));
    const reply = await post('/api/v1/plans?include=accounts', { ...draft(), accounts });
    expect(
      reply.json.data.accounts.map((owner: { ownership_percentage: number }) => owner.ownership_percentage),
    ).toEqual(expected);
  });

  it('merges, keeps the type, and replaces owners whole', async () => {
    const { uuid } = (await post('/api/v1/plans', { ...draft(), offshore: true, policy_number: 'P-1' })).json.data;
    const path = `/api/v1/plans/${uuid}`;
    const merged = await put(`${path}${include}`, { name: 'Renamed', in_trust: true });
    expect(merged.json.data).toMatchObject({
      name: 'Renamed',
      policy_number: 'P-1',
      fields: { offshore: true, in_trust: true },
    });
    expect((await put(path, { type: 'pension' })).json.errors).toHaveProperty('type');
    const [one, two] = people().map((account) => ({ account_uuid: account.uuid, ownership_percentage: 70 }));
    expect((await put(`${path}/ownership`, { accounts: [one, two] })).status).toBe(422);
    const owned = await put(`${path}/ownership?include=accounts`, {
      accounts: [one, { account_uuid: two?.account_uuid }],
    });
    expect(owned.json.data.accounts[1].ownership_percentage).toBe(30);
    expect(owned.json.data.name).toBe('Renamed');
    sandbox.data.plannr.plansBeingDeleted.add(uuid);
    const refused = await put(path, { name: 'Late' });
    expect([refused.status, refused.json]).toEqual([409, { message: 'Plan is being deleted.' }]);
  });
});

describe('valuations', () => {
  const valued = () => plans().filter((plan) => sandbox.data.plannr.valuations.of(plan.uuid).length > 12);

  it('come newest first, within bounds', async () => {
    const path = `/api/v1/plans/${valued()[0]?.uuid}/valuations`;
    const all = await plannr(`${path}?per_page=500`);
    const days = all.json.data.map((item: { valued_at: string }) => item.valued_at.slice(0, 10));
    expect(days).toEqual([...days].sort().reverse());
    const bounded = await plannr(`${path}?filter[valued_at_after]=${days[3]}&filter[valued_at_before]=${days[1]}`);
    expect(bounded.json.data.map((item: { valued_at: string }) => item.valued_at.slice(0, 10))).toEqual(
      days.slice(1, 4),
    );
  });

  it('are recorded in bulk, all or nothing, and move the value', async () => {
    const [one, two] = valued();
    const entry = { plan_uuid: one?.uuid, value: 500_001, valued_at: '2026-11-10' };
    const older = { plan_uuid: two?.uuid, value: 7, valued_at: '2001-01-01' };
    const refused = await post('/api/v2/valuations/bulk', {
      valuations: [entry, { ...entry, value: '1' }, { ...entry, plan_uuid: 'x' }],
    });
    expect(Object.keys(refused.json.errors)).toEqual(['valuations.1.value', 'valuations.2.plan_uuid']);
    const before = sandbox.data.plannr.plans.get(two?.uuid ?? '')?.value;
    const reply = await post('/api/v2/valuations/bulk', { valuations: [entry, older], bulk_reference_uuid: 'ref' });
    expect(reply.status).toBe(201);
    expect(reply.json.bulk_reference_uuid).toBe('ref');
    const moved = (await plannr(`/api/v1/plans/${one?.uuid}?include=latest_valuations`)).json.data;
    expect(moved.value).toEqual({ amount: 500_001, currency: 'GBP', formatted: '£5,000.01' });
    expect(moved.latest_valuations[0].uuid).toBe(reply.json.data[0].uuid);
    expect(sandbox.data.plannr.plans.get(two?.uuid ?? '')?.value).toEqual(before);
    const tooMany = Array.from({ length: 1_001 }, () => older);
    expect((await post('/api/v2/valuations/bulk', { valuations: tooMany })).status).toBe(422);
  });
});

describe('webhook subscriptions', () => {
  it('are made with a secret of 60 characters, which is told once, and changed', async () => {
    const path = '/api/v2/webhook-subscriptions';
    expect((await post(path, { url: 'nowhere', events: [] })).status).toBe(422);
    const made = await post(path, { url: 'http://127.0.0.1:9/hook', events: ['plan.created'] });
    expect(made.status).toBe(201);
    expect(made.json.data.signing_secret).toHaveLength(60);
    const changed = await put(`${path}/${made.json.data.uuid}`, { events: ['plan.updated'] });
    expect(changed.json.data).toMatchObject({ url: 'http://127.0.0.1:9/hook', events: ['plan.updated'] });
    const listed = await plannr(path);
    expect(uuids(listed)).toEqual([made.json.data.uuid]);
    expect(JSON.stringify([changed.json, listed.json])).not.toMatch(/secret/);
    expect((await put(`${path}/nobody`, {})).status).toBe(404);
  });
});
