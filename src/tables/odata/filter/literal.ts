import { badRequest, notImplemented } from '../errors.ts';
import type { Literal, LiteralKind } from './expression.ts';
import { instantOf } from './instant.ts';
import { type Token, type TokenKind, tokensOf } from './tokens.ts';

const KINDS: Partial<Record<TokenKind, LiteralKind>> = {
  string: 'text',
  // Ids are texts here, also where they look like GUIDs.
  guid: 'text',
  number: 'number',
  date: 'date',
  timestamp: 'timestamp',
};

const WORDS: ReadonlyMap<string, Literal> = new Map([
  ['null', { kind: 'literal', type: 'null', text: 'null' }],
  ['true', { kind: 'literal', type: 'boolean', text: 'true' }],
  ['false', { kind: 'literal', type: 'boolean', text: 'false' }],
  ['inf', { kind: 'literal', type: 'number', text: 'INF' }],
  ['nan', { kind: 'literal', type: 'number', text: 'NaN' }],
]);

/**
 * The literal that a piece of an expression is (OData 4.01 URL Conventions, section 5.1.1.14.1); null where it is none.
 * @throws ODataError 400 on a date that no calendar has, 501 on a literal of a type that no column has
 */
export function literalOf({ kind, text }: Token): Literal | null {
  if (kind === 'word') return WORDS.get(text.toLowerCase()) ?? null;
  if (kind === 'typed' || kind === 'time') {
    const name = kind === 'time' ? 'A time of day' : `A literal ${text.slice(0, text.indexOf("'"))}'…'`;
    throw notImplemented(name, 'No property has that type.', null);
  }
  const type = KINDS[kind];
  if (!type) return null;
  const isTime = type === 'date' || type === 'timestamp';
  if (isTime && instantOf(type === 'date' ? `${text}T00:00:00Z` : text) === null)
    throw badRequest(`${text} is on no calendar.`);
  return { kind: 'literal', type, text };
}

/**
 * The literal that a whole text is, such as a key or the value of a parameter alias; null where it is anything else.
 * @throws ODataError as `literalOf` does, and 400 on what is no expression at all
 */
export function literalIn(text: string): Literal | null {
  const [first, end] = tokensOf(text);
  return first && end?.kind === 'end' ? literalOf(first) : null;
}
