import type { Random } from '../random.ts';
import { graphql, type Kind } from '../shot.ts';
import { FIELDS, times } from './material.ts';
import { directives, duplicates, introspection, otherOperations, prototypeNames, soup } from './syntax.ts';

// Documents that are too much.

function nested(random: Random): string {
  const levels = random.size(2, 4_000);
  const [open, close] = random.pick([
    ['relationships { client { ', ' } }'],
    ['plans(first: 2) { nodes { owners { client { ', ' } } } }'],
    ['organisationUnit { parent { ', ' } }'],
    ['... on Client { ', ' }'],
    ['... { ', ' }'],
  ] as const);
  const inner = `${open.repeat(levels)}id${close.repeat(random.chance(0.9) ? levels : random.int(0, levels))}`;
  return `{ clients(first: 3) { nodes { ${inner} } } }`;
}

function wide(random: Random): string {
  const count = random.size(10, 4_000);
  return `{ clients(first: 2) { nodes { ${times(count, () => random.pick(FIELDS)).join(' ')} } } }`;
}

function aliased(random: Random): string {
  const count = random.size(10, 4_000);
  const field = random.pick([
    'gateway { version }',
    'clients(first: 1) { totalCount }',
    '__typename',
    'plans(first: 1) { nodes { id } }',
  ]);
  return `{ ${times(count, (index) => `a${index}: ${field}`).join(' ')} }`;
}

function circular(random: Random): string {
  const count = random.size(1, 200);
  const fragments = times(count, (index) => `fragment f${index} on Client { id ...f${(index + 1) % count} }`);
  return `{ clients(first: 1) { nodes { ...f0 } } } ${fragments.join(' ')}`;
}

function throughFields(random: Random): string {
  const count = random.size(1, 100);
  const fragments = times(
    count,
    (index) => `fragment f${index} on Client { relationships { client { ...f${(index + 1) % count} } } }`,
  );
  return `{ clients(first: 1) { nodes { ...f0 } } } ${fragments.join(' ')}`;
}

/** Doubles with each fragment: 2^n spreads, or conflicts to look for. */
function bomb(random: Random): string {
  const count = random.size(3, 300);
  const spread = random.pick([
    (next: number) => `...f${next} ...f${next}`,
    (next: number) => `a: relationships { client { ...f${next} } } b: relationships { client { ...f${next} } }`,
    (next: number) => `relationships { client { ...f${next} } } relationships { client { ...f${next} } }`,
  ]);
  const fragments = times(count, (index) => `fragment f${index} on Client { ${spread(index + 1)} }`);
  return `{ clients(first: 1) { nodes { ...f0 } } } ${fragments.join(' ')} fragment f${count} on Client { id }`;
}

function literals(random: Random): string {
  const size = random.size(100, 900_000);
  const literal = random.pick([
    () => `"${'x'.repeat(size)}"`,
    () => `"${'\\u0000'.repeat(size / 6)}"`,
    () => `"""${'\n  "'.repeat(size / 5)} """`,
    () => '9'.repeat(size),
    () => `-0.${'1'.repeat(size)}e-99999`,
    () => `[${'1,'.repeat(size / 2)}]`,
    () => `${'['.repeat(size / 10)}${']'.repeat(size / 10)}`,
    () => `${'{a:'.repeat(size / 20)}1${'}'.repeat(size / 20)}`,
    () => `{${'a:1 '.repeat(size / 4)}}`,
    () => `"\\u{${'0'.repeat(size)}41}"`,
  ])();
  const field = random.pick([
    'client(id: $) { id }',
    'clients(first: $) { totalCount }',
    'nodes(ids: $) { id }',
    'clients(filter: $) { totalCount }',
    'clients(filter: { nameContains: $ }) { totalCount }',
  ]);
  return `{ ${field.replace('$', () => literal)} }`;
}

const GENERATORS: Readonly<Record<string, readonly [weight: number, make: (random: Random) => string]>> = {
  'deep nesting': [6, nested],
  'wide selection': [4, wide],
  'many aliases': [5, aliased],
  'circular fragments': [3, circular],
  'fragments recursive through fields': [2, throughFields],
  'fragment bomb': [4, bomb],
  'huge literal': [4, literals],
  'directives overload': [4, directives],
  'introspection bomb': [3, introspection],
  'duplicates in a document': [3, duplicates],
  'prototype names in a document': [5, prototypeNames],
  'token soup': [3, soup],
  'operations that are not there': [2, otherOperations],
};

/** One of all these documents. */
export function anyDocument(random: Random): string {
  return random.pick(Object.values(GENERATORS))[1](random);
}

export const documentKinds: readonly Kind[] = Object.entries(GENERATORS).map(([name, [weight, document]]) => ({
  name,
  weight,
  make: (random, bait) => graphql(random, bait, document(random)),
}));
