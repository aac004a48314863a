import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../harness.ts';
import { type Issuer, startIssuer } from '../tokens.ts';
import { ALL_SCOPES, jwtOf, run, writesOf } from './writing.ts';

const RUNS = 60;

let house: House;
let issuer: Issuer;
let headers: Record<string, string>;
beforeAll(async () => {
  issuer = await startIssuer();
  house = await startHouse({ sandbox: { clients: 20 }, env: { ...jwtOf(issuer), COST_PER_MINUTE: '100000000' } });
  const units = house.sandbox.data.dynamicPlanner.organisationUnits.all();
  const token = await issuer.sign({ organisationUnitIds: [units[1]?.id], scope: ALL_SCOPES });
  headers = { authorization: `Bearer ${token}` };
});
afterAll(async () => {
  await house.stop();
  issuer.stop();
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constant(null), fc.constant(undefined));
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\u0000', '\ud800', '__proto__', '../..'),
);
const part = fc.constantFrom(
  '7b0c1d2e-0000-4000-8000-000000000001',
  '7b0c1d2e-0000-4000-8000-000000000002',
  'f0000000-0000-4000-8000-000000000001',
  'c1000000-0000-4000-8000-000000000001',
  'x',
  '..',
);
const types = ['Client', 'Plan', 'Relationship', 'Employee', 'OrganisationUnit', 'Valuation', 'Income'];
const id = fc.oneof(
  text,
  fc
    .tuple(fc.constantFrom(...types), fc.constantFrom('d', 'p'), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([type, letter, parts]) => Buffer.from([type, letter, ...parts].join(':')).toString('base64url')),
);
const day = fc.constantFrom('2026-01-31', '1900-02-28', '9999-12-31');
const money = fc.oneof(
  fc.record({ pence: fc.integer() }),
  fc.record({ pence: fc.maxSafeInteger() }),
  fc.record({ decimal: fc.constantFrom('1', '-0.01', '0.001', '9'.repeat(30), `0.${'1'.repeat(30)}`) }),
);
const decimal = fc.constantFrom('0', '-1.5', '9'.repeat(30), '0.000000000000000000000000000001');
const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 4 });
const given = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maybe(value as fc.Arbitrary<unknown>)])),
  );
const target = { id, idempotencyKey: text };
const payment = fc.record({ amount: money, frequency: text });

const INPUTS: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  clientUpsert: fc.record({
    input: given({
      ...target,
      firstName: text,
      lastName: text,
      dateOfBirth: day,
      status: fc.constantFrom('ACTIVE', 'DECEASED'),
      organisationUnitId: id,
      adviserId: id,
      emails: list(fc.record({ address: text, isPrimary: fc.boolean() })),
      phones: list(fc.record({ number: text, type: maybe(text) })),
      addresses: list(fc.record({ line1: text, postcode: maybe(text) })),
    }),
  }),
  relationshipUpsert: fc.record({ input: given({ ...target, type: text, clientIds: list(id), startedOn: day }) }),
  relationshipDelete: fc.record({ id }),
  employeeUpsert: fc.record({
    input: given({
      ...target,
      firstName: text,
      lastName: text,
      organisationUnitIds: list(id),
      licences: list(fc.record({ product: text, isActive: fc.boolean(), expiresOn: maybe(day) })),
    }),
  }),
  financeUpsert: fc.record({
    input: given({
      ...target,
      type: fc.constantFrom('INCOME', 'INVESTMENT', 'LIABILITY'),
      name: text,
      owners: list(fc.record({ clientId: id, percentage: maybe(fc.double({ noNaN: true, noDefaultInfinity: true })) })),
      currency: fc.constantFrom('GBP', 'XXX'),
      value: money,
      interestRate: decimal,
      payment,
      cashflows: list(fc.record({ kind: text, amount: money, frequency: text })),
      holdings: list(fc.record({ name: text, units: maybe(decimal) })),
    }),
  }),
  financeDelete: fc.record({ id }),
  valuationRecord: fc.record({
    input: given({ ...target, valuedOn: day, value: money }).chain((input) =>
      id.map((planId) => ({ ...input, planId })),
    ),
  }),
};

test.each(Object.keys(INPUTS))('%s never fails in a way of the gateway’s own, whatever it is given', async (name) => {
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
    }),
    { numRuns: RUNS },
  );
});
