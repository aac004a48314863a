import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it, test } from 'vitest';
import { costFaults } from '../../src/guard/limits/faults.ts';
import { measure } from '../../src/guard/limits/measure.ts';
import { priceList } from '../../src/guard/limits/prices.ts';

const DIRECTIVES = `
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true)
    on FIELD_DEFINITION
`;

/** Measures a valid operation. */
function measuring(sdl: string) {
  const schema = buildSchema(DIRECTIVES + sdl);
  const prices = priceList(schema);
  return (query: string, variables: Record<string, unknown> = {}, operationName?: string) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    return measure({ prices, document, operationName, variables });
  };
}

const cost = (sdl: string) => {
  const measured = measuring(sdl);
  return (query: string, variables?: Record<string, unknown>) => measured(query, variables).cost.total;
};

describe('the specification’s own examples: type cost and field cost together', () => {
  it('users(max: 5) { age }: fields 11, and types Query and five Users', () => {
    const of = cost(`
      type User { name: String age: Int @cost(weight: "2.0") }
      type Query { users(max: Int): [User] @listSize(slicingArguments: ["max"]) }
    `);
    expect(of('{ users(max: 5) { age } }')).toBe(11 + 6);
  });

  // Each has the type Query (1) beside the field cost that the specification tells.
  const products = `
    enum Approximate { YES }
    input Filter { approx: Approximate @cost(weight: "-12.0") field: String }
    type Product { name: String }
    type Query {
      topProducts(filter: Filter @cost(weight: "15.0")): [String] @cost(weight: "5.0") @listSize(assumedSize: 10)
      mostPopularProduct(approx: Approximate @cost(weight: "-3.0")): Product @cost(weight: "5.0")
    }
  `;
  test.each([
    ['{ topProducts }', 5],
    ['{ topProducts(filter: {}) }', 20],
    ['{ topProducts(filter: { approx: YES }) }', 8],
    ['query ($f: Filter) { topProducts(filter: $f) }', 5],
    ['{ topProducts(filter: null) }', 5],
    ['{ mostPopularProduct { name } }', 5 + 1],
    ['{ mostPopularProduct(approx: YES) { name } }', 2 + 1],
  ])('%s', (query, fields) => expect(cost(products)(query)).toBe(fields + 1));

  it('a field never costs less than nothing', () => {
    const of = cost(
      'type Query { a(cheap: Boolean @cost(weight: "-9")): Int @cost(weight: "2") b: Int @cost(weight: "3") }',
    );
    expect(of('{ a(cheap: true) b }')).toBe(0 + 3 + 1);
  });

  it('arguments of directives count at the field', () => {
    const of = cost(
      'directive @approx(tolerance: Float! @cost(weight: "-1.0")) on FIELD type Query { a: Int @cost(weight: "3") }',
    );
    expect(of('{ a @approx(tolerance: 1) }')).toBe(2 + 1);
  });
});

describe('input objects', () => {
  const of = cost(`
    input Filter { constructor: Int @cost(weight: "5") word: String @cost(weight: "2") or: [Filter!] }
    type Query { a(filters: [Filter!] @cost(weight: "4"), other: Filter): Int @cost(weight: "1") }
  `);
  test.each<[string, Record<string, unknown>, number]>([
    ['{ a(filters: []) }', {}, 4],
    ['{ a(filters: [{}, {}, { word: "x" }]) }', {}, 4 + 2],
    ['{ a(filters: { word: "x" }) }', {}, 4 + 2],
    ['{ a(other: {}) }', {}, 1],
    ['{ a(other: { or: [{ word: "x" }, { or: { constructor: 1 } }] }) }', {}, 1 + 1 + 2 + 1 + 5],
    ['query ($o: Filter) { a(other: $o) }', { o: {} }, 1],
    ['query ($o: Filter) { a(other: $o) }', { o: { constructor: 1, unknown: { word: 'x' } } }, 1 + 5],
    ['query ($o: [Filter!]) { a(filters: $o) }', { o: [null, 'x', [{ word: 'x' }]] }, 4 + 2],
    ['query ($w: String) { a(other: { word: $w }) }', {}, 1],
    ['query ($w: String) { a(other: { word: $w }) }', { w: 'x' }, 1 + 2],
  ])('%s %j', (query, variables, expected) => expect(of(query, variables)).toBe(1 + 1 + expected));
});

describe('lists', () => {
  const of = cost(`
    type Query {
      films(first: Int = 50, last: Int): Films @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
      backup(max: Int): [Film] @listSize(slicingArguments: ["max"], assumedSize: 7, requireOneSlicingArgument: false)
      nodes(ids: [ID!]!): [Film] @listSize(slicingArguments: ["ids"])
      open: [Film]
      grid: [[Film]] @listSize(assumedSize: 3)
      pages(first: Int = 3): [Films] @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
      numbers: [Int]
    }
    type Films { edges: [Edge] nodes: [Film] stars: [Film] total: Int }
    type Edge { node: Film }
    type Film { title: String }
  `);
  /** Query, and Query.films with its connection. */
  const FILMS = 3;
  test.each<[string, Record<string, unknown>, number]>([
    ['{ films { nodes { title } } }', {}, FILMS + 1 + 50],
    ['{ films(first: 4) { nodes { title } } }', {}, FILMS + 1 + 4],
    ['{ films(first: 4) { n: nodes { title } edges { node { title } } } }', {}, FILMS + 1 + 4 + 1 + 4 * 3],
    ['query ($n: Int) { films(first: $n) { nodes { title } } }', { n: 9 }, FILMS + 1 + 9],
    ['query ($n: Int = 8) { films(first: $n) { nodes { title } } }', {}, FILMS + 1 + 8],
    ['query ($n: Int = 8) { films(first: $n) { nodes { title } } }', { n: null }, FILMS + 1 + 50],
    ['query ($n: Int) { films(first: $n) { nodes { title } } }', {}, FILMS + 1 + 50],
    ['{ films(last: 4) { nodes { title } } }', {}, FILMS + 1 + 4],
    ['{ films(first: 3, last: 4) { nodes { title } } }', {}, FILMS + 1 + 4],
    ['{ films(first: -3) { nodes { title } } }', {}, FILMS + 1],
    ['{ films(first: 4) { stars { title } } }', {}, FILMS + 1 + 10],
    ['{ films(first: 2000000000) { total } }', {}, FILMS],
    ['{ backup { title } }', {}, 1 + 1 + 7],
    ['{ backup(max: 2) { title } }', {}, 1 + 1 + 2],
    ['{ nodes(ids: ["a", "b"]) { title } }', {}, 1 + 1 + 2],
    ['query ($ids: [ID!]!) { nodes(ids: $ids) { title } }', { ids: ['a', 'b', 'c'] }, 1 + 1 + 3],
    ['{ open { title } }', {}, 1 + 1 + 10],
    ['{ pages { nodes { title } } }', {}, 1 + 1 + 10 * (1 + 1 + 3)],
    ['{ grid { title } }', {}, 1 + 1 + 3 * 10],
    ['{ numbers }', {}, 1],
  ])('%s %j', (query, variables, expected) => expect(of(query, variables)).toBe(expected));
});

describe('what is counted once, and what not at all', () => {
  const measured = measuring(`
    interface Node { id: ID! }
    interface Friendly { friend: Any }
    type Cheap implements Node & Friendly { id: ID! friend: Cheap }
    type Dear implements Node & Friendly @cost(weight: "5") { id: ID! @cost(weight: "2") work: Int @cost(weight: "30") friend: Dear }
    union Any = Cheap | Dear
    type Query { node: Node any: Any cheap: Cheap dear: Dear }
    type Mutation { a: Int @cost(weight: "10") }
  `);
  const of = (query: string, variables?: Record<string, unknown>) => measured(query, variables).cost.total;

  it('merges the fields of one response key, in place and through fragments', () => {
    const once = of('{ dear { work } }');
    expect(of('{ dear { work } dear { work } ...F ...F } fragment F on Query { dear { ... on Dear { work } } }')).toBe(
      once,
    );
    expect(of('{ dear { work } again: dear { work } }')).toBe(2 * once - 1);
  });

  it('takes the dearest of the possible types', () => {
    expect(of('{ node { id } }')).toBe(1 + 1 + 5 + 2);
    expect(of('{ any { ... on Cheap { id } } }')).toBe(1 + 1 + 5);
    expect(of('{ any { ... on Node { id } ... on Dear { work } } }')).toBe(1 + 1 + 5 + 2 + 30);
    expect(of('{ cheap { ... on Node { ... on Dear { work } } } }')).toBe(1 + 1 + 1);
  });

  it('prices one fragment for each type that it is used on', () => {
    const friends = '{ cheap { ...F } dear { ...F } } fragment F on Friendly { friend { ... on Dear { work } } }';
    expect(of(friends)).toBe(1 + (1 + 1 + 1 + 1) + (1 + 5 + 1 + 5 + 30));
  });

  it('leaves out what @skip and @include leave out, and nothing else', () => {
    const query =
      'query ($yes: Boolean = true, $no: Boolean!) { dear { work @skip(if: $yes) ...F @include(if: $no) } } fragment F on Dear { id }';
    expect(of(query, { no: false })).toBe(1 + 1 + 5);
    expect(of(query, { no: true })).toBe(1 + 1 + 5 + 2);
    expect(of(query, { no: true, yes: false })).toBe(1 + 1 + 5 + 2 + 30);
    expect(of(query, { no: 'false', yes: 1 })).toBe(1 + 1 + 5 + 2 + 30);
  });

  it('counts depth, aliases and fields at the top', () => {
    const figures = measured(
      '{ a: dear { id: id b: friend { friend { work } } } a: dear { ...F } cheap { id } } fragment F on Dear { c: id }',
    );
    expect(figures).toMatchObject({ depth: 4, aliases: 3, rootFields: 2, complete: true });
  });

  it('tells the cost by field at the top', () => {
    const figures = measured('{ a: dear { work } cheap { id } }');
    expect([...figures.cost.byField]).toEqual([
      ['a', 36],
      ['cheap', 2],
    ]);
  });

  it('measures the operation that is named, of any kind', () => {
    expect(measured('query A { cheap { id } } mutation B { a }', {}, 'B').cost.total).toBe(11);
    expect(measured('query A { cheap { id } } mutation B { a }', {}, 'C').cost.total).toBe(0);
  });

  it('prices introspection for each time that it is asked for, and leaves its depth alone', () => {
    const figures = measured(
      '{ __typename __schema { types { fields { type { ofType { ofType { ofType { ofType { name } } } } } } } } __type(name: "A") { name } }',
    );
    expect(figures).toMatchObject({ depth: 1, complete: true });
    // A field that gives a thing weighs 1, and so does the thing.
    const things = 1 + 1 + 10 * (1 + 1 + 10 * (1 + 5 * 2));
    expect([...figures.cost.byField]).toEqual([
      ['__typename', 0],
      ['__schema', 50_000 + things],
      ['__type', 50_000 + 1],
    ]);
  });
});

describe('faults in a schema', () => {
  const faults = (sdl: string) => costFaults(buildSchema(DIRECTIVES + sdl));

  test('a weight that is no number stops the start', () => {
    const schema = buildSchema(`${DIRECTIVES} type Query { a: Int @cost(weight: "ten") }`);
    expect(() => priceList(schema)).toThrow('weight of a in @cost is not a number');
  });

  test.each([
    ['interface Node { a: Int @cost(weight: "1") } type Query implements Node { a: Int }', 'Node.a has @cost'],
    ['type Query { a: Int @listSize(assumedSize: 1) }', 'Query.a has @listSize but is no list'],
    ['type Query { a: A @listSize(sizedFields: ["b", "c"]) } type A { b: Int }', 'Query.a has the sized field b'],
    ['type Query { a: [Int] @listSize(slicingArguments: ["n"]) }', 'Query.a has no argument n to slice by'],
    ['type Query { a(n: String): [Int] @listSize(slicingArguments: ["n"]) }', 'Query.a has no argument n to slice by'],
    [
      'type Query { a(n: Int = 3): [Int] @listSize(slicingArguments: ["n"], assumedSize: 2) }',
      'Query.a has an assumedSize beside',
    ],
    [
      'input I { n: [Int!] } type Query { a(i: I): [Int] @listSize(slicingArguments: ["i.m"]) }',
      'Query.a has no argument i.m to slice by',
    ],
    ['type Query { a(n: Int): [Int] @listSize(slicingArguments: ["n.m"]) }', 'Query.a has no argument n.m to slice by'],
    ['type Query { a: [Int] @listSize(assumedSize: -1) }', 'Query.a has an assumedSize below 0'],
  ])('%s', (sdl, fault) => expect(faults(sdl)[0]).toContain(fault));

  test('none where a list stands inside an input object; its entries count', () => {
    const sdl =
      'input I { n: [Int!] } type A { b: Int } type Query { a(i: I): [A] @listSize(slicingArguments: ["i.n"]) }';
    expect(faults(sdl)).toEqual([]);
    const of = cost(sdl);
    const query = 'query ($i: I) { a(i: $i) { b } }';
    expect(of(query, { i: { n: [1, 2, 3] } }) - of(query, { i: { n: [1] } })).toBe(2);
    expect(of(query, { i: null })).toBe(of(query));
    // What tells no size is assumed as ever; the input itself weighs 1.
    for (const i of [{}, { n: null }, 'x']) expect(of(query, { i })).toBe(of(query) + 1);
    expect(of('{ a(i: { n: [1, 2, 3] }) { b } }')).toBe(of(query, { i: { n: [1, 2, 3] } }));
  });

  test('none where there are none', () => {
    expect(
      faults(
        'type Query { a(n: Int): [Int] @listSize(slicingArguments: ["n"], assumedSize: 2, requireOneSlicingArgument: false) }',
      ),
    ).toEqual([]);
  });
});
