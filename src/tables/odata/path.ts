import type { Cell, Column } from '../column.ts';
import { badRequest, notFound, notImplemented, type ODataError } from './errors.ts';
import { cellOf } from './filter/conjuncts.ts';
import { literalIn } from './filter/literal.ts';
import type { EntityModel, EntitySet, Navigation } from './model.ts';
import { splitOutside } from './split.ts';

/** The values of an entity's key, in the order of the entity set's `key`. */
export type Key = readonly NonNullable<Cell>[];

/** The entity that a navigation starts from. */
export interface Origin {
  readonly set: EntitySet;
  readonly key: Key;
  readonly navigation: Navigation;
}

/** What a URL leads to. `set` is always the set of what is found there; `origin` is null where the URL begins with that set. */
export type Resource =
  | { readonly kind: 'service' | 'metadata' }
  | { readonly kind: 'collection' | 'count'; readonly set: EntitySet; readonly origin: Origin | null }
  | { readonly kind: 'entity'; readonly set: EntitySet; readonly key: Key }
  | { readonly kind: 'related'; readonly set: EntitySet; readonly origin: Origin }
  | {
      readonly kind: 'property' | 'value';
      readonly set: EntitySet;
      readonly key: Key;
      readonly column: Column;
      /** Its place among the columns. */
      readonly index: number;
    };

/** Segments that the specification has and this service does not, each with what to do instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  $batch: 'Send each request by itself.',
  $all: 'Ask each entity set.',
  $crossjoin: 'Ask each entity set, or use $expand.',
  $entity: 'Ask by key: Set(key).',
  $ref: 'Select the key of the entities: $select.',
  $each: 'This service is read-only.',
  $filter: 'Use the query option: ?$filter=….',
  $query: 'Send a GET request with the options in its URL.',
  $root: 'Begin with an entity set.',
};

const SEGMENT = /^([^()]*)(?:\((.*)\))?$/s;
const NAMED_KEY = /^\s*([\p{L}_][\p{L}\p{Nd}_]*)\s*=(.*)$/su;

/**
 * Finds what a path leads to (OData 4.01 URL Conventions, section 4).
 * @param path what follows the service root, as it is in the URL: percent-encoded, without the query
 * @throws ODataError 400 on a malformed key or encoding, 404 where it leads nowhere, 501 where it leads to what is not supported
 */
export function resourceOf(path: string, model: EntityModel): Resource {
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decoded);
  for (const segment of segments) assertSupported(segment);
  const [first = '', ...rest] = segments;
  if (rest.length === 0 && first === '') return { kind: 'service' };
  if (rest.length === 0 && first === '$metadata') return { kind: 'metadata' };
  const { name, key } = partsOf(first);
  const set = model.sets.find((each) => each.name === name);
  if (!set) throw notFound(`There is no entity set "${name}". The service document lists those that there are.`);
  if (key === null) return collectionAt(set, null, rest);
  return entityAt(set, keyOf(key, set), rest, model);
}

/** What POST does where nothing is written: several requests in one, and options in the body. */
const READ_BY_POST = ['$batch', '$query'];

/** @returns the refusal of a path to which a read is sent with POST; null for every other path @param path as in `resourceOf` */
export function readByPost(path: string): ODataError | null {
  const last = path.split('/').at(-1)?.replace(/^%24/, '$').toLowerCase() ?? '';
  return READ_BY_POST.includes(last) ? notImplemented(last, UNSUPPORTED[last] ?? '') : null;
}

function collectionAt(set: EntitySet, origin: Origin | null, rest: readonly string[]): Resource {
  const [next, ...more] = rest;
  if (next === undefined) return { kind: 'collection', set, origin };
  if (next === '$count' && more.length === 0) return { kind: 'count', set, origin };
  throw notFound(`"${next}" leads nowhere from ${set.name}. One entity is ${set.name}(key), with its key in brackets.`);
}

function entityAt(set: EntitySet, key: Key, rest: readonly string[], model: EntityModel): Resource {
  const [next, ...more] = rest;
  if (next === undefined) return { kind: 'entity', set, key };
  const index = set.columns.findIndex((column) => column.property === next);
  const column = set.columns[index];
  if (column) {
    if (more.length === 0) return { kind: 'property', set, key, column, index };
    if (more.length === 1 && more[0] === '$value') return { kind: 'value', set, key, column, index };
    throw notFound(`Only $value can follow the property ${next}.`);
  }
  const { name, key: nested } = partsOf(next);
  const navigation = set.navigation.find((each) => each.name === name);
  const target = navigation && model.sets.find((each) => each.name === navigation.target);
  if (!navigation || !target) throw notFound(`${set.type} has neither a property nor a navigation "${name}".`);
  if (nested !== null) throw notImplemented(`A key after ${name}`, `Ask ${target.name}(key) itself.`, null);
  const origin = { set, key, navigation };
  if (navigation.isCollection) return collectionAt(target, origin, more);
  if (more.length === 0) return { kind: 'related', set: target, origin };
  throw notImplemented(`A path beyond ${name}`, `Ask ${target.name}(key) itself.`, null);
}

/** Names and values of a key in brackets, in any order, or its only value (section 4.3.1). */
function keyOf(text: string, set: EntitySet): Key {
  const columns = set.key.map((name) => set.columns.find((column) => column.property === name));
  const pieces = splitOutside(text, ',');
  const named = new Map<string, string>();
  for (const piece of pieces) {
    const [, name, value] = NAMED_KEY.exec(piece) ?? [];
    if (name !== undefined && value !== undefined) named.set(name, value);
  }
  const [only] = set.key;
  if (named.size === 0 && pieces.length === 1 && set.key.length === 1 && only !== undefined) named.set(only, text);
  if (named.size !== set.key.length || pieces.length !== set.key.length)
    throw badRequest(`The key of ${set.name} is (${set.key.map((name) => `${name}=…`).join(',')}).`);
  return columns.map((column) => {
    const value = column && named.get(column.property);
    if (!column || value === undefined) throw badRequest(`The key of ${set.name} has ${set.key.join(' and ')}.`);
    if (value.trim().startsWith('@')) throw notImplemented('A parameter alias in a key', 'Write the value.', null);
    const literal = literalIn(value.trim());
    const cell = literal && cellOf(literal, column);
    if (cell === null)
      throw badRequest(
        `The key ${column.property} needs one value of type ${column.type}${column.type === 'id' ? ", in quotes: ('…')" : ''}.`,
      );
    return cell;
  });
}

function partsOf(segment: string): { readonly name: string; readonly key: string | null } {
  const [, name, key] = SEGMENT.exec(segment) ?? [];
  if (name === undefined) throw badRequest('A segment of the path has a bracket that does not close at its end.');
  return { name, key: key ?? null };
}

function assertSupported(segment: string): void {
  const [name = ''] = segment.split('(');
  const advice = Object.hasOwn(UNSUPPORTED, name.toLowerCase()) ? UNSUPPORTED[name.toLowerCase()] : undefined;
  if (advice !== undefined) throw notImplemented(name, advice);
  if (name.includes('.'))
    throw notImplemented(
      `The type cast, function or action ${name}`,
      'No type is derived from another, and there are neither functions nor actions.',
    );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The path is not percent-encoded UTF-8.');
  }
}
