import fc from 'fast-check';
import { buildSchema, execute, type GraphQLFieldResolver, getNamedType, isLeafType, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { measure } from '../../src/guard/limits/measure.ts';
import { type PriceList, priceList } from '../../src/guard/limits/prices.ts';

const SCHEMA = buildSchema(`
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true)
    on FIELD_DEFINITION
  scalar Heavy @cost(weight: "2")
  interface Node { id: ID }
  type A implements Node @cost(weight: "3") { id: ID heavy: Heavy self: A many(n: Int = 2): [A] @listSize(slicingArguments: ["n"]) conn(n: Int = 2): Conn @listSize(slicingArguments: ["n"], sizedFields: ["nodes", "edges"]) thing: Node }
  type B implements Node { id: ID @cost(weight: "4") heavies: [Heavy] @listSize(assumedSize: 2) a: A thing: Node b: [B] @listSize(assumedSize: 3) }
  type Conn { nodes: [A] edges: [Edge] total: Int @cost(weight: "7") }
  type Edge { node: A cursor: ID }
  type Query { a: A @cost(weight: "5") conn(n: Int = 3): Conn @listSize(slicingArguments: ["n"], sizedFields: ["nodes", "edges"]) b: [B] @listSize(assumedSize: 2) thing: Node }
`);
const PRICES = priceList(SCHEMA);

/** What execution adds up, told apart from the directives above. */
const FIELD: Readonly<Record<string, number>> = { 'B.id': 4, 'Conn.total': 7, 'Query.a': 5 };
const TYPE: Readonly<Record<string, number>> = { A: 3, Heavy: 2, ID: 0, Int: 0 };
const SIZE: Readonly<Record<string, number>> = { 'B.heavies': 2, 'B.b': 3, 'Query.b': 2 };
const DEFAULT_N: Readonly<Record<string, number>> = { 'A.many': 2, 'A.conn': 2, 'Query.conn': 3 };

/** Runs an operation on lists of the greatest length and adds up what is resolved and given: nodes are all of one type. */
function executed(query: string, nodeType: 'A' | 'B', variables: Record<string, unknown>): number {
  let total = 1;
  const fieldResolver: GraphQLFieldResolver<{ n?: number }, unknown> = (
    source,
    args,
    _,
    { parentType, fieldName, returnType },
  ) => {
    const at = `${parentType.name}.${fieldName}`;
    const named = getNamedType(returnType);
    total += FIELD[at] ?? (isLeafType(named) ? 0 : 1);
    const n: unknown = args.n ?? DEFAULT_N[at];
    const size = SIZE[at] ?? (/^(nodes|edges)$/.test(fieldName) ? source.n : fieldName === 'many' ? n : undefined);
    const isList = String(returnType).startsWith('[');
    const items = Array.from({ length: isList ? Number(size) : 1 }, () => {
      const type = named.name === 'Node' ? nodeType : named.name;
      total += TYPE[type] ?? 1;
      return isLeafType(named) ? 1 : { n };
    });
    return isList ? items : items[0];
  };
  const result = execute({
    schema: SCHEMA,
    document: parse(query),
    variableValues: variables,
    fieldResolver,
    typeResolver: () => nodeType,
    rootValue: {},
  });
  if (!('data' in result)) throw new Error('execution did not end at once');
  expect(result.errors).toBeUndefined();
  return total;
}

interface Pick {
  readonly field: number;
  readonly n: number | null;
  readonly wrap: 'plain' | 'inline' | 'named' | 'skip' | 'include' | 'alias';
  readonly extra: boolean;
  readonly below: readonly Pick[];
}

const picks: fc.Arbitrary<readonly Pick[]> = fc.letrec<{ set: readonly Pick[]; one: Pick }>((tie) => ({
  set: fc.array(tie('one'), { maxLength: 4, depthIdentifier: 'set' }),
  one: fc.record({
    field: fc.nat(20),
    n: fc.option(fc.integer({ min: 0, max: 4 })),
    wrap: fc.constantFrom('plain', 'plain', 'inline', 'named', 'skip', 'include', 'alias'),
    extra: fc.boolean(),
    below: fc.oneof({ maxDepth: 4, depthIdentifier: 'set', withCrossShrink: true }, fc.constant([]), tie('set')),
  }),
})).set;

const FIELDS: Readonly<Record<string, readonly (readonly [name: string, type: string | null])[]>> = {
  Query: [
    ['a', 'A'],
    ['conn', 'Conn'],
    ['b', 'B'],
    ['thing', 'Node'],
  ],
  A: [
    ['id', null],
    ['heavy', null],
    ['self', 'A'],
    ['many', 'A'],
    ['conn', 'Conn'],
    ['thing', 'Node'],
  ],
  B: [
    ['id', null],
    ['heavies', null],
    ['a', 'A'],
    ['thing', 'Node'],
    ['b', 'B'],
  ],
  Conn: [
    ['nodes', 'A'],
    ['edges', 'Edge'],
    ['total', null],
  ],
  Edge: [
    ['node', 'A'],
    ['cursor', null],
  ],
};

/** A valid operation made of the picks; a field with an argument has an alias that tells it, so that all fields of a name merge. */
function operation(set: readonly Pick[], options: { nodes: boolean; extras: boolean }): string {
  const fragments: string[] = [];
  const selections = (type: string, of: readonly Pick[]): string =>
    `{ __typename ${of
      .filter(({ extra }) => options.extras || !extra)
      .map((pick) => selection(type, pick))
      .join(' ')} }`;
  const selection = (type: string, pick: Pick): string => {
    if (type === 'Node') {
      const concrete = pick.field % 2 === 0 ? 'A' : 'B';
      return `... on ${concrete} ${selections(concrete, [pick])}`;
    }
    const all = (FIELDS[type] ?? []).filter(([, returns]) => options.nodes || returns !== 'Node');
    const [name, returns] = all[pick.field % all.length] ?? ['__typename', null];
    const n = /^(many|conn)$/.test(name) ? pick.n : null;
    const alias = `${n === null ? '' : `n${n}_`}${pick.wrap === 'alias' ? 'x_' : ''}${name}`;
    // The same name means other things in A and in B.
    const key = `${type}_${alias}: ${name}`;
    const field = `${key}${n === null ? '' : `(n: ${n})`}`;
    const set = returns === null ? '' : selections(returns, pick.below);
    if (pick.wrap === 'skip') return `${field} @skip(if: $no) ${set} ${field} @skip(if: true) ${set}`;
    if (pick.wrap === 'include') return `... @include(if: $yes) { ${field} ${set} }`;
    if (pick.wrap === 'inline') return `... on ${type} { ${field} ${set} }`;
    if (pick.wrap !== 'named') return `${field} ${set}`;
    const fragment = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(fragment.slice(1))] = `fragment ${fragment} on ${type} { ${field} ${set} }`;
    return `...${fragment}`;
  };
  const body = selections('Query', set);
  return `query ($yes: Boolean! = true, $no: Boolean = false) ${body} ${fragments.join(' ')}`;
}

const costOf = (query: string): number => measure({ prices: PRICES, document: parse(query) }).cost.total;

describe('the cost', () => {
  test('is what execution adds up, where lists are as long as they may be', () => {
    let told = 0;
    fc.assert(
      fc.property(picks, (set) => {
        const query = operation(set, { nodes: false, extras: true });
        const cost = costOf(query);
        fc.pre(cost < 20_000);
        told += cost > 1 ? 1 : 0;
        expect(cost).toBe(executed(query, 'A', {}));
      }),
      { numRuns: 500 },
    );
    expect(told).toBeGreaterThan(200);
  });

  test('is never less than what execution adds up, whatever a node is', () => {
    fc.assert(
      fc.property(picks, (set) => {
        const query = operation(set, { nodes: true, extras: true });
        const cost = costOf(query);
        fc.pre(cost < 20_000);
        expect(cost).toBeGreaterThanOrEqual(Math.max(executed(query, 'A', {}), executed(query, 'B', {})));
      }),
      { numRuns: 500 },
    );
  });

  test('is never lowered by one more selection, nor are depth and aliases', () => {
    fc.assert(
      fc.property(picks, (set) => {
        const [less, more] = [false, true].map((extras) =>
          measure({ prices: PRICES, document: parse(operation(set, { nodes: true, extras })) }),
        );
        expect(less?.cost.total).toBeLessThanOrEqual(more?.cost.total ?? 0);
        expect(less?.depth).toBeLessThanOrEqual(more?.depth ?? 0);
        expect(less?.aliases).toBeLessThanOrEqual(more?.aliases ?? 0);
        expect(less?.rootFields).toBeLessThanOrEqual(more?.rootFields ?? 0);
      }),
      { numRuns: 500 },
    );
  });

  test('the operations above are valid', () => {
    fc.assert(
      fc.property(picks, (set) => {
        const errors = validate(SCHEMA, parse(operation(set, { nodes: true, extras: true })));
        expect(errors.filter(({ message }) => !/is never used/.test(message)).map(({ message }) => message)).toEqual(
          [],
        );
      }),
      { numRuns: 100 },
    );
  });
});

/** The most that is looked at before measuring is given up. */
const MOST_STEPS = 100_000;

/** Measures whatever it is given, valid or not, and holds the work to its bound: how often a price was looked up. */
function hostile(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query, { noLocation: true });
  let lookups = 0;
  const counted: PriceList = {
    ...PRICES,
    field(type, name) {
      lookups += 1;
      return PRICES.field(type, name);
    },
  };
  const measured = measure({ prices: counted, document, variables });
  expect(lookups).toBeLessThanOrEqual(MOST_STEPS);
  expect(Number.isSafeInteger(measured.cost.total)).toBe(true);
  return { ...measured, lookups };
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('hostile documents', () => {
  test('fragments that double at each of 400 levels', () => {
    const doubling = (levels: number) =>
      hostile(
        `{ a { ...F0 } } ${times(levels, (i) => `fragment F${i} on A { x: self { ...F${i + 1} } y: self { ...F${i + 1} } }`)} fragment F${levels} on A { id }`,
      );
    expect(doubling(10)).toMatchObject({ complete: true, depth: 12, aliases: 2 ** 11 - 2 });
    expect(doubling(400)).toMatchObject({ complete: true, aliases: Number.MAX_SAFE_INTEGER });
    expect(doubling(400).cost.total).toBe(Number.MAX_SAFE_INTEGER);
    // From each of the two fields of a level the two of the next, and not twice as many at each.
    expect(doubling(400).lookups).toBe(4 * 400 + 1);
    expect(doubling(2_000).complete).toBe(false);
  });

  test('fragments that overlap in ever new ways', () => {
    const width = 12;
    const name = (level: number, index: number) => `F${level}_${index % width}`;
    const levels = times(12, (level) =>
      times(
        width,
        (i) =>
          `fragment ${name(level, i)} on A { x: self { ...${name(level + 1, i)} ...${name(level + 1, i + 1)} } y: self { ...${name(level + 1, i)} ...${name(level + 1, i * 5 + 1)} } z: self { ...${name(level + 1, i * 7 + 3)} } }`,
      ),
    );
    const last = times(width, (i) => `fragment F12_${i} on A { id }`);
    const measured = hostile(`{ a { ...F0_0 } } ${levels} ${last}`);
    if (!measured.complete) expect(measured.cost.total).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('fragments in a circle', () => {
    expect(hostile('{ a { ...F } } fragment F on A { self { ...G } } fragment G on A { self { ...F } }').complete).toBe(
      false,
    );
    expect(hostile('{ a { ...F } } fragment F on A { ...G id } fragment G on A { ...F }').complete).toBe(true);
  });

  test('deep, wide, repeated', () => {
    expect(hostile(`{ a ${'{ self '.repeat(1_000)} { id } ${'}'.repeat(1_000)} }`).complete).toBe(false);
    expect(hostile(`{ ${times(20_000, (i) => `a${i}: a { id }`)} }`)).toMatchObject({
      aliases: 20_000,
      rootFields: 20_000,
      complete: true,
    });
    expect(hostile(`{ ${times(20_000, () => 'a { id }')} }`)).toMatchObject({ rootFields: 1, complete: true });
    expect(hostile(`{ ${times(200_000, () => 'a')} }`).complete).toBe(false);
    expect(
      hostile(`{ thing { ${times(5_000, () => '... on A { thing { ... on B { thing { id } } } }')} } }`).cost.total,
    ).toBeGreaterThan(1);
  });

  test('numbers beyond all bounds', () => {
    const nested =
      '{ conn(n: 2147483647) { nodes { conn(n: 2147483647) { nodes { conn(n: $n) { nodes { id } } } } } } }';
    expect(hostile(`query ($n: Int) ${nested}`, { n: 2147483647 }).cost.total).toBe(Number.MAX_SAFE_INTEGER);
    for (const n of [Number.POSITIVE_INFINITY, Number.NaN, -5, '9', {}, [], true, 1.5])
      expect(hostile('query ($n: Int) { conn(n: $n) { nodes { id } } }', { n }).complete).toBe(true);
  });

  test('names that every object has', () => {
    const proto = JSON.parse('{ "__proto__": 50, "constructor": 50, "toString": 9 }') as Record<string, unknown>;
    const query =
      'query ($__proto__: Int = 1, $constructor: Int, $hasOwnProperty: Int) { __proto__: conn(n: $__proto__) { nodes { id } } constructor: conn(n: $constructor) { nodes { id } } toString: conn(n: $hasOwnProperty) { nodes { id } } }';
    const each = (n: number) => 1 + 1 + 1 + 3 * n;
    expect([...hostile(query).cost.byField.values()]).toEqual([each(1), each(3), each(3)]);
    expect([...hostile(query, proto).cost.byField.values()]).toEqual([each(50), each(50), each(3)]);
    expect(
      hostile('{ constructor { toString } ...__proto__ ...valueOf } fragment __proto__ on constructor { a { id } }')
        .cost.total,
    ).toBe(1);
    expect(hostile('{ a { ... on hasOwnProperty { id } hasOwnProperty __proto__ } }').complete).toBe(true);
  });

  test('whatever text is a document', () => {
    const words = fc.constantFrom(
      '{',
      '}',
      '{ a',
      '}',
      'a',
      'x:',
      'self',
      'conn(n: 3)',
      'nodes',
      '...F',
      '...G',
      '... on B {',
      '... on A {',
      '}',
      '@skip(if: $x)',
      'query($x: Int)',
      'fragment F on A {',
      'fragment G on Node {',
      '__typename',
      '__schema {',
      'types {',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), fc.dictionary(fc.string(), fc.anything()), (parts, variables) => {
        const open = parts.join(' ');
        const depth = (open.match(/{/g) ?? []).length - (open.match(/}/g) ?? []).length;
        const query = `{ ${open} ${'id }'.repeat(Math.max(0, depth) + 1)}`;
        try {
          parse(query);
        } catch {
          return;
        }
        hostile(query, variables);
      }),
      { numRuns: 3_000 },
    );
  });
});
