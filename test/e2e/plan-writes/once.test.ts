import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer, topUnitOf } from '../tokens.ts';
import { CREATE, faults, least, planId, sent, VALUE } from './field.ts';

let issuer: Issuer;
let house: House;
let top: string;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({
    sandbox: { clients: 40 },
    env: {
      ...issuer.env,
      COST_PER_MINUTE: '1000000000',
      UPSTREAM_RETRIES: '3',
      UPSTREAM_RETRY_BASE_MS: '10',
    },
  });
  top = topUnitOf(house.sandbox);
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});
beforeEach(() => {
  house.sandbox.plannr.clearFaults();
  house.clear();
});

const as = async (sub: string, query: string, variables: object) => {
  const token = await issuer.sign({ sub, organisationUnitIds: [top], scope: 'plans:read plans:write clients:read' });
  return house.ask(query, { ...variables }, { authorization: `Bearer ${token}` });
};
const create = (input: object, sub = 'one') => as(sub, CREATE, { input });
const codes = (reply: { errors?: { extensions: Record<string, unknown> }[] }) =>
  (reply.errors ?? []).map(({ extensions }) => extensions.code);
const fail = (fault: object) =>
  house.sandbox.plannr.addFault({ kind: 'status', method: 'POST', path: /^\/api\/v1\/plans$/, times: 1, ...fault });

describe('a key', () => {
  test('and its input give the first result, however often', async () => {
    const input = least(house);
    const first = await create(input);
    expect(first.data.planCreate.userErrors).toEqual([]);
    for (let again = 0; again < 3; again += 1) expect((await create(input)).data).toEqual(first.data);
    expect(sent(house)).toHaveLength(1);
  });

  test('is one POST for all who come at once', async () => {
    const input = least(house);
    house.sandbox.plannr.setLatency(30);
    const replies = await Promise.all(Array.from({ length: 20 }, () => create(input)));
    house.sandbox.plannr.setLatency(0);
    expect(sent(house)).toHaveLength(1);
    expect(new Set(replies.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(replies[0]?.data.planCreate.changes).toHaveLength(1);
  });

  test('with another input is refused, also while the first is under way', async () => {
    const input = least(house);
    const [first, other] = await Promise.all([create(input), create({ ...input, name: 'Another' })]);
    const refused = faults(first, 'planCreate').length > 0 ? first : other;
    expect(faults(refused, 'planCreate')).toEqual([['input.idempotencyKey', 'IDEMPOTENCY_KEY_REUSED']]);
    const later = await create({ ...input, name: 'A third' });
    expect(faults(later, 'planCreate')).toEqual([['input.idempotencyKey', 'IDEMPOTENCY_KEY_REUSED']]);
    expect(sent(house)).toHaveLength(1);
  });

  test("is the caller's own", async () => {
    const input = least(house);
    const [mine, theirs] = [await create(input, 'one'), await create({ ...input, name: 'Theirs' }, 'two')];
    expect(theirs.data.planCreate.userErrors).toEqual([]);
    expect(theirs.data.planCreate.changes).not.toEqual(mine.data.planCreate.changes);
    expect(sent(house)).toHaveLength(2);
  });

  test('is free again where nothing was done', async () => {
    const input = least(house);
    for (const status of [400, 401, 403, 404, 409, 422, 429]) {
      const remove = fail({ status });
      const failed = await create(input);
      expect([...codes(failed), ...(failed.data.planCreate?.userErrors ?? [])], String(status)).not.toEqual([]);
      remove();
    }
    const made = await create(input);
    expect(made.data.planCreate.userErrors).toEqual([]);
    expect(sent(house)).toHaveLength(8);
  });
});

describe('a POST whose answer never came', () => {
  test.each([
    ['a connection that is reset', { kind: 'reset' }],
    ['half an answer', { kind: 'halfJson' }],
    ['a failure of the server', { status: 500 }],
    ['a server that is not there for it', { status: 503 }],
    ['an answer that does not say what was made', { status: 201, body: { data: {} } }],
  ])('is OUTCOME_UNKNOWN and never sent again: %s', async (_what, fault) => {
    const input = least(house);
    fail(fault);
    const reply = await create(input);
    expect(codes(reply)).toEqual(['OUTCOME_UNKNOWN']);
    expect(reply.errors?.[0]?.message).toMatch(/new idempotencyKey/);
    expect(reply.data).toEqual({ planCreate: null });
    expect(codes(await create(input))).toEqual(['OUTCOME_UNKNOWN']);
    // Another input under that key is still another input.
    expect(faults(await create({ ...input, name: 'x' }), 'planCreate')[0]?.[1]).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(sent(house)).toHaveLength(1);
    expect((await create({ ...input, idempotencyKey: randomUUID() })).data.planCreate.changes).toHaveLength(1);
  });

  test('is seen through where the caller goes', async () => {
    const input = least(house);
    house.sandbox.plannr.addFault({ kind: 'hang', method: 'POST', path: /plans$/, delayMs: 300, times: 1 });
    const gone = new AbortController();
    const token = await issuer.sign({ sub: 'one', organisationUnitIds: [top], scope: 'plans:read plans:write' });
    const asked = fetch(`${house.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: CREATE, variables: { input } }),
      signal: gone.signal,
    }).catch(() => 'gone');
    await expect.poll(() => sent(house).length).toBe(1);
    gone.abort();
    expect(await asked).toBe('gone');
    const reply = await create(input);
    expect(reply.data.planCreate.changes).toHaveLength(1);
    expect(sent(house)).toHaveLength(1);
  });

  test('of a lot of valuations is told in its place, beside what was recorded before', async () => {
    const [{ id }] = (await create(least(house))).data.planCreate.changes;
    const valuations = Array.from({ length: 1_500 }, () => ({
      planId: planId('p', id),
      value: { pence: 1 },
      valuedOn: '2026-10-01',
    }));
    house.clear();
    // The first lot has an answer, the second none: its body is the smaller one.
    const input = { idempotencyKey: randomUUID(), valuations };
    const stop = house.sandbox.plannr.addFault({ kind: 'reset', path: /bulk/, times: 1 });
    const none = await as('one', VALUE, { input });
    stop();
    expect(codes(none)).toEqual(['OUTCOME_UNKNOWN']);
    expect(sent(house)).toHaveLength(1);
    expect(codes(await as('one', VALUE, { input }))).toEqual(['OUTCOME_UNKNOWN']);
    expect(sent(house)).toHaveLength(1);
  });
});
