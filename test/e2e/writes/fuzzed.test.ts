import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { ALL_SCOPES, jwtOf, run, writesOf } from './writing.ts';

/** The same each time: a test must not depend on chance. */
const RUNS = { numRuns: 120, seed: 20261121 };

// What one of them has deleted is missing to the others: each has a house of its own.
let house: House;
let issuer: Issuer;
let headers: Record<string, string>;
beforeEach(async () => {
  issuer = await startIssuer();
  house = await startHouse({ sandbox: { clients: 20 }, env: { ...jwtOf(issuer), COST_PER_MINUTE: '100000000' } });
  const units = house.sandbox.data.dynamicPlanner.organisationUnits.all();
  const token = await issuer.sign({ organisationUnitIds: [units[1]?.id], scope: ALL_SCOPES });
  headers = { authorization: `Bearer ${token}` };
});
afterEach(async () => {
  await house.stop();
  issuer.stop();
});

const maybe = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: value },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 8, arbitrary: fc.constant(undefined) },
  );
const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('Nell', 'Gwyn', '01', 'a@b') },
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\u0000', '\ud800', '__proto__', '../..'),
);
const [ours, ours2, theirs] = ['1', '3', '4'].map((n) => `7b0c1d2e-0000-4000-8000-00000000000${n}`);
const [finance, tie] = ['f0000000-0000-4000-8000-000000000007', 'c1000000-0000-4000-8000-000000000001'];
/** Ids of each kind: of what the caller may write to, and of what not. */
const PARTS: Record<string, readonly (readonly (string | undefined)[])[]> = {
  Client: [[ours], [ours2], [ours], [theirs]],
  Plan: [[finance], [finance], ['f0000000-0000-4000-8000-000000000009']],
  Relationship: [
    [ours, tie],
    [ours, tie],
    [theirs, tie],
  ],
  Employee: [['e0000000-0000-4000-8000-000000000001'], ['e0000000-0000-4000-8000-000000000002']],
  OrganisationUnit: [['0a000000-0000-4000-8000-000000000005'], ['0a000000-0000-4000-8000-000000000003']],
  Valuation: [
    [finance, 'a0000000-0000-4000-8000-0000000001c0'],
    [finance, 'x'],
    ['x', 'y'],
  ],
  Income: [[finance], ['x'], ['..', '..']],
};
const known = (type: string) =>
  fc
    .tuple(fc.constantFrom(...(PARTS[type] ?? [])), fc.constantFrom('d', 'd', 'd', 'p'))
    .map(([parts, letter]) => Buffer.from([type, letter, ...parts].join(':')).toString('base64url'));
const id = (type: string) =>
  fc.oneof(
    { weight: 8, arbitrary: known(type) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(PARTS)).chain(known) },
    { weight: 1, arbitrary: text },
  );
const day = fc.constantFrom('2026-01-31', '1900-02-28', '9999-12-31');
const money = fc.oneof(
  fc.record({ pence: fc.integer() }),
  fc.record({ pence: fc.maxSafeInteger() }),
  fc.record({ decimal: fc.constantFrom('1', '-0.01', '0.001', '9'.repeat(30), `0.${'1'.repeat(30)}`) }),
);
const decimal = fc.constantFrom('0', '-1.5', '9'.repeat(30), '0.000000000000000000000000000001');
const percentage = fc.oneof(fc.constantFrom('0', '12.5', '33.33', '60', '100.00'), decimal);
const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 4 });
const given = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maybe(value as fc.Arbitrary<unknown>)])),
  );
/** An input with an id or a key, and now and then with both or neither. */
const upsert = <T>(type: string, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => {
  const key = fc.record({ idempotencyKey: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b') }, text) });
  const targets = fc.oneof(
    { weight: 4, arbitrary: fc.record({ id: id(type) }) },
    { weight: 4, arbitrary: key },
    fc.record({ id: maybe(id(type)), idempotencyKey: maybe(text) }),
  );
  return fc.tuple(targets, given(fields)).map((parts) => Object.assign({}, ...parts) as object);
};
const mark = fc.oneof(
  fc.record({ text }),
  fc.record({ number: decimal }),
  fc.record({ flag: fc.boolean() }),
  fc.constant({}),
);
const payment = fc.record({ amount: money, frequency: text });

const INPUTS: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  clientUpsert: fc.record({
    input: upsert('Client', {
      firstName: text,
      lastName: text,
      dateOfBirth: day,
      status: fc.constantFrom('ACTIVE', 'DECEASED'),
      organisationUnitId: id('OrganisationUnit'),
      adviserId: id('Employee'),
      emails: list(fc.record({ address: text, isPrimary: fc.boolean() })),
      phones: list(fc.record({ number: text, type: maybe(text) })),
      addresses: list(fc.record({ line1: text, postcode: maybe(text) })),
    }),
  }),
  relationshipUpsert: fc.record({
    input: upsert('Relationship', { type: text, clientIds: list(id('Client')), startedOn: day }),
  }),
  relationshipDelete: fc.record({ id: id('Relationship') }),
  employeeUpsert: fc.record({
    input: upsert('Employee', {
      firstName: text,
      lastName: text,
      organisationUnitIds: list(id('OrganisationUnit')),
      licences: list(fc.record({ product: text, isActive: fc.boolean(), expiresOn: maybe(day) })),
    }),
  }),
  financeUpsert: fc.record({
    input: upsert('Plan', {
      type: fc.constantFrom('INCOME', 'INVESTMENT', 'LIABILITY'),
      name: text,
      owners: list(fc.record({ clientId: id('Client'), percentage: maybe(percentage) })),
      currency: fc.constantFrom('GBP', 'XXX'),
      value: money,
      interestRate: decimal,
      payment,
      contractReference: text,
      characteristics: list(fc.record({ name: text, value: maybe(mark) })),
      cashflows: list(fc.record({ kind: text, amount: money, frequency: text })),
      holdings: list(fc.record({ name: text, units: maybe(decimal), percentage: maybe(percentage) })),
    }),
  }),
  financeDelete: fc.record({ id: id('Plan') }),
  valuationRecord: fc.record({
    input: upsert('Valuation', { valuedOn: day, value: money }).chain((input) =>
      id('Plan').map((planId) => ({ ...input, planId })),
    ),
  }),
};

test.each(Object.keys(INPUTS))('%s never fails in a way of the gateway’s own, whatever it is given', async (name) => {
  const ends = { done: 0, refused: 0, forbidden: 0 };
  await fc.assert(
    fc.asyncProperty(INPUTS[name] ?? fc.constant({}), async (variables) => {
      house.clear();
      const { reply, payload } = await run(house, name, variables, headers);
      for (const { extensions, message } of reply.errors ?? []) {
        expect(extensions.code, message).not.toBe('INTERNAL_SERVER_ERROR');
        expect(['BAD_USER_INPUT', 'FORBIDDEN', 'UPSTREAM_REJECTED']).toContain(extensions.code);
      }
      for (const { path, message, code } of payload?.userErrors ?? []) {
        expect(path?.[0]).toBe(Object.keys(variables)[0]);
        expect(message).not.toBe('');
        expect(code).toMatch(/^[A-Z_]+$/);
      }
      // Either something was changed and told, or nothing was.
      if (payload === null || payload.userErrors.length > 0) expect(payload?.changes ?? []).toEqual([]);
      if (reply.errors?.some(({ extensions }) => extensions.code === 'FORBIDDEN')) expect(writesOf(house)).toEqual([]);
      expect(writesOf(house).length).toBeLessThanOrEqual(1);
      ends[payload === null ? 'forbidden' : payload.userErrors.length > 0 ? 'refused' : 'done'] += 1;
    }),
    RUNS,
  );
  // It came to every end: else little was tried.
  for (const count of Object.values(ends)) expect(count, JSON.stringify(ends)).toBeGreaterThan(2);
});
