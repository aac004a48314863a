import type { Random } from '../random.ts';
import { NASTY_NAMES, times } from './material.ts';

// Documents that are not what a document should be.

export function directives(random: Random): string {
  const directive = random.pick([
    '@skip(if: false)',
    '@include(if: true)',
    '@skip(if: true)',
    '@unknown(a: 1)',
    '@deprecated',
    '@requiresScopes(scopes: [])',
    '@cost(weight: "-1")',
    '@listSize(assumedSize: 0)',
    '@specifiedBy(url: "file:///etc/passwd")',
    '@defer',
    '@stream(initialCount: 0)',
    '@oneOf',
  ]);
  const many = times(random.size(1, 1_500), () => directive).join(' ');
  return random.pick([
    `{ clients(first: 1) ${many} { totalCount } }`,
    `query ${many} { __typename }`,
    `query ($a: Int ${many}) { __typename }`,
    `{ ... ${many} { __typename } }`,
  ]);
}

export function introspection(random: Random): string {
  const levels = random.size(2, 1_500);
  const [open, close] = random.pick([
    ['ofType { ', ' }'],
    ['fields { type { ', ' } }'],
    ['possibleTypes { interfaces { ', ' } }'],
    ['fields(includeDeprecated: true) { args { type { ', ' } } }'],
  ] as const);
  const root = random.pick([
    '__schema { types',
    '__schema { queryType',
    '__type(name: "Client") { interfaces',
    '__type(name: "__proto__") { fields { type',
  ]);
  return `{ ${root} { ${open.repeat(levels)}name${close.repeat(levels)} }${' }'.repeat(root.split('{').length - 1)} }`;
}

export function duplicates(random: Random): string {
  const count = random.size(2, 1_000);
  return random.pick([
    () => `query (${times(count, () => '$a: ID!').join(' ')}) { client(id: $a) { id } }`,
    () => times(count, () => 'query Q { __typename }').join(' '),
    () => times(count, () => '{ __typename }').join(' '),
    () => `{ clients(${times(count, (index) => `first: ${index}`).join(' ')}) { totalCount } }`,
    () => `{ clients(filter: {${times(count, () => 'system: PLANNR').join(' ')}}) { totalCount } }`,
    () => `{ clients(first: 1) { nodes { ...f } } } ${times(count, () => 'fragment f on Client { id }').join(' ')}`,
    () => `query (${times(count, (index) => `$v${index}: [[[[ID!]!]!]!]! = []`).join(' ')}) { __typename }`,
  ])();
}

export function prototypeNames(random: Random): string {
  const name = () => random.pick(NASTY_NAMES);
  return random.pick([
    () => `{ ${name()}: __typename ${name()}: gateway { ${name()}: version } }`,
    () =>
      `{ clients(first: 1) { nodes { ${name()}: displayName ${name()}: plans(first: 1) { ${name()}: nodes { id } } } } }`,
    () => `{ ${name()} }`,
    () => `{ clients(${name()}: 1) { ${name()} } }`,
    () => `{ clients(filter: { ${name()}: { isAdmin: true }, nameContains: "a" }) { totalCount } }`,
    () => `query ${name()}($${name()}: Int) { ...${name()} } fragment ${name()} on ${name()} { ${name()} }`,
    () => `query ($${name()}: ${name()}) { clients(first: $${name()}) @${name()} { totalCount } }`,
    () => `{ __type(name: "${name()}") { name fields { name } } node(id: "${name()}") { id ... on ${name()} { id } } }`,
  ])();
}

const PARTS = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  '"""',
  '...',
  '$',
  '@',
  '!',
  ':',
  '=',
  '|',
  '&',
  '#',
  ',',
  '\\',
  '\u0000',
  '\ufeff',
  'query',
  'mutation',
  'subscription',
  'fragment',
  'on',
  'true',
  'null',
  'clients',
  'id',
  '-1',
  '1e400',
  '0x1',
  'type',
  'extend',
  'schema',
  '\u202e',
  '💣',
];

export function soup(random: Random): string {
  return times(random.size(1, 2_000), () => random.pick(PARTS)).join(random.pick(['', ' ', '\n']));
}

export function otherOperations(random: Random): string {
  return random.pick([
    'mutation { deleteEverything }',
    'mutation M { __typename }',
    'subscription { clients { totalCount } }',
    'subscription { __typename }',
    'type Query { a: Int }',
    'extend type Query { a: Int }',
    'query A { __typename } mutation B { __typename }',
    '',
    ' ',
    '#',
    '{}',
    'query',
    'fragment f on Query { __typename }',
    '{ clients(first: 1) { ... @defer { totalCount } } }',
  ]);
}
