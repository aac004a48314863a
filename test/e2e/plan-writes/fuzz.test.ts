import fc from 'fast-check';
import type { GraphQLInputType, GraphQLSchema } from 'graphql';
import { getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSchema } from '../../../src/tools/schema-files.ts';
import { type House, startHouse } from '../harness.ts';
import { alone, CREATE, clientId, least, OWN, planId, UPDATE, VALUE } from './field.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

let house: House;
const masked: unknown[] = [];
beforeAll(async () => {
  const log = { info() {}, debug() {}, warn() {}, error: (...line: unknown[]) => void masked.push(line) };
  house = await startHouse({
    sandbox: { clients: 20 },
    env: { COST_PER_MINUTE: '1000000000', CACHE: 'on' },
    log: log as never,
  });
});
afterAll(() => house.stop());

/** Values that are easily taken for what they are not. */
const NASTY = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '🙂',
  'null',
  '-0',
  '1e3',
  '0x10',
  '٣',
  'x'.repeat(3_000),
];

/** Anything that may stand for an id, a real one now and then. */
const ids = (): fc.Arbitrary<unknown> => {
  const { plannr, dynamicPlanner } = house.sandbox.data;
  return fc.constantFrom<unknown>(
    clientId('p', alone(house)),
    clientId('d', dynamicPlanner.clients.all()[0]?.id),
    ...plannr.plans
      .all()
      .slice(0, 10)
      .map(({ uuid }) => planId('p', uuid)),
    planId('d', dynamicPlanner.finances.all()[0]?.id),
    alone(house),
    'a,b',
    '../x',
    7,
    ...NASTY,
  );
};

const SCALARS: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  ID: ids,
  String: () => fc.oneof(fc.string(), fc.constantFrom(...NASTY)),
  Boolean: () => fc.boolean(),
  Date: () =>
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('2026-10-31', '2024-02-29', '0001-01-01', '9999-12-31') },
      fc.constantFrom('2026-02-30', ...NASTY),
    ),
  Decimal: () =>
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom(
          '0',
          '-1',
          '33.33',
          '100',
          '100.00',
          '12.5',
          '0.001',
          `${'9'.repeat(30)}.${'9'.repeat(30)}`,
        ),
      },
      fc.constantFrom<unknown>(1, ...NASTY),
    ),
  SafeInt: () => fc.oneof(fc.maxSafeInteger(), fc.constantFrom<unknown>(0, -1, 2 ** 53, 1.5, '1')),
};

/** Inputs of a type as the schema has it, wrong ones among them. */
function inputs(schema: GraphQLSchema, type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return fc.oneof({ weight: 30, arbitrary: inputs(schema, type.ofType) }, fc.constant(null));
  if (isListType(type)) return fc.oneof(fc.array(inputs(schema, type.ofType), { maxLength: 4 }), fc.constant(null));
  const named = getNamedType(type);
  if (isEnumType(named)) return fc.constantFrom<unknown>(...named.getValues().map(({ name }) => name), 'NONE', null);
  if (!isInputObjectType(named))
    return fc.oneof({ weight: 10, arbitrary: SCALARS[named.name]?.() ?? fc.anything() }, fc.constant(null));
  const fields = Object.values(named.getFields());
  if (named.isOneOf)
    return fc.oneof(
      ...fields.map((field) => inputs(schema, field.type).map((value) => ({ [field.name]: value }))),
      fc.constant({}),
    );
  const required = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, inputs(schema, field.type)])), {
    requiredKeys: required,
  });
}

const MUTATIONS: readonly (readonly [name: string, type: string, query: string])[] = [
  ['planCreate', 'PlanCreateInput', CREATE],
  ['planUpdate', 'PlanUpdateInput', UPDATE],
  ['planOwnershipUpdate', 'PlanOwnershipUpdateInput', OWN],
  ['planValuationsRecord', 'PlanValuationsRecordInput', VALUE],
];

/** What a caller may be told; INTERNAL_SERVER_ERROR is not among it. */
const CODES = new Set(['BAD_USER_INPUT', 'FORBIDDEN']);

test.each(MUTATIONS)('%s: whatever is sent, nothing fails inside', async (name, typeName, query) => {
  const schema = loadSchema();
  const type = schema.getType(typeName) as GraphQLInputType;
  let reached = 0;
  await fc.assert(
    fc.asyncProperty(inputs(schema, type), fc.boolean(), async (given, isMended) => {
      // Half of them are made of an input that is right, so that what is wrong in them is looked at alone.
      const right = name === 'planCreate' ? least(house) : {};
      const input = isMended && typeof given === 'object' ? { ...given, ...right } : given;
      const reply = await house.ask(query, { input });
      for (const { extensions, message } of reply.errors ?? []) expect([...CODES], message).toContain(extensions.code);
      const payload = reply.data?.[name];
      if (payload == null) return;
      reached += 1;
      for (const { path, code, message } of payload.userErrors) {
        expect(path?.[0]).toBe('input');
        expect(code).toMatch(/^[A-Z_]+$/);
        expect(message).not.toBe('');
      }
      // Something was done, or it is said why not.
      expect(payload.changes.length + payload.userErrors.length).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
  expect(reached).toBeGreaterThan(0);
  expect(masked).toEqual([]);
});
