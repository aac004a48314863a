import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { wantedSubscriptions } from '../../src/sources/dynamic-planner/contract-webhooks.ts';
import { eventReader } from '../../src/sources/dynamic-planner/events.ts';
import { eventOf as plannrEventOf } from '../../src/sources/plannr/events.ts';

const contractOf = (overrides: unknown = {}) => {
  const result = readContract(overrides);
  if ('faults' in result) throw new TypeError(result.faults.join('; '));
  return result.contract;
};
const read = eventReader(contractOf());
const NOW = new Date('2026-11-19T12:00:00Z');

const CLIENT = '7b0c1d2e-0000-4000-8000-000000000001';
const OTHER = '7b0c1d2e-0000-4000-8000-000000000002';
const FINANCE = 'f0000000-0000-4000-8000-000000000001';
const EVENT = {
  id: 'ee000000-0000-4000-8000-000000000001',
  topic: 'client.updated',
  subscriptionId: '5b000000-0000-4000-8000-000000000002',
  occurredAt: '2026-11-19T11:15:30.123+01:00',
  organisationUnitId: '0a000000-0000-4000-8000-000000000003',
  resource: { type: 'client', id: CLIENT, href: `/crm/v1/clients/${CLIENT}` },
  data: { changed: ['lastName'], lastName: 'Hart' },
};

describe("Dynamic Planner's events", () => {
  it('are kept with what tells whom they concern, and no more', () => {
    expect(read(EVENT)).toEqual({
      key: `DYNAMIC_PLANNER:${EVENT.id}`,
      value: {
        system: 'DYNAMIC_PLANNER',
        topic: 'client.updated',
        occurredAt: '2026-11-19T10:15:30.123Z',
        organisationUnitId: EVENT.organisationUnitId,
        resource: { type: 'client', id: CLIENT },
        clientIds: [CLIENT],
        planId: null,
      },
    });
  });

  it.each([
    ['a finance', { type: 'finance', id: FINANCE }, { clientIds: [CLIENT, OTHER, CLIENT] }, [CLIENT, OTHER], FINANCE],
    ['a valuation', { type: 'valuation', id: 'a1' }, { financeId: FINANCE, clientIds: [CLIENT] }, [CLIENT], FINANCE],
    ['results', { type: 'result', id: 'r1', href: `/profiling/v1/clients/${CLIENT}/results` }, {}, [CLIENT], null],
    [
      'a document',
      { type: 'document', id: 'd1', href: `/crm/v1/clients/${CLIENT}` },
      { clientId: OTHER },
      [CLIENT, OTHER],
      null,
    ],
    [
      'people in one address',
      { type: 'x', id: 'x', href: `/a/clients/${CLIENT},${OTHER}?b=/c` },
      {},
      [CLIENT, OTHER],
      null,
    ],
  ])('tell whom %s concerns', (_what, resource, data, clientIds, planId) => {
    expect(read({ ...EVENT, resource, data })?.value).toMatchObject({ clientIds, planId });
  });

  it('pass where they are of a kind that nobody knows, or say little', () => {
    expect(read({ id: 'e1', topic: 'moon.risen' }, NOW)).toEqual({
      key: 'DYNAMIC_PLANNER:e1',
      value: {
        system: 'DYNAMIC_PLANNER',
        topic: 'moon.risen',
        occurredAt: NOW.toISOString(),
        organisationUnitId: null,
        resource: null,
        clientIds: [],
        planId: null,
      },
    });
  });

  it.each([
    [null],
    [[]],
    ['x'],
    [7],
    [{}],
    [undefined],
    [{ id: 'e1' }],
    [{ topic: 'a' }],
    [{ id: 'a b', topic: 'a' }],
    [{ id: 'e1', topic: 'a\nb' }],
  ])('are none where they are %j', (body) => {
    expect(read(body)).toBeNull();
    expect(plannrEventOf(body, { subscription: '', raw: Buffer.alloc(0) })).toBeNull();
  });

  it('may call their fields otherwise', () => {
    const fields = { id: 'eventId', 'resource.id': 'resource.key' };
    const renamed = eventReader(contractOf({ resources: { subscriptionEvents: { fields } } }));
    const { id, resource, ...rest } = EVENT;
    expect(renamed({ ...rest, eventId: id, resource: { type: 'client', key: CLIENT } })).toEqual(read(EVENT));
  });
});

describe("Plannr's events", () => {
  const PLAN = '91a00000-0000-4000-8000-000000000001';
  const body = {
    uuid: 'eb000000-0000-4000-8000-000000000001',
    event: 'plan.updated',
    occurred_at: '2026-11-19T11:15:30+01:00',
    data: { uuid: PLAN, client: { uuid: CLIENT } },
  };
  const keyOf = (some: unknown, receivedAt = NOW, subscription = 's') =>
    plannrEventOf(some, { subscription, raw: Buffer.from(JSON.stringify(some)), receivedAt })?.key;

  it('are kept with what tells whom they concern, and no more', () => {
    expect(plannrEventOf(body, { subscription: 's', raw: Buffer.alloc(0) })).toEqual({
      key: `PLANNR:${body.uuid}`,
      value: {
        system: 'PLANNR',
        topic: 'plan.updated',
        occurredAt: '2026-11-19T10:15:30.000Z',
        organisationUnitId: null,
        resource: { type: 'plan', id: PLAN },
        clientIds: [CLIENT],
        planId: PLAN,
      },
    });
  });

  it('of an account concern that account; of what is not known, whom they name', () => {
    const about = (event: string, data: unknown) =>
      plannrEventOf({ event, data }, { subscription: 's', raw: Buffer.alloc(0) })?.value;
    expect(about('account.updated', { uuid: CLIENT })).toMatchObject({ clientIds: [CLIENT], planId: null });
    expect(about('task.created', { uuid: 't1', client: { uuid: CLIENT } })).toMatchObject({
      resource: { type: 'task', id: 't1' },
      clientIds: [CLIENT],
      planId: null,
    });
    expect(
      about('plan.created', { uuid: PLAN, accounts: [{ account_uuid: CLIENT }, { account_uuid: OTHER }] }),
    ).toMatchObject({ clientIds: [CLIENT, OTHER], planId: PLAN });
  });

  it('without a uuid are known again by their bytes, for a while where they do not say when they happened', () => {
    const { uuid: _, ...dated } = body;
    const { occurred_at: __, ...bare } = dated;
    const later = new Date(NOW.getTime() + 3_600_000);
    expect(keyOf(dated)).toMatch(/^PLANNR:[\w-]{43}$/);
    expect(keyOf(dated, later)).toBe(keyOf(dated));
    expect(keyOf({ ...dated, event: 'plan.deleted' })).not.toBe(keyOf(dated));
    expect(keyOf(dated, NOW, 'another')).not.toBe(keyOf(dated));
    expect(keyOf(bare, new Date(NOW.getTime() + 1_000))).toBe(keyOf(bare));
    expect(keyOf(bare, later)).not.toBe(keyOf(bare));
  });

  it('never break, whatever a body holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (some, resource, data) => {
        for (const odd of [some, { id: 'e', topic: 't', occurredAt: some, resource, data }]) read(odd);
        const odd = { event: 'plan.updated', uuid: some, occurred_at: resource, data };
        expect(plannrEventOf(odd, { subscription: 's', raw: Buffer.alloc(0) })?.key).toMatch(/^PLANNR:.+/);
      }),
    );
  });
});

describe('the subscriptions of a contract', () => {
  const FIRST = '5b000000-0000-4000-8000-000000000001';

  it('are eight, signed with SHA-256', () => {
    const wanted = [...wantedSubscriptions(contractOf().webhooks).values()];
    expect(wanted).toHaveLength(8);
    expect(wanted[0]).toEqual({
      id: FIRST,
      topic: 'client.created',
      signature: { header: 'x-hub-signature', algorithm: 'sha256', prefix: 'sha256=', encoding: 'hex' },
    });
  });

  it('may be more or fewer, and may each be signed otherwise', () => {
    const wanted = wantedSubscriptions(
      contractOf({
        webhooks: {
          signature: { prefix: 'v2:' },
          subscriptions: {
            [FIRST]: { signature: { algorithm: 'sha1' } },
            '5b000000-0000-4000-8000-000000000002': null,
            own: { topic: 'a.b' },
          },
        },
      }).webhooks,
    );
    expect(wanted.size).toBe(8);
    expect(wanted.get(FIRST)).toMatchObject({
      topic: 'client.created',
      signature: { algorithm: 'sha1', prefix: 'sha1=' },
    });
    expect(wanted.get('own')).toMatchObject({ topic: 'a.b', signature: { algorithm: 'sha256', prefix: 'v2:' } });
  });
});
