import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** Ids that exist, and some that do not, by the kind of thing that they are of. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** Values that are easily taken for what they are not. */
const NASTY: readonly unknown[] = [
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
  '../..',
  '2026-02-30',
  2 ** 53,
  'x'.repeat(3_000),
  7,
  1.5,
  {},
];

/** Of so many values one is no such thing; inputs have dozens of fields, and some must come through. */
const RIGHT = 80;
const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: RIGHT, arbitrary: right }, fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }));
const words = (...values: readonly unknown[]): fc.Arbitrary<unknown> => mostly(fc.constantFrom(...values));

const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: words('Nell', 'Gwyn', '01', 'a@b', 'MONTHLY', 'Ünïcode “text”'),
  Boolean: mostly(fc.boolean()),
  Date: words('2026-10-31', '2024-02-29', '1900-02-28', '9999-12-31', '0001-01-01'),
  Decimal: words('0', '0.01', '5', '12.5', '20', '33.33', '50.00', '100', '-1', `${'9'.repeat(30)}.${'9'.repeat(30)}`),
  Float: mostly(fc.oneof(fc.constantFrom(0, 25, 33.33, 50, 100), fc.double({ noNaN: true, noDefaultInfinity: true }))),
  SafeInt: mostly(fc.oneof({ weight: 20, arbitrary: fc.nat(10 ** 9) }, fc.maxSafeInteger())),
  CurrencyCode: words('GBP', 'EUR', 'XXX'),
};

/** What the ids of these fields are of; of the others in `TEXTS` it is known to the platform alone. */
const KIND_OF: Readonly<Record<string, string>> = {
  clientId: 'Client',
  clientIds: 'Client',
  linkedOwnerIds: 'Client',
  planId: 'Plan',
  wrapId: 'Plan',
  adviserId: 'Employee',
  organisationUnitId: 'OrganisationUnit',
  organisationUnitIds: 'OrganisationUnit',
  accountId: 'account',
  sellerId: 'employee account',
  activeAdviserId: 'employee account',
  contractEnquiryAccountId: 'employee account',
  providerId: 'provider',
  visibleToCircleIds: 'circle',
};
const TEXTS = new Set(['adviserSplitId', 'caseIds', 'subAccountId']);

/** What a mutation's own `id` is of. */
const TARGETS: readonly (readonly [mutation: RegExp, kind: string])[] = [
  [/^client/, 'Client'],
  [/^relationship/, 'Relationship'],
  [/^employee/, 'Employee'],
  [/^document/, 'Document'],
  [/^finance/, 'Finance'],
  [/^valuation/, 'Valuation'],
  [/^plan/, 'Plan'],
];

/** How many optional fields are left out for each that is given: most, so that what is given is right now and then. */
const LEFT_OUT = 5;
/** What makes things in few fields needs most of them, though the schema says so of none. */
const LEFT_OUT_OF_FEW = 0.5;
const FEW = 12;
/** Of so many that are given one is null. */
const NULL = 8;

/** Makes variables of mutations as the schema has them: every argument and field, wrong values among them. */
export function generatorOf(schema: GraphQLSchema, ids: Ids) {
  const idOf = (field: string, mutation: string): fc.Arbitrary<unknown> => {
    if (TEXTS.has(field)) return words('one', 'two');
    const kind = field === 'id' ? TARGETS.find(([name]) => name.test(mutation))?.[1] : KIND_OF[field];
    // What Plannr does not have can't be written there, and is tried now and then.
    const own = (mutation.startsWith('plan') ? ids[`${kind} of Plannr`] : undefined) ?? ids[kind ?? ''] ?? [];
    // A new field says here what its ids are of: else it would only be tried with nonsense.
    if (own.length === 0) throw new Error(`no ids for ${mutation}: ${field}`);
    return mostly(
      fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...own) }, fc.constantFrom(...Object.values(ids).flat())),
    );
  };

  const anyOf = (type: GraphQLInputType, field: string, mutation: string): fc.Arbitrary<unknown> => {
    if (isNonNullType(type))
      return fc.oneof({ weight: 80, arbitrary: anyOf(type.ofType, field, mutation) }, fc.constant(null));
    if (isListType(type)) return fc.array(anyOf(type.ofType, field, mutation), { maxLength: 3 });
    if (isEnumType(type))
      return fc.oneof(
        { weight: RIGHT, arbitrary: fc.constantFrom(...type.getValues().map(({ name }) => name)) },
        fc.constant('NONE'),
      );
    if (isInputObjectType(type)) return objectOf(Object.values(type.getFields()), type.isOneOf, mutation);
    if (field === 'idempotencyKey') return fc.oneof({ weight: 8, arbitrary: fc.uuid() }, words('a', 'b'));
    const made = type.name === 'ID' ? idOf(field, mutation) : SCALARS[type.name];
    if (made === undefined) throw new Error(`no values for ${type.name}`);
    return made;
  };

  const given = (
    field: GraphQLInputField | GraphQLArgument,
    mutation: string,
    leftOut: number,
  ): fc.Arbitrary<unknown> => {
    const value = anyOf(field.type, field.name, mutation);
    if (isNonNullType(field.type)) return value;
    return fc.oneof(
      { weight: leftOut * NULL, arbitrary: fc.constant(undefined) },
      { weight: NULL, arbitrary: value },
      fc.constant(null),
    );
  };

  const objectOf = (fields: readonly GraphQLInputField[], isOneOf: boolean, mutation: string): fc.Arbitrary<object> => {
    if (isOneOf)
      return fc.oneof(
        ...fields.map(({ name, type }) => anyOf(type, name, mutation).map((value) => ({ [name]: value }))),
      );
    const [id, key] = ['id', 'idempotencyKey'].map((wanted) => fields.find(({ name }) => name === wanted));
    const leftOut = id !== undefined && key !== undefined && fields.length <= FEW ? LEFT_OUT_OF_FEW : LEFT_OUT;
    const parts = fields.map((field) => given(field, mutation, leftOut).map((value) => [field.name, value] as const));
    const all = fc.tuple(...parts).map((entries) => Object.fromEntries(entries.filter(([, one]) => one !== undefined)));
    if (id === undefined || key === undefined) return all;
    // What changes or makes: with one of the two it may come through, and with both or neither it must not.
    const target = fc.oneof(
      ...[id, key].map(({ name, type }) => ({
        weight: 12,
        arbitrary: anyOf(type, name, mutation).map((value) => ({
          id: undefined,
          idempotencyKey: undefined,
          [name]: value,
        })),
      })),
      { weight: 1, arbitrary: fc.constant({}) },
    );
    return fc.tuple(all, target).map(([made, one]) => ({ ...made, ...one }));
  };

  return (mutation: string): fc.Arbitrary<Record<string, unknown>> => {
    const field = schema.getMutationType()?.getFields()[mutation];
    if (field === undefined) throw new Error(`no mutation ${mutation}`);
    const parts = field.args.map((one) => given(one, mutation, LEFT_OUT).map((value) => [one.name, value] as const));
    return fc.tuple(...parts).map((entries) => Object.fromEntries(entries));
  };
}

/** All fields of inputs that can be given to a type, as coordinates. */
export function inputFields(type: GraphQLInputType, found: Set<string> = new Set()): Set<string> {
  if (isNonNullType(type) || isListType(type)) return inputFields(type.ofType, found);
  if (!isInputObjectType(type)) return found;
  for (const field of Object.values(type.getFields())) {
    const coordinate = `${type.name}.${field.name}`;
    if (found.has(coordinate)) continue;
    found.add(coordinate);
    inputFields(field.type, found);
  }
  return found;
}

/** Those that a value gives: null is nothing. */
export function givenFields(type: GraphQLInputType, value: unknown, found: Set<string> = new Set()): Set<string> {
  if (isNonNullType(type)) return givenFields(type.ofType, value, found);
  if (Array.isArray(value) && isListType(type)) for (const one of value) givenFields(type.ofType, one, found);
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return found;
  for (const [name, field] of Object.entries(type.getFields())) {
    const own = (value as Record<string, unknown>)[name];
    if (own === null || own === undefined) continue;
    found.add(`${type.name}.${name}`);
    givenFields(field.type, own, found);
  }
  return found;
}
